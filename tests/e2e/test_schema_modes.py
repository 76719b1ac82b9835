"""A column that a producer adds: into Iceberg and Snowflake under evolve, held under strict."""

from __future__ import annotations

import base64
import re
import time

import pytest

from lambdas.ingest.adapters import personal_data_secret
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


def _put(cloud: Checkout, name: str, content: str) -> str:
    """Land a file and wait until it is merged or held; return what was said on its way."""
    (cloud.root / name).write_text(content)
    # On a machine with other work, Spark may need longer than the command waits.
    done = cloud.run("put", str(cloud.root / name), "crossings", "--format", "json")
    end = time.monotonic() + 300
    while cloud.ask("status", "crossings")["files_pending_merge"]:
        assert time.monotonic() < end, f"{name} is not merged: {done.stderr}"
        time.sleep(2)
    return done.stdout + done.stderr


def test_a_new_column_reaches_iceberg_and_snowflake_under_evolve(cloud: Checkout) -> None:
    _deploy(cloud, "evolve")
    _put(cloud, "first.csv", FIRST)
    _put(cloud, "second.csv", SECOND)

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
    said = _put(cloud, "third.csv", SECOND.replace("113", "114"))
    assert "'wind' is not in the contract" in said
    assert rows == cloud.sql(
        "SELECT CROSSING_ID, PASSENGERS, WIND FROM CURATED.CROSSINGS ORDER BY 1"
    )


def test_personal_data_is_in_no_table_and_not_in_quarantine(cloud: Checkout) -> None:
    """Also: the function may derive its secret, under its own role, where a contract needs it."""
    name = cloud.root / "contracts" / "crossings.odcs.yaml"
    _deploy(cloud, "reorder")
    text = name.read_text().replace(
        "      - name: ferry\n",
        "      - name: ferry\n        classification: personal\n"
        "        customProperties: [{property: protection, value: hash}]\n",
    )
    name.write_text(text)
    done = cloud.pulumi("up", "-s", "local", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr

    said = _put(cloud, "fourth.csv", f"{FIRST.replace('C-0001', 'C-0004')}C-5,Storfjord,,x,1\n")

    assert "C-5" in said
    assert "Storfjord" not in said
    (row,) = cloud.sql("SELECT FERRY FROM RAW.CROSSINGS_CURRENT WHERE CROSSING_ID = 'C-0004'")
    assert re.fullmatch("[0-9a-f]{64}", row["FERRY"])
    state = cloud.pulumi("stack", "export", "-s", "local").stdout
    (key,) = set(re.findall(r'"TARN_PERSONAL_DATA_KEY": "([^"]+)"', state))
    secret = personal_data_secret(cloud.client("kms"), key)
    for form in (secret.hex(), base64.b64encode(secret).decode()):
        assert form not in state
