"""Which JVM and jars jobs get, and how their settings bind them to this cloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cloud.aws.glue.errors import GlueRuntimeMissingError
from local_cloud.aws.glue.spark import (
    REQUIRED_JARS,
    default_settings,
    find_installation,
    find_java_home,
    render_settings,
)


def java(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch(mode=0o755)
    (home / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return home


def test_the_java_of_java_home_is_taken_if_it_is_17(tmp_path: Path) -> None:
    home = java(tmp_path / "17", "17.0.9")
    assert find_java_home(tmp_path / "jre", {"JAVA_HOME": str(home), "PATH": ""}) == home


def test_the_java_that_set_up_chose_goes_first(tmp_path: Path) -> None:
    chosen, other = java(tmp_path / "17a", "17.0.9"), java(tmp_path / "17b", "17.0.10")
    (tmp_path / "jre").symlink_to(chosen)
    environment = {"JAVA_HOME": str(other), "PATH": ""}
    assert find_java_home(tmp_path / "jre", environment) == chosen


def test_a_wrong_java_home_is_passed_over_for_the_one_on_path(tmp_path: Path) -> None:
    old, right = java(tmp_path / "11", "11.0.2"), java(tmp_path / "17", "17.0.9")
    environment = {"JAVA_HOME": str(old), "PATH": str(right / "bin")}
    assert find_java_home(tmp_path / "jre", environment) == right


def test_missing_jars_are_named(tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "hadoop-aws-3.3.4.jar").touch()
    with pytest.raises(GlueRuntimeMissingError, match="iceberg-aws-bundle") as refusal:
        find_installation(tmp_path, {"PATH": ""})
    assert "hadoop-aws" not in str(refusal.value)


def test_one_jar_is_not_taken_for_another(tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    for name in REQUIRED_JARS:
        (tmp_path / "jars" / f"{name}-extra-1.0.jar").touch()
    with pytest.raises(GlueRuntimeMissingError, match="aws-java-sdk-core"):
        find_installation(tmp_path, {"PATH": ""})


def test_s3_uris_are_served_by_this_cloud(tmp_path: Path) -> None:
    settings = default_settings(
        endpoint="http://127.0.0.1:4566", region="eu-central-1", scratch=tmp_path
    )
    assert settings["spark.hadoop.fs.s3.impl"].endswith("S3AFileSystem")
    assert settings["spark.hadoop.fs.s3a.endpoint"] == "http://127.0.0.1:4566"
    assert settings["spark.sql.catalog.glue_catalog.glue.endpoint"] == "http://127.0.0.1:4566"
    lines = render_settings(settings).splitlines()
    assert "spark.sql.shuffle.partitions 2" in lines
