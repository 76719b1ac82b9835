"""What both jobs ask of an Iceberg table in the curated database."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import SparkSession
from pyspark.sql.types import StructField, StructType

from tarn.job_arguments import CATALOG


def table_name(database: str, dataset: str) -> str:
    """Return a curated table's name in Spark SQL."""
    return f"{CATALOG}.`{database}`.`{dataset}`"


def schema_of(spark: SparkSession, ddl: str) -> StructType:
    """Parse Spark DDL, e.g. ```` `carrier` string, `flight` bigint ````."""
    return spark.createDataFrame([], ddl).schema


def current_snapshot(spark: SparkSession, table: str) -> int | None:
    """Return the id of a table's current snapshot; None before the first commit."""
    answer = spark.sql(f"SHOW TBLPROPERTIES {table} ('current-snapshot-id')").collect()
    snapshot = str(answer[0][1])
    return int(snapshot) if snapshot.isdigit() else None


def missing_fields(wanted: StructType, held: StructType) -> list[StructField]:
    """Return the fields that a table has to gain before rows of the wanted schema fit."""
    names = {field.name.lower() for field in held.fields}
    return [field for field in wanted.fields if field.name.lower() not in names]


def add_columns(spark: SparkSession, table: str, fields: Iterable[StructField]) -> None:
    """Add columns at the end of a table; rows that are there have null in them."""
    columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in fields)
    if columns:
        spark.sql(f"ALTER TABLE {table} ADD COLUMNS ({columns})")
