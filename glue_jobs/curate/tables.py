"""The curated Iceberg tables: bring rows in, in one commit, or leave them untouched.

The Pulumi program creates each table empty; from then on only this module changes its schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name Spark's own documentation uses
from pyspark.sql.types import DataType, DecimalType, StringType, StructField, StructType
from pyspark.storagelevel import StorageLevel

from glue_jobs import iceberg
from glue_jobs.curate import transform
from tarn.contract.model import Contract, MergeMode
from tarn.errors import PermanentError


class ColumnTypeConflictError(PermanentError):
    """A contract asks for a column type that the table cannot take on."""

    def __init__(self, *, table: str, column: str, held: str, wanted: str) -> None:
        self.table = table
        self.column = column
        super().__init__(
            f"The column {column} of {table} is {held}, and the contract now says {wanted}. "
            "Iceberg cannot change that in place, so none of the dataset's waiting files were "
            "merged. Give the column a new name in the contract, or drop the table and replay "
            "its files."
        )


@dataclass(frozen=True, kw_only=True)
class CuratedTable:
    """One Iceberg table of the curated database, merged under its contract."""

    spark: SparkSession
    database: str
    contract: Contract

    @property
    def name(self) -> str:
        """The table's name in Spark SQL."""
        return iceberg.table_name(self.database, self.contract.dataset)

    @property
    def _changes_view(self) -> str:
        return f"tarn_changes_{self.contract.dataset}"

    def evolve(self, contract_columns: StructType, *, new: Iterable[str] = ()) -> StructType:
        """Add the columns that rows have and the table lacks; refuse other changes.

        ``new`` are columns of text that files brought and the contract does not have
        (docs/adr/0097). Returns the schema in which rows are merged: the contract's columns, and
        after them every other column of the table, because a newer row replaces an older one
        whole.
        """
        wanted = _with_new(contract_columns, new)
        held = self.spark.table(self.name).schema
        types = {field.name.lower(): field.dataType for field in held.fields}
        for field in wanted.fields:
            current = types.get(field.name.lower(), field.dataType)
            if current == field.dataType:
                continue
            if not _widens(current, field.dataType):
                raise ColumnTypeConflictError(
                    table=self.name,
                    column=field.name,
                    held=current.simpleString(),
                    wanted=field.dataType.simpleString(),
                )
            self.spark.sql(
                f"ALTER TABLE {self.name} ALTER COLUMN `{field.name}` "
                f"TYPE {field.dataType.simpleString()}"
            )
        iceberg.add_columns(self.spark, self.name, iceberg.missing_fields(wanted, held))
        return StructType([*wanted.fields, *iceberg.missing_fields(held, wanted)])

    def merge(self, rows: DataFrame) -> bool:
        """Merge rows of the contract's schema; return whether the table changed.

        When nothing would change nothing is committed: a repeat leaves no snapshot behind.
        """
        if self.contract.merge is MergeMode.REPLACE_FILE:
            newest = transform.newest_version_by_file(rows).persist(_SPILLING)
            changes = transform.file_replacements(newest, self.spark.table(self.name))
            statement = transform.merge_replacements(
                table=self.name, source=self._changes_view, columns=rows.columns
            )
            return self._commit(changes, statement, [newest])
        newest = transform.newest_by_key(rows, self.contract.key)
        if self.snapshot_id() is None:
            # Every row is new to an empty table: no need to look first, nor to join.
            self._fill(newest)
            return True
        statement = transform.merge_newer(
            table=self.name, source=self._changes_view, key=self.contract.key, columns=rows.columns
        )
        changes = transform.newer_than_table(newest, self.spark.table(self.name), self.contract.key)
        return self._commit(changes, statement, [])

    def snapshot_id(self) -> int | None:
        """Return the table's current snapshot; None before the first commit."""
        return iceberg.current_snapshot(self.spark, self.name)

    def _fill(self, rows: DataFrame) -> None:
        # Unlike an append, this fails when another writer has filled the table meanwhile.
        rows.writeTo(self.name).option("isolation-level", "serializable").overwrite(F.lit(True))

    def _commit(self, changes: DataFrame, statement: str, read_from: Sequence[DataFrame]) -> bool:
        # MERGE reads its source more than once; the validated files should be read only once.
        kept = changes.persist(_SPILLING)
        try:
            if kept.isEmpty():
                return False
            kept.createOrReplaceTempView(self._changes_view)
            self.spark.sql(statement)
        finally:
            for frame in (kept, *read_from):
                frame.unpersist()
        return True


_SPILLING = StorageLevel.MEMORY_AND_DISK


def _with_new(columns: StructType, new: Iterable[str]) -> StructType:
    known = {field.name.lower() for field in columns.fields}
    added = [StructField(name, StringType()) for name in new if name not in known]
    return StructType([*columns.fields, *added])


def _widens(held: DataType, wanted: DataType) -> bool:
    return (
        isinstance(held, DecimalType)
        and isinstance(wanted, DecimalType)
        and held.scale == wanted.scale
        and held.precision < wanted.precision
    )
