"""One Spark for the room: Iceberg in a local directory, as the transforms need no AWS.

What this cannot prove: S3, the Glue catalog and its locks; tests/functional/local_glue does.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from local_cloud.aws.glue.spark import find_installation

ROOT = Path(__file__).parents[3]
CATALOG = "spark.sql.catalog.glue_catalog"


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Return the room's Spark session."""
    installation = find_installation(ROOT / ".tarn", os.environ)
    scratch = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": " ".join(installation.jvm_options()),
        "spark.driver.extraClassPath": os.pathsep.join(map(str, installation.jars)),
        "spark.local.dir": str(scratch / "local"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.extensions": (
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
        ),
        CATALOG: "org.apache.iceberg.spark.SparkCatalog",
        f"{CATALOG}.type": "hadoop",
        f"{CATALOG}.warehouse": str(scratch / "iceberg"),
    }
    builder = SparkSession.Builder().master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAVA_HOME", str(installation.java_home))
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture
def database(spark: SparkSession) -> str:
    """Return a database of the test's own."""
    name = f"curated_{uuid.uuid4().hex[:8]}"
    spark.sql(f"CREATE NAMESPACE glue_catalog.{name}")
    return name
