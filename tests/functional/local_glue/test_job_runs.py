"""Job runs: real processes with their own packages, credentials, logs and ends."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_glue.conftest import Cloud, policy

SURROUNDINGS = """
import importlib.util, json, os, sys
import boto3, pyarrow, pyspark
from awsglue.utils import getResolvedOptions
names = ["tarn", "local_cloud", "moto", "pulumi", "glue_jobs"]
print(json.dumps({
    "options": getResolvedOptions(sys.argv, ["JOB_NAME", "greeting"]),
    "importable": [name for name in names if importlib.util.find_spec(name)],
    "identity": boto3.client("sts").get_caller_identity()["Arn"],
    "working_directory": os.listdir("."),
}))
"""


def test_a_job_sees_its_arguments_its_role_and_nothing_of_this_project(cloud: Cloud) -> None:
    job = cloud.job(SURROUNDINGS, arguments={"--greeting": "default", "--enable-metrics": "true"})
    run = cloud.run(job, {"--greeting": "given"})
    assert run["JobRunState"] == "SUCCEEDED", run
    seen = json.loads(cloud.output(run["Id"])[0])
    assert seen["options"]["greeting"] == "given"
    assert seen["options"]["JOB_NAME"] == job
    assert seen["importable"] == []
    assert ":assumed-role/job-" in seen["identity"]


def test_a_failed_job_tells_why_and_keeps_its_traceback_in_the_error_log(cloud: Cloud) -> None:
    run = cloud.run(cloud.job("raise ValueError('no rows today')"))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "ValueError: no rows today"
    assert any("Traceback" in line for line in cloud.output(run["Id"], "/aws-glue/jobs/error"))


def test_the_end_of_a_job_is_told_to_eventbridge(cloud: Cloud) -> None:
    job = cloud.job("raise ValueError('no rows today')")
    events, sqs = cloud.client("events"), cloud.client("sqs")
    queue = sqs.create_queue(QueueName=f"{job}-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sqs.set_queue_attributes(
        QueueUrl=queue,
        Attributes={
            "Policy": policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": arn["QueueArn"],
                }
            )
        },
    )
    pattern = {
        "source": ["aws.glue"],
        "detail-type": ["Glue Job State Change"],
        "detail": {"jobName": [job], "state": ["FAILED", "TIMEOUT"]},
    }
    events.put_rule(Name=f"{job}-rule", EventPattern=json.dumps(pattern))
    events.put_targets(Rule=f"{job}-rule", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    run = cloud.run(job)
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    detail = json.loads(message["Body"])["detail"]
    assert detail["jobRunId"] == run["Id"]
    assert (detail["severity"], detail["message"]) == ("ERROR", "ValueError: no rows today")


def test_a_job_has_no_other_permissions_than_its_role(cloud: Cloud) -> None:
    role = cloud.role("s3:GetObject", "logs:*")
    run = cloud.run(cloud.job("import boto3; boto3.client('s3').list_buckets()", role=role))
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]


def test_a_role_that_does_not_trust_glue_runs_nothing(cloud: Cloud) -> None:
    role = cloud.role()
    name = role.rpartition("/")[2]
    cloud.client("iam").update_assume_role_policy(
        RoleName=name,
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    )
    run = cloud.run(cloud.job("print('ran')", role=role))
    assert run["JobRunState"] == "FAILED"
    assert name in run["ErrorMessage"]


def test_no_more_runs_at_once_than_the_job_allows_and_a_stopped_run_ends(cloud: Cloud) -> None:
    glue = cloud.client("glue")
    job = cloud.job("import signal; signal.pause()")
    run_id = glue.start_job_run(JobName=job)["JobRunId"]
    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        glue.start_job_run(JobName=job)
    answer = glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id, "jr_unknown"])
    assert [each["JobRunId"] for each in answer["SuccessfulSubmissions"]] == [run_id]
    assert answer["Errors"][0]["ErrorDetail"]["ErrorCode"] == "EntityNotFoundException"
    assert cloud.finished(job, run_id)["JobRunState"] == "STOPPED"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("--additional-python-modules", "requests"),
        ("--extra-jars", "s3://artifacts/x.jar"),
        ("--job-bookmark-option", "job-bookmark-enable"),
        ("--datalake-formats", "delta"),
    ],
)
def test_what_the_runner_cannot_do_fails_by_name(cloud: Cloud, argument: str, value: str) -> None:
    run = cloud.run(cloud.job("print('ran')", arguments={argument: value}))
    assert run["JobRunState"] == "FAILED"
    assert argument in run["ErrorMessage"]


def test_an_updated_job_is_replaced_whole(cloud: Cloud) -> None:
    glue = cloud.client("glue")
    job = cloud.job("print('ran')", arguments={"--a": "1"})
    held = glue.get_job(JobName=job)["Job"]
    glue.update_job(
        JobName=job,
        JobUpdate={"Role": held["Role"], "Command": held["Command"], "GlueVersion": "5.1"},
    )
    assert glue.get_job(JobName=job)["Job"].get("DefaultArguments", {}) == {}
