"""Contracts, rows and tables that the tests of the curate job share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame, SparkSession

from glue_jobs import iceberg
from glue_jobs.curate.tables import CuratedTable
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract, MergeMode
from tarn.contract.schemas import spark_ddl

MORNING = datetime(2026, 1, 1, tzinfo=UTC)
Delivery = list[dict[str, object]]


def contract(*extra: Column, merge: MergeMode = MergeMode.UPSERT) -> Contract:
    """Planes by tail number, and what else a test wants to know of them."""
    text = ColumnType(kind=ColumnKind.STRING)
    return Contract(
        dataset="planes",
        version="1.0.0",
        title="Planes",
        description="",
        owner="tests",
        columns=(Column(name="tailnum", type=text), Column(name="model", type=text), *extra),
        key=("tailnum",),
        merge=merge,
    )


def delivery(
    *rows: tuple[str | None, str], hour: int, source: str = "planes/a.csv", accepted_by: str = "h1"
) -> Delivery:
    """Rows of one version of one file; the version is younger with every hour."""
    return [
        {
            "tailnum": tailnum,
            "model": model,
            "_source_key": source,
            "_source_version": f"v{hour}",
            "_source_modified_at": MORNING + timedelta(hours=hour),
            "_source_line": line,
            "_contract_hash": accepted_by,
        }
        for line, (tailnum, model) in enumerate(rows, start=2)
    ]


def frame(spark: SparkSession, merged_by: Contract, rows: Delivery) -> DataFrame:
    """Rows as validated files have them; null in every column that they do not name."""
    return literal_frame(spark, spark_ddl(merged_by), rows)


def literal_frame(spark: SparkSession, ddl: str, rows: Sequence[Mapping[str, object]]) -> DataFrame:
    """A frame of literals: unlike rows handed over from Python it needs no Python worker."""
    schema = iceberg.schema_of(spark, ddl)
    if not rows:
        return spark.createDataFrame([], schema)
    tuples = ", ".join(
        f"({', '.join(_literal(row.get(field.name)) for field in schema)})" for row in rows
    )
    names = ", ".join(f"`{field.name}`" for field in schema)
    casts = [f"CAST(`{f.name}` AS {f.dataType.simpleString()}) `{f.name}`" for f in schema]
    return spark.sql(f"SELECT {', '.join(casts)} FROM VALUES {tuples} AS t({names})")


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat()}'"
    return f"'{value}'" if isinstance(value, str) else str(value)


class Curated:
    """A curated table and the ways in which tests feed it and look at it."""

    def __init__(self, spark: SparkSession, database: str, merged_by: Contract) -> None:
        self.spark = spark
        self.table = CuratedTable(spark=spark, database=database, contract=merged_by)
        spark.sql(f"CREATE TABLE {self.table.name} ({spark_ddl(merged_by)}) USING iceberg")

    def merge(self, *deliveries: Delivery) -> bool:
        rows = [row for each in deliveries for row in each]
        return self.table.merge(frame(self.spark, self.table.contract, rows))

    def models(self) -> dict[str | None, str]:
        rows = self.spark.table(self.table.name).collect()
        assert len({row.tailnum for row in rows}) == len(rows), "a key is there twice"
        return {row.tailnum: row.model for row in rows}

    def snapshots(self) -> int:
        return self.spark.table(f"{self.table.name}.snapshots").count()
