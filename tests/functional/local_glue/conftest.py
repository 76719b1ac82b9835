"""A local AWS with its Glue service for the room: real requests, real permissions, real jobs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from local_cloud.aws.glue.service import GlueService
from local_cloud.aws.service import AwsService
from local_cloud.children import CHILDREN
from local_cloud.control import CloudDescription
from local_cloud.free_ports import free_ports
from local_cloud.journal import Journal
from local_cloud.settings import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY, LocalCloudSettings

SPARK_SETTINGS = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.glue_catalog": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.glue_catalog.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
    "spark.sql.catalog.glue_catalog.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
}


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """The local AWS under test, as its root user sees it."""

    settings: LocalCloudSettings
    journal: Journal
    glue_service: GlueService
    clients: dict[str, Any] = field(default_factory=dict[str, Any])
    """Making a client costs more than most calls."""

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 is untyped
        if service not in self.clients:
            self.clients[service] = self._client(service)
        return self.clients[service]

    def _client(self, service: str) -> Any:  # noqa: ANN401 - boto3 is untyped
        return boto3.Session().client(
            service,
            region_name=self.settings.region,
            endpoint_url=self.settings.aws_endpoint,
            aws_access_key_id=ROOT_ACCESS_KEY_ID,
            aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
        )

    def bucket(self, name: str = "lake") -> str:
        bucket = f"{name}-{uuid.uuid4().hex[:8]}"
        self.client("s3").create_bucket(Bucket=bucket)
        return bucket

    def database(self) -> str:
        name = f"curated_{uuid.uuid4().hex[:8]}"
        self.client("glue").create_database(DatabaseInput={"Name": name})
        return name

    def role(self, *actions: str) -> str:
        """Create a role that Glue may assume; without actions it may do everything."""
        name = f"job-{uuid.uuid4().hex[:8]}"
        iam = self.client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "glue.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        allowed = {"Effect": "Allow", "Action": list(actions) or ["*"], "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy(allowed))
        return str(arn)

    def job(
        self, script: str, *, role: str | None = None, arguments: dict[str, str] | None = None
    ) -> str:
        """Deploy a script as a job."""
        bucket = self.bucket("artifacts")
        self.client("s3").put_object(Bucket=bucket, Key="glue/job.py", Body=script.encode())
        name = f"job-{uuid.uuid4().hex[:8]}"
        self.client("glue").create_job(
            Name=name,
            Role=role or self.role(),
            Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/glue/job.py"},
            GlueVersion="5.1",
            WorkerType="G.1X",
            NumberOfWorkers=2,
            DefaultArguments=arguments or {},
        )
        return name

    def finished(self, job: str, run_id: str) -> dict[str, Any]:
        """Wait until a run has ended; return what GetJobRun says."""
        for run in self.glue_service.job_runs():
            if run.run_id == run_id:
                assert run.ended.wait(timeout=240), "the job run does not end"
        return self.client("glue").get_job_run(JobName=job, RunId=run_id)["JobRun"]

    def run(self, job: str, arguments: dict[str, str] | None = None) -> dict[str, Any]:
        """Run a job to its end."""
        started = self.client("glue").start_job_run(JobName=job, Arguments=arguments or {})
        return self.finished(job, started["JobRunId"])

    def output(self, run_id: str, group: str = "/aws-glue/jobs/output") -> list[str]:
        """Return what a run wrote."""
        answer = self.client("logs").get_log_events(
            logGroupName=group, logStreamName=run_id, startFromHead=True
        )
        return [str(event["message"]) for event in answer["events"]]


def policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Start the local AWS and its Glue service."""
    aws_port, snowflake_port = free_ports(2)
    settings = LocalCloudSettings(
        home=tmp_path_factory.mktemp("cloud"), aws_port=aws_port, snowflake_port=snowflake_port
    )
    journal = Journal()
    description = CloudDescription(
        settings=settings, instance_id="test", journal=journal, services=[]
    )
    glue = GlueService(settings, journal)
    aws = AwsService(settings, journal, description)
    glue.publish_with(aws.destinations.publish)
    aws.start()
    glue.start()
    yield Cloud(settings=settings, journal=journal, glue_service=glue)
    glue.stop()
    aws.stop()
    CHILDREN.stop()
