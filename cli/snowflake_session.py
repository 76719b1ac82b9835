"""Ask Snowflake, through its own protocol and driver.

The same code asks the local cloud and an account; only the connection's parameters differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from cli.errors import QueryError

NETWORK_TIMEOUT_SECONDS = 60
"""Drivers retry server errors for minutes unless this bounds them."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The result of one statement: column names as Snowflake gives them, and rows."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


@dataclass(frozen=True, kw_only=True)
class SnowflakeConnection:
    """How to reach an account. ``parameters`` go to the driver as they are."""

    parameters: Mapping[str, object]

    def session(self, *, role: str | None = None) -> AbstractContextManager[Session]:
        """Open a session, under a role when one is named; use it in a ``with`` statement."""
        return _open(self, role)


@dataclass(frozen=True, kw_only=True)
class Session:
    """An open session."""

    cursor_of: Callable[[], Any]

    def query(self, statement: str) -> Answer:
        """Run one statement.

        Raises QueryError with Snowflake's own message when it is refused.
        """
        from snowflake.connector.errors import Error

        cursor = self.cursor_of()
        try:
            cursor.execute(statement)
            columns = tuple(str(column[0]) for column in cursor.description or ())
            rows = cast("list[tuple[object, ...]]", cursor.fetchall()) if columns else []
        except Error as error:
            raise QueryError(str(error.raw_msg or error)) from error
        finally:
            cursor.close()
        return Answer(columns=columns, rows=rows)

    def count(self, table: str) -> int:
        """Return the number of rows of a table or view."""
        return self.counts([table])[table]

    def counts(self, tables: Sequence[str]) -> dict[str, int]:
        """Return the number of rows of several tables in one statement."""
        parts = [
            f"SELECT '{table}' AS NAME, COUNT(*) AS ROW_COUNT FROM {table}"  # noqa: S608
            for table in tables
        ]
        answer = self.query(" UNION ALL ".join(parts))
        return {str(name): int(cast("int", rows)) for name, rows in answer.rows}


@contextmanager
def _open(connection: SnowflakeConnection, role: str | None) -> Any:  # noqa: ANN401
    # The driver takes half a second to import, which `tarn --help` should not pay.
    from snowflake import connector
    from snowflake.connector.errors import Error

    parameters = {**connection.parameters, **({"role": role} if role else {})}
    try:
        opened = cast("Callable[..., Any]", connector.connect)(
            **parameters,
            network_timeout=NETWORK_TIMEOUT_SECONDS,
            login_timeout=NETWORK_TIMEOUT_SECONDS,
            session_parameters={"CLIENT_TELEMETRY_ENABLED": False},
        )
    except Error as error:
        raise QueryError(str(error.raw_msg or error)) from error
    try:
        yield Session(cursor_of=opened.cursor)
    finally:
        opened.close()
