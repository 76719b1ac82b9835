"""Flights with the weather, the plane and the places: exactly one row a flight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name Spark's own documentation uses

INPUTS: Final = ("flights", "weather", "planes", "airports", "airlines")
MODEL: Final = "flight_performance"


@dataclass(frozen=True, kw_only=True)
class FlightInputs:
    """The curated tables that the model reads, each unique by its contract's key."""

    flights: DataFrame
    weather: DataFrame
    planes: DataFrame
    airports: DataFrame
    airlines: DataFrame


def flight_performance(inputs: FlightInputs) -> DataFrame:
    """Describe every flight; what is unknown about it is null.

    Every join is a left join to a table that is unique by the join's columns, so flights are
    neither lost nor doubled. Some destinations and tail numbers are in no other table.
    """
    origins = _renamed(inputs.airports, {"faa": "origin", "name": "origin_name"})
    destinations = _renamed(inputs.airports, {"faa": "dest", "name": "dest_name"}).withColumn(
        "_dest_known", F.lit(True)
    )
    airlines = _renamed(inputs.airlines, {"carrier": "carrier", "name": "carrier_name"})
    planes = _renamed(
        inputs.planes,
        {
            "tailnum": "tailnum",
            "manufacturer": "manufacturer",
            "model": "model",
            "year": "plane_year",
        },
    )
    weather = inputs.weather.select("origin", "time_hour", *_MEASURES)
    joined = (
        inputs.flights.select(*_FLIGHT_COLUMNS, "dep_time")
        .join(airlines, "carrier", "left")
        .join(origins, "origin", "left")
        .join(destinations, "dest", "left")
        .join(planes, "tailnum", "left")
        .join(weather, ["origin", "time_hour"], "left")
    )
    return joined.withColumns(
        {
            "departed": F.col("dep_time").isNotNull(),
            "dest_known": F.coalesce(F.col("_dest_known"), F.lit(False)),
        }
    ).select(*COLUMNS)


def stale(built_from: str | None, current: str) -> bool:
    """Tell whether the model was built from other input snapshots than the current ones."""
    return built_from != current


def fingerprint(snapshots: Sequence[tuple[str, int | None]]) -> str:
    """Name the state of all inputs; equal exactly when every input's snapshot is equal."""
    return ",".join(f"{table}={snapshot}" for table, snapshot in sorted(snapshots))


_FLIGHT_COLUMNS: Final = (
    "time_hour",
    "carrier",
    "flight",
    "origin",
    "dest",
    "tailnum",
    "dep_delay",
    "arr_delay",
    "distance",
    "air_time",
)
_MEASURES: Final = ("temp", "wind_speed", "wind_gust", "precip", "visib")
COLUMNS: Final = (
    *_FLIGHT_COLUMNS,
    "departed",
    "carrier_name",
    "origin_name",
    "dest_name",
    "dest_known",
    "manufacturer",
    "model",
    "plane_year",
    *_MEASURES,
)


def _renamed(table: DataFrame, names: dict[str, str]) -> DataFrame:
    return table.select(*(F.col(old).alias(new) for old, new in names.items()))
