"""A job's arguments: which of them Glue itself understands, and what the script gets to see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local_cloud.aws.glue.errors import UnsupportedArgumentError

STORED: Final = {
    "--class",
    "--enable-auto-scaling",
    "--enable-continuous-log-filter",
    "--enable-job-insights",
    "--enable-observability-metrics",
    "--enable-spark-ui",
    "--job-language",
    "--spark-event-logs-path",
}
"""Glue's own arguments that have no effect here; ``tarn local limits`` lists them."""

_METRICS: Final = "--enable-metrics"
_CONTINUOUS_LOG: Final = "--enable-continuous-cloudwatch-log"
_CONTINUOUS_LOG_GROUP: Final = "--continuous-log-logGroup"
_DEFAULT_CONTINUOUS_LOG_GROUP: Final = "/aws-glue/jobs/logs-v2"
_HONOURED: Final = {
    "--TempDir",
    "--conf",
    "--datalake-formats",
    "--extra-py-files",
    _CONTINUOUS_LOG,
    _CONTINUOUS_LOG_GROUP,
    _METRICS,
}
_ALLOWED_VALUES: Final = {
    "--datalake-formats": {"iceberg"},
    "--job-bookmark-option": {"job-bookmark-disable"},
    "--job-language": {"python"},
}
_REFUSED: Final = {
    "--additional-python-modules": "installs no packages",
    "--enable-glue-datacatalog": "has no Hive metastore",
    "--extra-files": "copies no extra files",
    "--extra-jars": "loads no extra jars",
    "--python-modules-installer-option": "installs no packages",
    "--user-jars-first": "loads no extra jars",
}


@dataclass(frozen=True, kw_only=True)
class JobArguments:
    """The arguments of one run, sorted by who they are for."""

    library_uris: tuple[str, ...]
    spark_settings: Mapping[str, str]
    continuous_log_group: str | None
    """Where the driver's log goes besides the error group."""
    publishes_metrics: bool
    script: tuple[str, ...]
    """What the script finds in ``sys.argv`` after its own name."""


def sort_arguments(*, job: str, run_id: str, arguments: Mapping[str, str]) -> JobArguments:
    """Sort a run's arguments; refuse those that would need something this runner lacks."""
    for name, value in arguments.items():
        if name in _REFUSED and value.lower() != "false":
            raise UnsupportedArgumentError(job=job, argument=name, why=_REFUSED[name])
        allowed = _ALLOWED_VALUES.get(name)
        if allowed is not None and value not in allowed:
            why = f"only knows the value {' or '.join(sorted(allowed))}, not {value!r}"
            raise UnsupportedArgumentError(job=job, argument=name, why=why)
    known = STORED | _HONOURED | _REFUSED.keys() | _ALLOWED_VALUES.keys()
    own = {name: value for name, value in arguments.items() if name not in known}
    passed = {"--JOB_NAME": job, "--JOB_ID": "j_local", "--JOB_RUN_ID": run_id, **own}
    if "--TempDir" in arguments:
        passed["--TempDir"] = arguments["--TempDir"]
    continuous = arguments.get(_CONTINUOUS_LOG, "false").lower() == "true"
    group = arguments.get(_CONTINUOUS_LOG_GROUP, _DEFAULT_CONTINUOUS_LOG_GROUP)
    return JobArguments(
        library_uris=_listed(arguments.get("--extra-py-files", "")),
        continuous_log_group=group if continuous else None,
        # Glue reads the argument as given whatever its value is, but for "false".
        publishes_metrics=arguments.get(_METRICS, "false").lower() != "false",
        spark_settings=parse_settings(job, arguments.get("--conf", "")),
        script=tuple(part for item in passed.items() for part in item),
    )


def parse_settings(job: str, conf: str) -> dict[str, str]:
    """Parse Glue's one ``--conf`` argument: ``a=b --conf c=d``."""
    settings: dict[str, str] = {}
    for part in re.split(r"\s*--conf\s+", conf.strip()):
        name, separator, value = part.strip().partition("=")
        if not part.strip():
            continue
        if not separator or not name or re.search(r"\s", name):
            why = f"cannot read {part!r} as name=value"
            raise UnsupportedArgumentError(job=job, argument="--conf", why=why)
        settings[name.strip()] = value.strip()
    return settings


def _listed(value: str) -> tuple[str, ...]:
    return tuple(uri.strip() for uri in value.split(",") if uri.strip())
