"""The deployed jobs on the local cloud: from the ledger's pending files to Iceberg tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.archives import compiled_contracts
from tarn.ledger import Attribute, FileStatus
from tests.functional.local_glue.conftest import Cloud
from tests.functional.local_glue.lake import Lake, summaries

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
LATE = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def lake(cloud: Cloud, tmp_path: Path) -> Lake:
    return Lake.build(cloud, compiled_contracts(), tmp_path)


def airlines(**names: str) -> list[dict[str, object]]:
    return [{"carrier": carrier, "name": name} for carrier, name in names.items()]


def snapshots(lake: Lake) -> int:
    return len(lake.table("airlines").metadata.snapshots)


def test_pending_files_are_merged_once_and_the_newest_row_of_a_key_wins(lake: Lake) -> None:
    late = airlines(UA="United Air Lines", B6="JetBlue")
    files = [
        lake.publish("airlines", late, key="airlines/late.csv", modified_at=LATE),
        lake.publish("airlines", airlines(UA="United", AA="American"), key="airlines/early.csv"),
    ]
    run = lake.cloud.run(lake.curate)
    assert run["JobRunState"] == "SUCCEEDED", run
    (summary,) = summaries(lake.cloud.output(run["Id"]))
    assert (summary["files"], summary["rows"], summary["marked"]) == (2, 4, 2)
    current = {row["carrier"]: row["name"] for row in lake.rows("airlines")}
    assert current == {"UA": "United Air Lines", "B6": "JetBlue", "AA": "American"}
    for file in files:
        item = lake.status(file)
        assert item[Attribute.STATUS] == FileStatus.CURATED
        assert Attribute.PENDING not in item

    # The same file again, as after a redrive: nothing changes, and it is done again.
    again = lake.publish("airlines", late, key="airlines/late.csv", modified_at=LATE)
    run = lake.cloud.run(lake.curate)
    assert run["JobRunState"] == "SUCCEEDED", run
    assert snapshots(lake) == 1
    assert lake.status(again)[Attribute.STATUS] == FileStatus.CURATED

    model = lake.cloud.run(lake.flight_performance)
    assert model["JobRunState"] == "SUCCEEDED", model
