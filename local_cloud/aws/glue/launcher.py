"""Starts the JVM of a job directly.

Spark's own ``spark-submit`` first starts a JVM only to find out how to start the second one, which
costs a job a second. Here the answer is known, so a ``SPARK_HOME`` is laid out whose
``spark-submit`` runs Java with the options that the runner has written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local_cloud.aws.glue import packages
from local_cloud.aws.glue.spark import SparkInstallation

OPTIONS_FILE: Final = "java-options"
_SUBMIT: Final = f"""\
#!/bin/sh
exec "$JAVA_HOME/bin/java" "@$SPARK_CONF_DIR/{OPTIONS_FILE}" \\
    org.apache.spark.deploy.SparkSubmit "$@"
"""

# Spark reaches into these packages (JavaModuleOptions of its launcher).
_OPENED: Final = (
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/sun.nio.cs",
    "java.base/sun.security.action",
    "java.base/sun.util.calendar",
    "java.security.jgss/sun.security.krb5",
)


def spark_home(directory: Path) -> Path:
    """Lay out a SPARK_HOME; return it. Safe to repeat and to race."""
    submit = directory / "bin" / "spark-submit"
    submit.parent.mkdir(parents=True, exist_ok=True)
    if not submit.exists():
        written = submit.with_suffix(f".{id(directory):x}")
        written.write_text(_SUBMIT)
        written.chmod(0o755)
        written.replace(submit)
    with contextlib.suppress(FileExistsError):
        (directory / "jars").symlink_to(packages.spark_home() / "jars")
    return directory


def java_options(
    *, installation: SparkInstallation, settings: Mapping[str, str], log_settings: Path
) -> str:
    """Return the text of the options file, for the settings that the job runs with."""
    options = [
        f"-Xmx{settings['spark.driver.memory']}",
        *installation.jvm_options(),
        *settings.get("spark.driver.extraJavaOptions", "").split(),
        f"-Dlog4j2.configurationFile={log_settings}",
        "-XX:+IgnoreUnrecognizedVMOptions",
        *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
        "-Djdk.reflect.useDirectMethodHandle=false",
        "-cp",
        class_path(installation),
    ]
    return "".join(f"{_quoted(option)}\n" for option in options)


def class_path(installation: SparkInstallation) -> str:
    """Return the class path: no directories, which a class archive could not hold."""
    spark_jars = sorted((packages.spark_home() / "jars").glob("*.jar"))
    return ":".join(map(str, (*spark_jars, *installation.jars)))


def _quoted(option: str) -> str:
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
