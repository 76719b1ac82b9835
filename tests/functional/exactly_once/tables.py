"""The lake's table and Snowflake's RAW in DuckDB, under the job's and the view's own statements.

DuckDB runs them in its dialect; that Spark and Iceberg, and fakesnow, give the same is for
tests/functional/glue_jobs, tests/functional/local_snowflake and tests/e2e.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import duckdb
import pyarrow as pa
import sqlglot

from glue_jobs.curate import transform
from infra.components.warehouse.statements import current_rows_statement, raw_columns
from tarn.contract.model import Contract
from tarn.contract.schemas import arrow_schema

Rows = list[tuple[Any, ...]]
# DuckDB names the column alone in UPDATE SET.
_SET: Final = re.compile(r't\.("[^"]+") = s\.')


class CuratedTable:
    """A table that ``merge_newer`` changes, as the curate job does for a contract with a key."""

    def __init__(self, contract: Contract) -> None:
        self._duck = duckdb.connect()
        self._contract = contract
        self._names = arrow_schema(contract).names
        self._empty = pa.Table.from_batches([], arrow_schema(contract))
        self._duck.register("empty", self._empty)
        self._duck.execute("CREATE TABLE curated AS SELECT * FROM empty")
        spark = transform.merge_newer(
            table="curated", source="changes", key=contract.key, columns=self._names
        )
        self._merge = _SET.sub(r"\1 = s.", _translated(spark, "spark"))

    def merge(self, files: Iterable[pa.Table]) -> None:
        """Bring rows in with one commit."""
        incoming = pa.concat_tables([self._empty, *files])
        self._duck.register("incoming", incoming)
        key = ", ".join(self._contract.key)
        rank = ", ".join(f"{name} DESC" for name in transform.RANK)
        self._duck.execute(
            "CREATE OR REPLACE TEMP TABLE changes AS SELECT * FROM incoming "
            f"QUALIFY ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {rank}) = 1"
        )
        self._duck.execute(self._merge)

    def rows(self) -> Rows:
        """Return all rows in one order."""
        return sorted(self._duck.execute("SELECT * FROM curated").fetchall(), key=repr)


class RawTable:
    """What Snowpipe loads, and the view of the rows that count."""

    def __init__(self, contract: Contract) -> None:
        self._duck = duckdb.connect()
        self._contract = contract
        self._loads = 0
        declared = ", ".join(
            f"{column.name} {_translated_type(column.type)}" for column in raw_columns(contract)
        )
        self._duck.execute("CREATE SCHEMA RAW")
        self._duck.execute(f"CREATE TABLE RAW.{contract.dataset.upper()} ({declared})")

    def load(self, file: pa.Table) -> None:
        """Load one file, later than all before it."""
        self._loads += 1
        self._duck.register("file", file)
        names = ", ".join(name.upper() for name in file.column_names)
        self._duck.execute(
            f"INSERT INTO RAW.{self._contract.dataset.upper()} ({names}, _LOADED_AT) "
            f"SELECT *, TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL {self._loads} SECOND "
            "FROM file"
        )

    def rows(self) -> Rows:
        """Return the rows that count now, without when they were loaded."""
        view = _translated(current_rows_statement(self._contract), "snowflake")
        found = self._duck.execute(f"SELECT * EXCLUDE (_LOADED_AT) FROM ({view})").fetchall()
        return sorted(found, key=repr)


def _translated(statement: str, dialect: str) -> str:
    return sqlglot.transpile(statement, read=dialect, write="duckdb")[0]


def _translated_type(name: str) -> str:
    return "TIMESTAMPTZ" if name.startswith("TIMESTAMP_LTZ") else name.replace("NUMBER", "DECIMAL")
