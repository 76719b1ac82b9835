"""A job run whose process a fault rule kills."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functional.fault_rules import FaultRules
from tests.functional.local_glue.conftest import Cloud

SLEEPS = "import time\nprint('began', flush=True)\ntime.sleep(60)\n"
ASKS = "import boto3\nboto3.client('s3').list_objects_v2(Bucket='{bucket}')\nprint('answered')\n"


@pytest.fixture
def rules(cloud: Cloud) -> Iterator[FaultRules]:
    rules = FaultRules(cloud.settings)
    yield rules
    rules.clear()


def test_a_job_run_is_killed_a_while_after_it_began_and_the_next_one_is_not(
    cloud: Cloud, rules: FaultRules
) -> None:
    job = cloud.job(SLEEPS)
    rule = rules.fault("kill-run", "glue", resource=job, seconds=0.5, times=1)

    run = cloud.run(job)

    assert (run["JobRunState"], run["ErrorMessage"]) == (
        "FAILED",
        "Command failed with exit code -9",
    )
    assert rules.counts(rule) == (1, 1)


def test_a_job_is_killed_at_the_call_that_a_rule_names(cloud: Cloud, rules: FaultRules) -> None:
    bucket = cloud.bucket()
    job = cloud.job(ASKS.format(bucket=bucket))
    rules.fault("kill-caller", "s3", operation="ListObjectsV2", resource=bucket, times=1)

    first, second = cloud.run(job), cloud.run(job)

    assert (first["JobRunState"], second["JobRunState"]) == ("FAILED", "SUCCEEDED")
    assert cloud.output(first["Id"]) == []
    assert cloud.output(second["Id"]) == ["answered"]
