"""The function's settings: read once, every problem named at once."""

from __future__ import annotations

import pytest

from tarn.runtime import IngestSettings, IngestVariable, SettingsError

GOOD = {
    "TARN_LEDGER_TABLE": "ledger",
    "TARN_LANDING_BUCKET": "landing",
    "TARN_VALIDATED_BUCKET": "validated",
    "TARN_QUARANTINE_BUCKET": "quarantine",
    "TARN_LEASE_SECONDS": "330",
    "TARN_QUEUE_URL": "queue",
}

NEEDED = [name for name in IngestVariable if name is not IngestVariable.PERSONAL_DATA_KEY]


def test_settings_come_from_the_environment_and_ignore_what_is_not_tarns() -> None:
    settings = IngestSettings.from_environment(GOOD | {"AWS_REGION": "eu-west-1", "PATH": "/"})

    assert settings == IngestSettings(
        ledger_table="ledger",
        landing_bucket="landing",
        validated_bucket="validated",
        quarantine_bucket="quarantine",
        lease_seconds=330,
        queue_url="queue",
    )
    assert set(GOOD) == set(NEEDED)


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        IngestSettings.from_environment({"TARN_LEDGER_TABLE": ""})

    assert caught.value.problems == tuple(f"{name} is missing" for name in NEEDED)


def test_the_key_for_personal_data_is_there_where_a_contract_protects_some() -> None:
    settings = IngestSettings.from_environment(GOOD | {"TARN_PERSONAL_DATA_KEY": "arn"})

    assert settings.personal_data_key == "arn"


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"TARN_LEDGERTABLE": "x"}, "TARN_LEDGERTABLE is not known"),
        ({"TARN_LEASE_SECONDS": "0"}, "TARN_LEASE_SECONDS is '0', not a number above 0"),
        ({"TARN_LEASE_SECONDS": "5m"}, "TARN_LEASE_SECONDS is '5m', not a number above 0"),
    ],
)
def test_a_variable_that_cannot_be_used_is_refused(variables: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError, match="deploy the stack again") as caught:
        IngestSettings.from_environment(GOOD | variables)

    assert caught.value.problems == (problem,)
