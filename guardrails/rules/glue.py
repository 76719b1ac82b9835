"""Glue jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from guardrails.resources import Resource
from guardrails.rule import ResourceRule, Rule

JOB: Final = "aws:glue/job:Job"
SECURITY: Final = "aws:glue/securityConfiguration:SecurityConfiguration"
LONGEST_MINUTES: Final = 480
MOST_RETRIES: Final = 3
VERSIONS_READ: Final = date(2026, 11, 24)
SUPPORTED_VERSIONS: Final = ("3.0", "4.0", "5.0", "5.1")
"""Glue versions that AWS patches, as of ``VERSIONS_READ``; 0.9, 1.0 and 2.0 have ended."""
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/glue-controls.html"
_GUIDE: Final = "https://docs.aws.amazon.com/glue/latest/dg"
_MODES: Final = {
    "s3Encryption.s3EncryptionMode": "what jobs write to S3",
    "cloudwatchEncryption.cloudwatchEncryptionMode": "logs of jobs",
}


def _clear_job(job: Resource) -> Iterator[str]:
    if not job.states("securityConfiguration"):
        yield f"Job {job.name} has no security configuration."


def _clear_configuration(security: Resource) -> Iterator[str]:
    for path, what in _MODES.items():
        mode = security.text(f"encryptionConfiguration.{path}")
        if mode in ("", "DISABLED"):
            yield f"{security.name} leaves {what} unencrypted."


def _endless(job: Resource) -> Iterator[str]:
    minutes = job.number("timeout")
    if not minutes or minutes > LONGEST_MINUTES:
        yield f"Job {job.name} may run for {f'{minutes:.0f} min' if minutes else 'two days'}."


def _old(job: Resource) -> Iterator[str]:
    version = job.text("glueVersion")
    if version not in SUPPORTED_VERSIONS:
        yield f"Job {job.name} runs on Glue {version or 'of an unstated version'}."


def _stubborn(job: Resource) -> Iterator[str]:
    retries = job.number("maxRetries")
    if retries is None or retries > MOST_RETRIES:
        said = "does not say how often it is tried" if retries is None else f"retries {retries:.0f}"
        yield f"Job {job.name} {said}."


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="job-has-security-configuration",
        types=(JOB,),
        summary="A Glue job has a security configuration.",
        reason="Its spilled data and logs would not be encrypted with a key of ours.",
        fix="Set securityConfiguration.",
        source=f"{_GUIDE}/encryption-security-configuration.html",
        check=_clear_job,
    ),
    ResourceRule(
        name="security-configuration-encrypts",
        types=(SECURITY,),
        summary="A security configuration encrypts what jobs write and log.",
        reason="A configuration that is switched off protects nothing.",
        fix="Set s3EncryptionMode and cloudwatchEncryptionMode to SSE-KMS.",
        source=f"{_GUIDE}/encryption-security-configuration.html",
        check=_clear_configuration,
    ),
    ResourceRule(
        name="job-times-out",
        types=(JOB,),
        summary=f"A Glue job ends after at most {LONGEST_MINUTES} minutes.",
        reason="A job that hangs is paid for by the minute, and holds its turn.",
        fix="Set timeout, in minutes.",
        source=f"{_GUIDE}/add-job.html",
        check=_endless,
    ),
    ResourceRule(
        name="job-version-supported",
        types=(JOB,),
        summary=f"AWS still patches a job's Glue version (its list as of {VERSIONS_READ}).",
        reason="Old versions get no fixes, and one day no runs.",
        fix="Set glueVersion; the versions are in guardrails/rules/glue.py.",
        source=_CONTROLS,
        reference="Glue.4",
        check=_old,
    ),
    ResourceRule(
        name="job-retries-stated",
        types=(JOB,),
        summary=f"A Glue job says how often it is tried again, at most {MOST_RETRIES} times.",
        reason="A job that fails for good is paid for at every attempt.",
        fix="Set maxRetries.",
        source=f"{_GUIDE}/add-job.html",
        check=_stubborn,
    ),
)
