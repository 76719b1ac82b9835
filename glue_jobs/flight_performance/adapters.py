"""The flight_performance job's tables in the curated database."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name Spark's own documentation uses

from glue_jobs import iceberg
from glue_jobs.flight_performance import transform

BUILT_FROM: Final = "tarn.built-from"
"""Entry of the snapshot summary that names the input snapshots."""

_LOGGER = logging.getLogger("tarn.flight_performance")


@dataclass(frozen=True, kw_only=True)
class CuratedDatabase:
    """The tables that the model is made from, and the model."""

    spark: SparkSession
    database: str

    def refresh(self) -> bool:
        """Rebuild the model if an input changed since; return whether it was rebuilt."""
        snapshots = {
            table: iceberg.current_snapshot(self.spark, self._name(table))
            for table in transform.INPUTS
        }
        current = transform.fingerprint(list(snapshots.items()))
        if not transform.stale(self._built_from(), current):
            _LOGGER.info(json.dumps({"message": "unchanged", "built_from": current}))
            return False
        inputs = transform.FlightInputs(
            **{table: self._at(table, snapshot) for table, snapshot in snapshots.items()}
        )
        self._replace(transform.flight_performance(inputs), current)
        _LOGGER.info(json.dumps({"message": "rebuilt", "built_from": current}))
        return True

    def _replace(self, rows: DataFrame, built_from: str) -> None:
        held = self.spark.table(self._name(transform.MODEL)).schema
        iceberg.add_columns(
            self.spark, self._name(transform.MODEL), iceberg.missing_fields(rows.schema, held)
        )
        removed = [
            F.lit(None).cast(f.dataType).alias(f.name) for f in held if f.name not in rows.columns
        ]
        (
            rows.select("*", *removed)
            .writeTo(self._name(transform.MODEL))
            .option(f"snapshot-property.{BUILT_FROM}", built_from)
            .overwrite(F.lit(True))
        )

    def _at(self, table: str, snapshot: int | None) -> DataFrame:
        # Reading the very snapshots that are recorded: a commit during the run is not half seen.
        if snapshot is None:
            return self.spark.table(self._name(table))
        return self.spark.read.option("snapshot-id", snapshot).table(self._name(table))

    def _built_from(self) -> str | None:
        name = self._name(transform.MODEL)
        current = iceberg.current_snapshot(self.spark, name)
        if current is None:
            return None
        snapshots = self.spark.table(f"{name}.snapshots")
        row = snapshots.where(F.col("snapshot_id") == current).select("summary").first()
        summary: dict[str, str] = row["summary"] if row is not None else {}
        return summary.get(BUILT_FROM)

    def _name(self, table: str) -> str:
        return iceberg.table_name(self.database, table)
