"""What merging means, as DataFrame to DataFrame: which rows win, and what a table must change.

Every result here depends on the set of rows only, never on their order or on how often they
were delivered: a row is identified by its source, and rows of one key are ranked by RANK.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - the name Spark's own documentation uses

from tarn import provenance

RANK: Final = (*provenance.ORDER, provenance.SOURCE_KEY)
"""Total order of the rows of one key. The source key only decides between objects of one instant
in a bucket without versions; rows of equal rank are the same source row."""

SOURCE_ROW: Final = (
    provenance.SOURCE_KEY,
    provenance.SOURCE_VERSION,
    provenance.SOURCE_LINE,
    provenance.CONTRACT_HASH,
)
"""Identifies one source row as validated under one contract."""

OPERATION: Final = "_operation"
"""Column that tells the MERGE statement of replace-file what to do with a row."""

_CURRENT: Final = "_current"


class Operation(StrEnum):
    """Values of the ``_operation`` column."""

    INSERT = "insert"
    DELETE = "delete"


def newest_by_key(rows: DataFrame, key: Sequence[str]) -> DataFrame:
    """Keep the row of the highest rank of each key; null is a key value like any other."""
    newest_first = Window.partitionBy(*key).orderBy(*(F.col(name).desc() for name in RANK))
    numbered = rows.withColumn(_CURRENT, F.row_number().over(newest_first))
    return numbered.where(F.col(_CURRENT) == 1).drop(_CURRENT)


def newer_than_table(rows: DataFrame, table: DataFrame, key: Sequence[str]) -> DataFrame:
    """Keep the rows, unique by key, that would change the table."""
    current = table.select(
        *(F.col(name).alias(f"{_CURRENT}_{name}") for name in key),
        F.struct(*RANK).alias(_CURRENT),
        F.col(provenance.CONTRACT_HASH).alias(f"{_CURRENT}_hash"),
    )
    same_key = _all(F.col(name).eqNullSafe(F.col(f"{_CURRENT}_{name}")) for name in key)
    rank = F.struct(*RANK)
    revalidated = F.col(provenance.CONTRACT_HASH) != F.col(f"{_CURRENT}_hash")
    changes = (
        F.col(_CURRENT).isNull()
        | (rank > F.col(_CURRENT))
        | ((rank == F.col(_CURRENT)) & revalidated)
    )
    return rows.join(current, same_key, "left").where(changes).select(rows.columns)


def newest_version_by_file(rows: DataFrame) -> DataFrame:
    """Keep the rows of the latest version of each source key."""
    version = F.struct(provenance.SOURCE_MODIFIED_AT, provenance.SOURCE_VERSION)
    latest = F.max(version).over(Window.partitionBy(provenance.SOURCE_KEY))
    marked = rows.withColumn(_CURRENT, version == latest)
    return marked.where(F.col(_CURRENT)).drop(_CURRENT)


def file_replacements(rows: DataFrame, table: DataFrame) -> DataFrame:
    """Turn the rows of the latest versions into inserts and deletes for the table.

    A file replaces the table's rows of an older version of its source key, and those of the same
    version that another contract let in. It adds nothing when the table holds a later version.
    """
    files = rows.select(
        provenance.SOURCE_KEY,
        F.struct(provenance.SOURCE_MODIFIED_AT, provenance.SOURCE_VERSION).alias("_version"),
        F.col(provenance.CONTRACT_HASH).alias("_hash"),
    ).distinct()
    held = table.withColumn(
        "_held", F.struct(provenance.SOURCE_MODIFIED_AT, provenance.SOURCE_VERSION)
    )
    superseded = (F.col("_held") < F.col("_version")) | (
        (F.col("_held") == F.col("_version")) & (F.col(provenance.CONTRACT_HASH) != F.col("_hash"))
    )
    deletes = held.join(F.broadcast(files), provenance.SOURCE_KEY).where(superseded)
    later = held.groupBy(provenance.SOURCE_KEY).agg(F.max("_held").alias("_held"))
    inserts = (
        rows.join(later, provenance.SOURCE_KEY, "left")
        .where(
            F.col("_held").isNull()
            | (F.struct(provenance.SOURCE_MODIFIED_AT, provenance.SOURCE_VERSION) >= F.col("_held"))
        )
        .join(table.select(*SOURCE_ROW), list(SOURCE_ROW), "left_anti")
    )
    return _operations(inserts, Operation.INSERT, rows.columns).unionByName(
        _operations(deletes, Operation.DELETE, rows.columns)
    )


def merge_newer(*, table: str, source: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """SQL that makes the source's rows current in the table where they are newer."""
    newer = (
        f"{_struct('s', RANK)} > {_struct('t', RANK)} OR "
        f"({_struct('s', RANK)} = {_struct('t', RANK)} AND "
        f"s.{provenance.CONTRACT_HASH} <> t.{provenance.CONTRACT_HASH})"
    )
    return (
        f"MERGE INTO {table} t USING {source} s ON {_same(key)} "
        f"WHEN MATCHED AND ({newer}) THEN UPDATE SET {_assignments(columns)} "
        f"WHEN NOT MATCHED THEN {_insert(columns)}"
    )


def merge_replacements(*, table: str, source: str, columns: Sequence[str]) -> str:
    """SQL that applies ``file_replacements`` in one commit."""
    return (
        f"MERGE INTO {table} t USING {source} s ON {_same(SOURCE_ROW)} "
        f"WHEN MATCHED AND s.{OPERATION} = '{Operation.DELETE}' THEN DELETE "
        f"WHEN NOT MATCHED AND s.{OPERATION} = '{Operation.INSERT}' THEN {_insert(columns)}"
    )


def _operations(rows: DataFrame, operation: Operation, columns: Sequence[str]) -> DataFrame:
    return rows.select(*columns, F.lit(operation.value).alias(OPERATION))


def _all(conditions: Iterable[Column]) -> Column:
    combined = F.lit(True)
    for condition in conditions:
        combined = combined & condition
    return combined


def _struct(alias: str, columns: Sequence[str]) -> str:
    return f"struct({', '.join(f'{alias}.{name}' for name in columns)})"


def _same(columns: Sequence[str]) -> str:
    return " AND ".join(f"t.`{name}` <=> s.`{name}`" for name in columns)


def _assignments(columns: Sequence[str]) -> str:
    return ", ".join(f"t.`{name}` = s.`{name}`" for name in columns)


def _insert(columns: Sequence[str]) -> str:
    names = ", ".join(f"`{name}`" for name in columns)
    values = ", ".join(f"s.`{name}`" for name in columns)
    return f"INSERT ({names}) VALUES ({values})"  # noqa: S608 - names come from the contract
