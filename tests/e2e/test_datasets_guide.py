"""docs/datasets.md, followed word for word: adding a dataset is adding a file."""

from __future__ import annotations

import re

import pytest

from tests.e2e.checkout import REPOSITORY, Checkout

pytestmark = pytest.mark.timeout(900)
_FILES = re.compile(r"^```\w+ (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_a_dataset_that_is_not_shipped_reaches_snowflake(cloud: Checkout) -> None:
    guide = (REPOSITORY / "docs" / "datasets.md").read_text()
    for file in _FILES.finditer(guide):
        (cloud.root / file["name"]).write_text(file["text"])
    done = cloud.pulumi("up", "-s", "local", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr

    journey = cloud.ask("put", str(cloud.root / "crossings.csv"), "crossings")

    broken = {
        row["line"]: [violation["column"] for violation in row["violations"]]
        for row in journey["quarantined"]
    }
    assert broken == {4: ["passengers"], 5: ["fare"], 6: ["ferry"]}
    rows = cloud.sql("SELECT CROSSING_ID, PASSENGERS FROM CURATED.CROSSINGS ORDER BY CROSSING_ID")
    assert rows == [
        {"CROSSING_ID": "C-0001", "PASSENGERS": 112},
        {"CROSSING_ID": "C-0002", "PASSENGERS": None},
    ]
    current = cloud.sql("SELECT COUNT(*) AS N FROM RAW.CROSSINGS_CURRENT")
    assert current == [{"N": 2}]
