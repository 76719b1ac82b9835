"""A column that a producer adds: into Iceberg and Snowflake under evolve, held under strict."""

from __future__ import annotations

import re

import pytest

from tests.e2e.checkout import REPOSITORY, Checkout

pytestmark = pytest.mark.timeout(900)
_CONTRACT = re.compile(r"^```yaml \S+crossings.odcs.yaml\n(?P<text>.*?)^```$", re.M | re.S)
HEADER = "crossing_id,ferry,departed_at,passengers,fare"
FIRST = f"{HEADER}\nC-0001,Storfjord,2026-05-01T06:10:00Z,112,14.50\n"
SECOND = (
    f"{HEADER},wind\n"
    "C-0001,Storfjord,2026-05-01T06:10:00Z,113,14.50,SW 4\n"
    "C-0002,Storfjord,2026-05-01T07:10:00Z,12,14.50,\n"
    "C-0003,Rowing boat,2026-05-01T07:10:00Z,1,14.50,N 9\n"
)


def _deploy(cloud: Checkout, mode: str) -> None:
    guide = (REPOSITORY / "docs" / "datasets.md").read_text()
    found = _CONTRACT.search(guide)
    assert found is not None
    text = found["text"].replace(
        "customProperties:\n",
        f"customProperties:\n  - property: schemaChange\n    value: {mode}\n",
        1,
    )
    (cloud.root / "contracts" / "crossings.odcs.yaml").write_text(text)
    done = cloud.pulumi("up", "-s", "local", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_column_reaches_iceberg_and_snowflake_under_evolve(cloud: Checkout) -> None:
    _deploy(cloud, "evolve")
    for name, content in (("first.csv", FIRST), ("second.csv", SECOND)):
        (cloud.root / name).write_text(content)
        cloud.ask("put", str(cloud.root / name), "crossings")

    rows = cloud.sql("SELECT CROSSING_ID, PASSENGERS, WIND FROM CURATED.CROSSINGS ORDER BY 1")

    assert rows == [
        {"CROSSING_ID": "C-0001", "PASSENGERS": 113, "WIND": "SW 4"},
        {"CROSSING_ID": "C-0002", "PASSENGERS": 12, "WIND": None},
    ]
    (raw,) = cloud.sql("SELECT COUNT(*) AS N FROM RAW.CROSSINGS_CURRENT")
    assert raw == {"N": 2}
    preview = cloud.pulumi("preview", "-s", "local", "--expect-no-changes")
    assert preview.returncode == 0, preview.stdout + preview.stderr

    _deploy(cloud, "strict")
    (cloud.root / "third.csv").write_text(SECOND.replace("113", "114"))
    held = cloud.ask("put", str(cloud.root / "third.csv"), "crossings")
    assert "'wind' is not in the contract" in str(held)
    assert rows == cloud.sql(
        "SELECT CROSSING_ID, PASSENGERS, WIND FROM CURATED.CROSSINGS ORDER BY 1"
    )
