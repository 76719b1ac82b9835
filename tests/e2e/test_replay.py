"""A contract was wrong, is mended and deployed: what was quarantined flows into the same tables.

It changes a row of the sample year, so its file sorts after those that count it.
"""

from __future__ import annotations

import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.conftest import SampleYear
from tests.e2e.permissions.situations import eventually

pytestmark = pytest.mark.timeout(900)
STATUS = "SELECT STATUS, DECIDED_BY FROM RAW.QUARANTINE WHERE SOURCE_KEY = 'weather/weather.csv'"


def test_a_quarantined_row_is_let_in_by_a_replay_under_the_mended_contract(
    sample_year: SampleYear,
) -> None:
    checkout = sample_year.checkout
    assert checkout.ask("replay", "weather")["files"] == []
    contract = checkout.root / "contracts" / "weather.odcs.yaml"
    text = contract.read_text()
    assert text.count("maximum: 300}") == 2
    contract.write_text(text.replace("maximum: 300}", "maximum: 2000}"))
    deployed = checkout.pulumi("up", "--stack", "local", "--yes", "--skip-preview")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr

    foretold = checkout.ask("replay", "weather", "--quarantined", "--rule", "range", "--dry-run")
    replayed = checkout.ask("replay", "weather")
    again = checkout.ask("replay", "weather")

    assert foretold["changes"] == {
        "rows_read": 0,
        "rows_accepted": 1,
        "rows_quarantined": -1,
        "objects_held": 0,
    }
    assert replayed["changes"] == foretold["changes"]
    assert (again["files"], again["files_unchanged"]) == ([], 1)
    status = checkout.ask("status", "weather")
    assert status["rows_in_iceberg"] == status["rows_read"] == 26_115
    [row] = checkout.ask("quarantine", "list", "weather", "--all")
    assert row["status"] == "resolved"
    eventually("Snowpipe has loaded the decision", lambda: _shown(checkout) == "resolved")
    [shown] = checkout.sql(STATUS, role="TARN_LOCAL_TRANSFORMER")
    assert (shown["STATUS"], shown["DECIDED_BY"]) == ("resolved", row["decided_by"])


def _shown(checkout: Checkout) -> str:
    [row] = checkout.sql(STATUS, role="TARN_LOCAL_TRANSFORMER")
    return str(row["STATUS"])
