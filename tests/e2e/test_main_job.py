"""`make up`: a year of real flights from the landing bucket to Snowflake."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import SampleYear

pytestmark = pytest.mark.timeout(900)

CURATED = {
    "flights": 336_776,
    "weather": 26_114,
    "planes": 3_322,
    "airports": 1_458,
    "airlines": 16,
}

DIVERTED = 717
"""Flights of the year that arrived without an air time."""


def test_every_dataset_arrives_in_snowflake(sample_year: SampleYear) -> None:
    counts = {
        dataset: sample_year.checkout.sql(f"SELECT COUNT(*) AS N FROM CURATED.{dataset}")[0]["N"]
        for dataset in CURATED
    }

    assert counts == CURATED


def test_the_report_says_what_the_stations_hold(sample_year: SampleYear) -> None:
    reported = {one["dataset"]: one for one in sample_year.result["datasets"]}

    assert {name: one["rows_in_snowflake"] for name, one in reported.items()} == CURATED
    assert {name: one["rows_in_iceberg"] for name, one in reported.items()} == CURATED
    assert {name: one["files"] for name, one in reported.items()} == {
        **dict.fromkeys(CURATED, 1),
        "flights": 365,
    }


def test_rows_are_conserved(sample_year: SampleYear) -> None:
    for one in sample_year.result["datasets"]:
        assert one["rows_read"] == one["rows_accepted"] + one["rows_quarantined"], one["dataset"]


def test_rows_that_only_break_rules_of_warning_are_in_and_counted(sample_year: SampleYear) -> None:
    status = sample_year.checkout.ask("status", "flights")

    assert status["rows_warned"] == status["warned: sql diverted"] == DIVERTED
    assert status["rows_accepted"] == CURATED["flights"]


def test_values_without_a_parent_are_in_and_listed(sample_year: SampleYear) -> None:
    found = sample_year.checkout.sql(
        "SELECT REFERENCE, SUM(ROW_COUNT) AS N, COUNT(*) AS DISTINCT_VALUES "
        "FROM RAW.FLIGHTS_ORPHANS GROUP BY REFERENCE ORDER BY REFERENCE"
    )

    assert [(row["REFERENCE"], int(row["N"])) for row in found] == [
        ("airports.faa", 7_602),
        ("planes.tailnum", 50_094),
    ]
    assert found[0]["DISTINCT_VALUES"] == 4


def test_the_impossible_wind_is_quarantined_with_its_reason(sample_year: SampleYear) -> None:
    (rejection,) = sample_year.result["rejections"]

    assert rejection["dataset"] == "weather"
    assert rejection["column"] == "wind_speed"
    assert rejection["value"] == "1048.3605799999998" or rejection["value"].startswith("1048.36058")
    assert rejection["line"] > 1


def test_the_carrier_with_the_highest_mean_delay_is_f9(sample_year: SampleYear) -> None:
    (worst,) = sample_year.checkout.sql(
        "SELECT CARRIER, AVG(DEP_DELAY) AS MEAN, COUNT(*) AS DEPARTED FROM CURATED.FLIGHTS "
        "WHERE DEP_DELAY IS NOT NULL GROUP BY CARRIER ORDER BY MEAN DESC LIMIT 1"
    )

    assert worst["CARRIER"] == "F9"
    assert float(worst["MEAN"]) == pytest.approx(20.2155, abs=0.0001)
    assert worst["DEPARTED"] == 682


def test_raw_holds_each_row_once_with_its_source(sample_year: SampleYear) -> None:
    (row,) = sample_year.checkout.sql(
        "SELECT COUNT(*) AS N, COUNT(DISTINCT _SOURCE_KEY || ':' || _SOURCE_LINE) AS PLACES "
        "FROM RAW.FLIGHTS_CURRENT"
    )

    assert row == {"N": CURATED["flights"], "PLACES": CURATED["flights"]}


def test_the_model_has_one_row_for_each_flight(sample_year: SampleYear) -> None:
    (row,) = sample_year.checkout.sql("SELECT COUNT(*) AS N FROM CURATED.FLIGHT_PERFORMANCE")

    assert row["N"] == CURATED["flights"]


def test_a_reader_sees_the_marts_but_not_raw(sample_year: SampleYear) -> None:
    reader = "TARN_LOCAL_READER"

    daily = sample_year.checkout.sql(
        "SELECT COUNT(*) AS N FROM MARTS.DAILY_CARRIER_DELAYS", role=reader
    )
    refused = sample_year.checkout.run("sql", "SELECT * FROM RAW.FLIGHTS", "--role", reader)

    assert daily[0]["N"] > 365
    assert refused.returncode != 0
    assert "RAW" in refused.stderr


def test_running_it_again_changes_nothing(sample_year: SampleYear) -> None:
    again = sample_year.checkout.ask("up")

    assert again["changed"] is False
    assert again["files"] == {"landed": 0, "already_there": 369}
    assert [(one["dataset"], one["rows_in_snowflake"]) for one in again["datasets"]] == [
        (one["dataset"], one["rows_in_snowflake"]) for one in sample_year.result["datasets"]
    ]


def test_running_it_again_says_so(sample_year: SampleYear) -> None:
    assert "Nothing changed" in sample_year.checkout.tarn("up")


def test_a_preview_stays_empty_after_commits_to_iceberg(sample_year: SampleYear) -> None:
    preview = sample_year.checkout.pulumi("preview", "-s", "local", "--expect-no-changes", "--diff")

    assert preview.returncode == 0, preview.stdout + preview.stderr


def test_a_refresh_finds_no_drift_after_commits_to_iceberg(sample_year: SampleYear) -> None:
    refresh = sample_year.checkout.pulumi(
        "refresh", "-s", "local", "--preview-only", "--expect-no-changes", "--diff"
    )

    assert refresh.returncode == 0, refresh.stdout + refresh.stderr
