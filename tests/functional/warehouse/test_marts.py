"""warehouse/*.sql, run as written by an engine that speaks Snowflake's dialect.

What it cannot prove: Snowflake's own time zones and its reading of Iceberg; tests/e2e asks the
local cloud, docs/deploy.md ends with the same questions to a real account.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import fakesnow
import pytest
import snowflake.connector

from infra.archives import compiled_contracts
from infra.warehouse_views import read_views
from tarn.contract.schemas import snowflake_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snowflake.connector.cursor import SnowflakeCursor

# How fakesnow asks DuckDB for its rows; not ours to change.
pytestmark = pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result:UserWarning")

FLIGHTS: Final = (
    {"time_hour": "2013-01-01T15:00:00Z", "carrier": "F9", "departed": True, "dep_delay": 10},
    {"time_hour": "2013-01-01T16:00:00Z", "carrier": "F9", "departed": True, "dep_delay": 30},
    {"time_hour": "2013-01-01T17:00:00Z", "carrier": "F9", "departed": False, "dep_delay": None},
    # Nine in the evening in New York, already tomorrow in UTC.
    {"time_hour": "2013-01-02T02:00:00Z", "carrier": "UA", "departed": True, "dep_delay": -5},
)
DELAYS: Final = "MARTS.DAILY_CARRIER_DELAYS"
PUBLISHED: Final = "MARTS.PUBLISHED_FLIGHTS"


@pytest.fixture
def cursor() -> Iterator[SnowflakeCursor]:
    """A database with the curated model, a few flights in it, and the views over it."""
    with fakesnow.patch(), snowflake.connector.connect(database="TARN", schema="PUBLIC") as opened:
        cursor = opened.cursor()
        for schema in ("CURATED", "MARTS"):
            cursor.execute(f"CREATE SCHEMA TARN.{schema}")
        columns = snowflake_columns(compiled_contracts()["flight_performance"])
        declared = ", ".join(f"{column.name} {column.type}" for column in columns)
        cursor.execute(f"CREATE TABLE CURATED.FLIGHT_PERFORMANCE ({declared})")
        for number, flight in enumerate(FLIGHTS):
            _insert(
                cursor, {**flight, "flight": number, "carrier_name": f"{flight['carrier']} Inc"}
            )
        for view in read_views():
            cursor.execute(f"CREATE VIEW {view.qualified_name} AS {view.statement}")
        yield cursor


def test_means_are_over_flights_that_departed(cursor: SnowflakeCursor) -> None:
    (row,) = _rows(
        cursor,
        "SELECT FLIGHTS, DEPARTED_FLIGHTS, CANCELLED_FLIGHTS, TOTAL_DEP_DELAY_MINUTES, "
        f"MEAN_DEP_DELAY_MINUTES FROM {DELAYS} WHERE CARRIER = 'F9'",
    )
    assert tuple(map(float, row)) == (3, 2, 1, 40, 20)


def test_a_day_is_a_day_in_new_york(cursor: SnowflakeCursor) -> None:
    days = _rows(cursor, f"SELECT FLIGHT_DATE FROM {DELAYS} WHERE CARRIER = 'UA'")
    assert days == [(date(2013, 1, 1),)]


def test_readers_get_every_flight_without_its_aircraft(cursor: SnowflakeCursor) -> None:
    cursor.execute(f"SELECT * FROM {PUBLISHED}")
    assert len(cursor.fetchall()) == len(FLIGHTS)
    assert "TAILNUM" not in [column.name for column in cursor.description]


def _insert(cursor: SnowflakeCursor, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    places = ", ".join(["%s"] * len(values))
    cursor.execute(
        f"INSERT INTO CURATED.FLIGHT_PERFORMANCE ({names}) VALUES ({places})",
        tuple(values.values()),
    )


def _rows(cursor: SnowflakeCursor, query: str) -> list[Any]:
    cursor.execute(query)
    return cursor.fetchall()
