"""The query engine: fakesnow's translation of Snowflake SQL onto one DuckDB instance.

This is the only module that knows fakesnow's and DuckDB's connections. Names that reach DuckDB are
fully qualified, so a view means the same tables in every session.
"""

from __future__ import annotations

import warnings
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import snowflake.connector.errors as driver_errors
from fakesnow import info_schema, macros
from fakesnow.conn import FakeSnowflakeConnection
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.instance import FakeSnow
from fakesnow.rowtype import ColumnInfo, describe_as_rowtype
from sqlglot import Expr
from sqlglot.errors import SqlglotError

from local_cloud.snowflake.arrow_stream import arrow_stream
from local_cloud.snowflake.engine_time import follow_clock, skip_statement
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    canceled,
)
from local_cloud.snowflake.names import Path, plain, quoted

if TYPE_CHECKING:
    import pyarrow as pa

_KEPT_RESULTS: Final = 8
_NO_DATABASE: Final = "memory.main"
_FAKESNOW_UNKNOWN: Final = 9999
"""How fakesnow numbers what it has not implemented."""
_NO_NUMBER: Final = "Could not convert string"
_DUCKDB_ERRORS: Final[dict[type[duckdb.Error], tuple[int, str]]] = {
    duckdb.CatalogException: (2003, "42S02"),
    duckdb.ParserException: (1003, "42000"),
    duckdb.SyntaxException: (1003, "42000"),
    duckdb.ConversionException: (100038, "22018"),
    duckdb.ConstraintException: (100072, "22000"),
}
"""What DuckDB's errors are in Snowflake; the others are wrong identifiers and arguments."""

# fakesnow fetches through a DB-API result; DuckDB 2.0 warns about the copy on every query.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")


@dataclass(frozen=True, kw_only=True)
class QueryAnswer:
    """A query's rows in Arrow, with the drivers' description of the columns."""

    rowtype: list[ColumnInfo]
    table: pa.Table
    affected: int

    def base64(self) -> str:
        """Return the rows as the drivers' Arrow stream."""
        return b64encode(arrow_stream(self.table, self.rowtype)).decode("ascii")


class _RecentResults(OrderedDict[str, tuple[Any, ...]]):
    """fakesnow keeps every result for ever; the local cloud keeps the last few."""

    def __setitem__(self, key: str, value: tuple[Any, ...]) -> None:
        super().__setitem__(key, value)
        while len(self) > _KEPT_RESULTS:
            self.popitem(last=False)


class _Cursor(FakeSnowflakeCursor):
    """fakesnow's cursor, with access to what its own server reads."""

    def answer(self, sql: str, parameters: Sequence[object] | None) -> QueryAnswer:
        self.execute(sql, binding_params=parameters, server=True)
        if self._last_transformed is not None and "put_stage_data" in self._last_transformed.args:
            raise StatementUnsupportedError(what="PUT")
        if self._arrow_table is None:
            raise StatementUnsupportedError(what=sql.split(maxsplit=1)[0].upper())
        rowtype = describe_as_rowtype(self._describe_last_sql())
        return QueryAnswer(rowtype=rowtype, table=self._arrow_table, affected=self.rowcount or 0)

    def _transform(self, expression: Expr, params: Any) -> Expr:  # noqa: ANN401 - fakesnow's
        return follow_clock(super()._transform(expression, params))


class EngineSession:
    """One connection to the engine, with its current database and schema."""

    def __init__(self, fake: FakeSnow) -> None:
        """Open a connection without a current database."""
        self.duck = fake.duck_conn.cursor()
        self._connection = FakeSnowflakeConnection(
            self.duck, fake.results_cache, create_database=False, create_schema=False
        )

    @property
    def database(self) -> str | None:
        """The current database."""
        return self._connection.database

    @property
    def schema(self) -> str | None:
        """The current schema, None without a current database."""
        return self._connection.schema if self._connection.schema_set else None

    def use(self, path: Path) -> None:
        """Make a database (one part) or a schema (two parts) the current one."""
        with translated():
            word = "DATABASE" if len(path) == 1 else "SCHEMA"
            self._cursor().execute(f"USE {word} {quoted(path)}")

    def in_transaction(self) -> bool:
        """Whether the session began a transaction that it has not ended."""
        try:
            self.duck.execute("BEGIN")
        except duckdb.TransactionException:
            return True
        self.duck.execute("ROLLBACK")
        return False

    def leave(self) -> None:
        """Have no current database any more, because it was dropped."""
        self.duck.execute(f"SET schema = '{_NO_DATABASE}'")
        self._connection.database = None
        self._connection.database_set = False
        self._connection.schema_set = False

    def run(self, sql: str, parameters: Sequence[object] | None = None) -> QueryAnswer:
        """Run Snowflake SQL; errors come out as Snowflake's."""
        with translated():
            return self._cursor().answer(sql, parameters)

    def _cursor(self) -> _Cursor:
        return _Cursor(self._connection, self.duck)

    def interrupt(self) -> None:
        """End the statement that runs now; it fails as canceled."""
        self.duck.interrupt()

    def close(self) -> None:
        """Give the connection back; an open transaction is rolled back."""
        self._connection.close()


class Engine:
    """The one DuckDB instance of an account."""

    def __init__(self) -> None:
        """Start empty: no database but fakesnow's own."""
        self._fake = FakeSnow(create_database_on_connect=False, create_schema_on_connect=False)
        self._fake.results_cache = _RecentResults()

    def connect(self) -> EngineSession:
        """Open a connection for a session or a background loader."""
        return EngineSession(self._fake)

    def skip(self, span: timedelta) -> None:
        """Let the engine's functions of time run ahead of real time by a span."""
        self.execute(skip_statement(span))

    def create_database(self, name: str) -> None:
        """Attach an empty in-memory database with fakesnow's information schema."""
        with self._cursor() as duck:
            duck.execute(f"ATTACH ':memory:' AS {quoted((name,))}")
            # fakesnow writes the name both as an identifier and inside a string.
            duck.execute(info_schema.per_db_creation_sql(plain((name,))))
            duck.execute(macros.creation_sql(plain((name,))))

    def drop_database(self, name: str) -> None:
        """Detach a database; its memory is freed when its last reader ends."""
        with self._cursor() as duck:
            duck.execute(f"DETACH {quoted((name,))}")

    def execute(self, sql: str) -> None:
        """Run DuckDB SQL that needs no session."""
        with self._cursor() as duck:
            duck.execute(sql)

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a DuckDB query that needs no session."""
        with self._cursor() as duck:
            return duck.execute(sql, list(parameters)).fetchall()

    @contextmanager
    def _cursor(self) -> Generator[duckdb.DuckDBPyConnection]:
        with translated():
            cursor = self._fake.duck_conn.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def close(self) -> None:
        """Free everything."""
        self._fake.duck_conn.close()


@contextmanager
def translated() -> Generator[None]:
    """Turn what fakesnow and DuckDB raise into Snowflake's errors, in this one place."""
    try:
        yield
    except SnowflakeSqlError:
        raise
    except driver_errors.Error as error:
        if error.errno == _FAKESNOW_UNKNOWN:
            raise StatementUnsupportedError(what=str(error.raw_msg or error.msg)) from error
        message = error.raw_msg or str(error.msg)
        code, sqlstate = _meaning(error, message)
        raise SnowflakeSqlError(code=code, sqlstate=sqlstate, message=message) from error
    except duckdb.InterruptException as error:
        raise canceled() from error
    except duckdb.Error as error:
        code, sqlstate = next(
            (meaning for kind, meaning in _DUCKDB_ERRORS.items() if isinstance(error, kind)),
            (904, "42000"),
        )
        raise SnowflakeSqlError(code=code, sqlstate=sqlstate, message=str(error)) from error
    except SqlglotError as error:
        message = f"SQL compilation error:\nsyntax error: {error}"
        raise SnowflakeSqlError(code=1003, sqlstate="42000", message=message) from error
    except NotImplementedError as error:
        raise StatementUnsupportedError(what=str(error)) from error
    except RecursionError:
        raise
    except Exception as error:
        # fakesnow and sqlglot fail in many ways on statements that they do not know.
        raise StatementUnsupportedError(what=f"this statement ({error!r})") from error


def _meaning(error: driver_errors.Error, message: str) -> tuple[int, str]:
    """Return code and SQL state, where fakesnow's are those of something else."""
    if isinstance(error.__cause__, duckdb.BinderException) and "Referenced column" in message:
        return 904, "42000"
    if isinstance(error.__cause__, duckdb.ConversionException) and _NO_NUMBER in message:
        return 100038, "22018"
    code = error.errno if error.errno and error.errno > 0 else 904
    return code, error.sqlstate or "42000"
