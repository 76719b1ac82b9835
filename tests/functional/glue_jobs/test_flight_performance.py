"""The flight model: every flight once, described as far as the other tables know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from pyspark.sql import DataFrame, SparkSession

from glue_jobs import iceberg
from glue_jobs.flight_performance.adapters import CuratedDatabase
from glue_jobs.flight_performance.transform import COLUMNS, INPUTS, FlightInputs, flight_performance
from infra.archives import compiled_contracts
from tarn.contract.schemas import spark_ddl
from tests.functional.glue_jobs.deliveries import literal_frame

CONTRACTS = compiled_contracts()
TEN = datetime(2013, 1, 1, 10, tzinfo=UTC)
ELEVEN = datetime(2013, 1, 1, 11, tzinfo=UTC)

Rows = Sequence[Mapping[str, object]]

FLIGHTS: Rows = [
    {"time_hour": TEN, "carrier": "UA", "flight": 1, "origin": "EWR", "dest": "IAH",
     "tailnum": "N1", "dep_time": 517, "dep_delay": 2.0},
    {"time_hour": TEN, "carrier": "UA", "flight": 2, "origin": "EWR", "dest": "BQN",
     "tailnum": "N9", "dep_time": 533, "dep_delay": 4.0},
    {"time_hour": ELEVEN, "carrier": "B6", "flight": 3, "origin": "JFK", "dest": "IAH",
     "tailnum": None, "dep_time": None, "dep_delay": None},
]  # fmt: skip
KNOWN: dict[str, Rows] = {
    "flights": FLIGHTS,
    "weather": [
        {"origin": "EWR", "time_hour": TEN, "temp": 39.02, "wind_speed": 12.0},
        {"origin": "JFK", "time_hour": TEN, "temp": 38.0, "wind_speed": 10.0},
    ],
    "planes": [{"tailnum": "N1", "manufacturer": "BOEING", "model": "737", "year": 1999}],
    "airports": [{"faa": "EWR", "name": "Newark"}, {"faa": "IAH", "name": "Houston"}],
    "airlines": [{"carrier": "UA", "name": "United"}],
}


def table(spark: SparkSession, dataset: str, rows: Rows) -> DataFrame:
    """Rows with null in every column that they do not name."""
    return literal_frame(spark, spark_ddl(CONTRACTS[dataset]), rows)


@pytest.fixture
def model(spark: SparkSession) -> list[dict[str, object]]:
    inputs = FlightInputs(**{name: table(spark, name, rows) for name, rows in KNOWN.items()})
    return sorted(
        (row.asDict() for row in flight_performance(inputs).collect()),
        key=lambda row: str(row["flight"]),
    )


def test_every_flight_is_there_once(model: list[dict[str, object]]) -> None:
    assert [row["flight"] for row in model] == [1, 2, 3]
    assert tuple(model[0]) == COLUMNS


def test_a_flight_is_described_by_all_tables(model: list[dict[str, object]]) -> None:
    known = model[0]
    assert known["carrier_name"] == "United"
    assert (known["origin_name"], known["dest_name"]) == ("Newark", "Houston")
    assert (known["manufacturer"], known["plane_year"]) == ("BOEING", 1999)
    assert (known["temp"], known["wind_speed"]) == (39.02, 12.0)
    assert (known["departed"], known["dest_known"]) == (True, True)


def test_what_is_unknown_about_a_flight_is_null(model: list[dict[str, object]]) -> None:
    elsewhere, stayed = model[1], model[2]
    assert (elsewhere["dest_known"], elsewhere["dest_name"]) == (False, None)
    assert elsewhere["manufacturer"] is None
    assert (stayed["departed"], stayed["origin_name"], stayed["temp"]) == (False, None, None)


def test_the_model_has_the_columns_of_its_contract(spark: SparkSession) -> None:
    inputs = FlightInputs(**{name: table(spark, name, rows) for name, rows in KNOWN.items()})
    wanted = iceberg.schema_of(spark, spark_ddl(CONTRACTS["flight_performance"]))
    made = flight_performance(inputs).schema
    assert {f.name: f.dataType for f in made} == {f.name: f.dataType for f in wanted}


def test_the_model_is_rebuilt_when_an_input_changed_and_only_then(
    spark: SparkSession, database: str
) -> None:
    for dataset in (*INPUTS, "flight_performance"):
        ddl = spark_ddl(CONTRACTS[dataset])
        spark.sql(f"CREATE TABLE glue_catalog.{database}.{dataset} ({ddl}) USING iceberg")
    for dataset in INPUTS:
        table(spark, dataset, KNOWN[dataset]).writeTo(f"glue_catalog.{database}.{dataset}").append()
    job = CuratedDatabase(spark=spark, database=database)
    name = f"glue_catalog.{database}.flight_performance"
    assert job.refresh()
    assert not job.refresh()
    assert spark.table(f"{name}.snapshots").count() == 1
    more = [{"carrier": "B6", "name": "JetBlue"}]
    table(spark, "airlines", more).writeTo(f"glue_catalog.{database}.airlines").append()
    assert job.refresh()
    assert spark.table(name).count() == len(FLIGHTS)
    assert spark.table(name).where("carrier_name = 'JetBlue'").count() == 1
