"""The arguments that the program passes are the ones that the jobs take."""

from __future__ import annotations

import pytest

from tarn.job_arguments import (
    CurateArgument,
    CurateArguments,
    FlightPerformanceArgument,
    FlightPerformanceArguments,
    MissingArgumentsError,
    glue_arguments,
)


def test_what_the_program_passes_is_what_the_job_takes() -> None:
    passed = glue_arguments({name: f"a {name}" for name in CurateArgument})
    arguments = CurateArguments.parse({name.removeprefix("--"): v for name, v in passed.items()})
    assert arguments.ledger_table == "a ledger_table"
    assert arguments.contracts_uri == "a contracts_uri"


def test_all_missing_arguments_are_named_at_once() -> None:
    with pytest.raises(MissingArgumentsError) as error:
        CurateArguments.parse({"ledger_table": "t", "validated_bucket": ""})
    assert error.value.missing == (
        "validated_bucket",
        "curated_bucket",
        "curated_database",
        "contracts_uri",
    )


def test_a_model_job_needs_its_database_only() -> None:
    arguments = FlightPerformanceArguments.parse({FlightPerformanceArgument.CURATED_DATABASE: "db"})
    assert arguments.curated_database == "db"
