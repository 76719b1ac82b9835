"""The process of one job run: its directory, its environment, its command line.

The environment is made from nothing, so a job sees its role's credentials, the endpoint of this
cloud and a JVM, and nothing of whoever started the local cloud.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local_cloud.aws.glue import launcher, packages, spark
from local_cloud.aws.glue.arguments import JobArguments
from local_cloud.settings import LocalCloudSettings
from tarn.errors import PermanentError

_RUNTIME: Final = Path(__file__).with_name("runtime")
_BOOTSTRAP: Final = _RUNTIME / "bootstrap.py"
_SYSTEM_PATH: Final = "/usr/local/bin:/usr/bin:/bin"


class UnreadableArtifactError(PermanentError):
    """Something that a job is made of cannot be read."""

    def __init__(self, *, uri: str, reason: str) -> None:
        self.uri = uri
        super().__init__(
            f"The job cannot start: {uri} cannot be read under the job's role ({reason}). "
            "Check the object and the role's s3:GetObject and kms:Decrypt."
        )


@dataclass(frozen=True, kw_only=True)
class JobProcess:
    """What is needed to start a job's process, and to learn why it failed."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    failure: Path

    def failure_message(self, exit_code: int) -> str:
        """Return why the process failed: the script's own error, or how it ended."""
        if self.failure.exists():
            return self.failure.read_text()
        return f"Command failed with exit code {exit_code}"


def prepare(
    *,
    settings: LocalCloudSettings,
    installation: spark.SparkInstallation,
    directory: Path,
    script_uri: str,
    arguments: JobArguments,
    credentials: Mapping[str, str],
    region: str,
    s3: Any,  # noqa: ANN401 - boto3 is untyped
) -> JobProcess:
    """Download what the job is made of and lay out its directory."""
    for name in ("conf", "tmp", "libraries"):
        (directory / name).mkdir(parents=True)
    script = download(s3, script_uri, directory)
    libraries = [download(s3, uri, directory / "libraries") for uri in arguments.library_uris]
    _configure(
        directory / "conf",
        installation=installation,
        defaults=spark.default_settings(
            endpoint=settings.aws_endpoint, region=region, scratch=directory
        ),
        given=arguments.spark_settings,
    )
    links = packages.link_packages(settings.home / "glue" / "packages")
    plan = {
        "script": str(script),
        "arguments": list(arguments.script),
        "libraries": [str(_RUNTIME), *map(str, libraries)],
        "packages": [str(links)],
        "failure": str(directory / "failure"),
    }
    (directory / "plan.json").write_text(json.dumps(plan))
    # -P: not the bootstrap's directory; -S: no site module, so no .pth file; -s: no user packages.
    python = str(packages.interpreter())
    return JobProcess(
        command=(python, "-P", "-s", "-S", str(_BOOTSTRAP), str(directory / "plan.json")),
        environment=_environment(
            settings=settings,
            installation=installation,
            directory=directory,
            import_path=[*map(str, libraries), str(links)],
            submit=_submit_arguments(arguments.spark_settings),
            region=region,
            credentials=credentials,
        ),
        directory=directory,
        failure=directory / "failure",
    )


def _configure(
    directory: Path,
    *,
    installation: spark.SparkInstallation,
    defaults: Mapping[str, str],
    given: Mapping[str, str],
) -> None:
    """Write what Spark and its JVM read when they start."""
    log_settings = directory / "log4j2.properties"
    log_settings.write_text(spark.LOGGING)
    (directory / "spark-defaults.conf").write_text(spark.render_settings(defaults))
    (directory / launcher.OPTIONS_FILE).write_text(
        launcher.java_options(
            installation=installation, settings={**defaults, **given}, log_settings=log_settings
        )
    )


def download(s3: Any, uri: str, directory: Path) -> Path:  # noqa: ANN401 - boto3 is untyped
    """Copy one object into a directory under its own name."""
    from botocore.exceptions import ClientError

    bucket, _, key = uri.removeprefix("s3://").partition("/")
    target = directory / key.rpartition("/")[2]
    try:
        s3.download_file(bucket, key, str(target))
    except ClientError as error:
        raise UnreadableArtifactError(uri=uri, reason=str(error)) from error
    return target


def _submit_arguments(settings: Mapping[str, str]) -> str:
    """A job's own settings go over the defaults, as on Glue."""
    return " ".join(
        [f"--conf {json.dumps(f'{name}={value}')}" for name, value in settings.items()]
        + ["pyspark-shell"]
    )


def _environment(
    *,
    settings: LocalCloudSettings,
    installation: spark.SparkInstallation,
    directory: Path,
    import_path: Sequence[str],
    submit: str,
    region: str,
    credentials: Mapping[str, str],
) -> dict[str, str]:
    return {
        **credentials,
        "AWS_ENDPOINT_URL": settings.aws_endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(directory),
        "JAVA_HOME": str(installation.java_home),
        "LANG": "C.UTF-8",
        "PATH": f"{installation.java_home / 'bin'}:{_SYSTEM_PATH}",
        "PYSPARK_PYTHON": str(packages.interpreter()),
        "PYSPARK_SUBMIT_ARGS": submit,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        # For Spark's Python workers; the driver is told by its plan.
        "PYTHONPATH": ":".join(import_path),
        "PYTHONUNBUFFERED": "1",
        "SPARK_CONF_DIR": str(directory / "conf"),
        "SPARK_HOME": str(launcher.spark_home(settings.home / "glue" / "spark")),
        "SPARK_LOCAL_DIRS": str(directory / "spark"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "TMPDIR": str(directory / "tmp"),
        "TZ": "UTC",
    }
