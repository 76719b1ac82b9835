"""An archive of loaded classes, with which a job's JVM starts in about half the time.

``python -m local_cloud.aws.glue.class_archive`` makes it, once for a JVM and a set of jars: it
runs a job in a local cloud of its own. Nothing depends on it but time, so it may be missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from local_cloud.aws.glue.errors import GlueRuntimeMissingError
from local_cloud.aws.glue.launcher import class_path
from local_cloud.aws.glue.spark import SparkInstallation, find_installation
from local_cloud.aws_clients import ROOT_KEYS, aws_client
from local_cloud.free_ports import free_ports
from local_cloud.settings import LocalCloudSettings

_TRAINING: Final = Path(__file__).with_name("runtime") / "training.py"
_PATIENCE_SECONDS: Final = 600
_CATALOG: Final = "spark.sql.catalog.glue_catalog"


def archives_of(settings: LocalCloudSettings) -> Path:
    """Return the directory that keeps class archives."""
    return settings.tool_directory / "class_archives"


def archive_path(installation: SparkInstallation, directory: Path) -> Path:
    """Return where the archive for this JVM and these jars belongs."""
    jars = [Path(jar) for jar in class_path(installation).split(":")]
    identity = "\n".join(
        [
            (installation.java_home / "release").read_text(),
            *installation.jvm_options(),
            *(f"{jar} {jar.stat().st_size}" for jar in jars),
        ]
    )
    return directory / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.jsa"


def with_archive(installation: SparkInstallation, directory: Path) -> SparkInstallation:
    """Let jobs use the archive, if it has been made."""
    path = archive_path(installation, directory)
    return replace(installation, class_archive=path) if path.exists() else installation


def make_archive(settings: LocalCloudSettings, target: Path) -> None:
    """Run the training job with a JVM that archives its classes when it ends."""
    # Imported late: only this function needs a cloud, and a cloud imports this module's package.
    from local_cloud.aws.glue.service import GlueService
    from local_cloud.aws.service import AwsService
    from local_cloud.children import CHILDREN
    from local_cloud.control import CloudDescription
    from local_cloud.journal import Journal

    journal = Journal()
    description = CloudDescription(
        settings=settings, instance_id="training", journal=journal, services=[]
    )
    aws, glue = AwsService(settings, journal, description), GlueService(settings, journal)
    aws.start()
    glue.start()
    try:
        unfinished = target.with_suffix(".unfinished")
        target.parent.mkdir(parents=True, exist_ok=True)
        _deploy(settings, unfinished)
        run_id = str(_client(settings, "glue").start_job_run(JobName="training")["JobRunId"])
        run = next(run for run in glue.job_runs() if run.run_id == run_id)
        run.ended.wait(timeout=_PATIENCE_SECONDS)
        if run.error_message or not unfinished.exists():
            raise GlueRuntimeMissingError(
                what=f"the training job for the class archive failed ({run.error_message})",
                next_step="Jobs run without it, a few seconds slower.",
            )
        for outdated in target.parent.glob("*.jsa"):
            outdated.unlink()
        unfinished.replace(target)
    finally:
        glue.stop()
        aws.stop()
        CHILDREN.stop()


def _deploy(settings: LocalCloudSettings, archive: Path) -> None:
    s3, iam, glue = (_client(settings, name) for name in ("s3", "iam", "glue"))
    s3.create_bucket(Bucket="training")
    s3.put_object(Bucket="training", Key="job.py", Body=_TRAINING.read_bytes())
    glue.create_database(DatabaseInput={"Name": "training"})
    trust = _policy(Principal={"Service": "glue.amazonaws.com"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName="training", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    everything = _policy(Action="*", Resource="*")
    iam.put_role_policy(RoleName="training", PolicyName="all", PolicyDocument=everything)
    conf = {
        "spark.driver.extraJavaOptions": f"-XX:ArchiveClassesAtExit={archive}",
        "spark.sql.extensions": (
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
        ),
        _CATALOG: "org.apache.iceberg.spark.SparkCatalog",
        f"{_CATALOG}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{_CATALOG}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{_CATALOG}.warehouse": "s3://training/warehouse/",
    }
    glue.create_job(
        Name="training",
        Role=role,
        Command={"Name": "glueetl", "ScriptLocation": "s3://training/job.py"},
        GlueVersion="5.1",
        DefaultArguments={
            "--conf": " --conf ".join(f"{name}={value}" for name, value in conf.items()),
            "--bucket": "training",
            "--database": "training",
        },
    )


def _policy(**statement: object) -> str:
    statements = [{"Effect": "Allow", **statement}]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _client(settings: LocalCloudSettings, service: str) -> Any:  # noqa: ANN401 - boto3 is untyped
    return aws_client(service, settings, ROOT_KEYS)


def main() -> int:
    """Make the archive unless it is there; print where it is."""
    with tempfile.TemporaryDirectory(prefix="tarn-training-") as home:
        aws_port, snowflake_port = free_ports(2)
        settings = LocalCloudSettings(
            home=Path(home), aws_port=aws_port, snowflake_port=snowflake_port
        )
        installation = find_installation(settings.tool_directory, os.environ)
        target = archive_path(installation, archives_of(settings))
        if not target.exists():
            make_archive(settings, target)
        sys.stdout.write(f"{target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
