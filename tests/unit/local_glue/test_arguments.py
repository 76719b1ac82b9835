"""Which of a job's arguments Glue understands itself, and which its script sees."""

from __future__ import annotations

import pytest

from local_cloud.aws.glue.arguments import parse_settings, sort_arguments
from local_cloud.aws.glue.errors import UnsupportedArgumentError


def test_glue_s_own_arguments_are_kept_from_the_script() -> None:
    arguments = sort_arguments(
        job="curate",
        run_id="jr_1",
        arguments={
            "--conf": "a=1 --conf b=x=y",
            "--extra-py-files": "s3://b/one.zip, s3://b/two.zip",
            "--enable-metrics": "true",
            "--ledger_table": "ledger",
        },
    )
    assert arguments.library_uris == ("s3://b/one.zip", "s3://b/two.zip")
    assert arguments.spark_settings == {"a": "1", "b": "x=y"}
    assert arguments.script[:2] == ("--JOB_NAME", "curate")
    assert arguments.script[-2:] == ("--ledger_table", "ledger")
    assert "--enable-metrics" not in arguments.script


@pytest.mark.parametrize(
    ("arguments", "group"),
    [
        ({}, None),
        ({"--enable-continuous-cloudwatch-log": "false"}, None),
        ({"--enable-continuous-cloudwatch-log": "true"}, "/aws-glue/jobs/logs-v2"),
        (
            {
                "--enable-continuous-cloudwatch-log": "true",
                "--continuous-log-logGroup": "/aws-glue/jobs/own",
            },
            "/aws-glue/jobs/own",
        ),
    ],
)
def test_continuous_logs_go_where_the_arguments_say(
    arguments: dict[str, str], group: str | None
) -> None:
    assert sort_arguments(job="j", run_id="r", arguments=arguments).continuous_log_group == group


@pytest.mark.parametrize("conf", ["novalue", "a=1 --conf novalue", "a b=1"])
def test_settings_that_cannot_be_read_are_refused(conf: str) -> None:
    with pytest.raises(UnsupportedArgumentError, match="--conf"):
        parse_settings("job", conf)


def test_an_unsupported_argument_that_is_switched_off_is_fine() -> None:
    sort_arguments(job="j", run_id="r", arguments={"--enable-glue-datacatalog": "false"})
    with pytest.raises(UnsupportedArgumentError, match="--enable-glue-datacatalog"):
        sort_arguments(job="j", run_id="r", arguments={"--enable-glue-datacatalog": "true"})
