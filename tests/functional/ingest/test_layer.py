"""The function runs on what its layer holds: everything else of this environment is hidden."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tarn.contract.model import ContractCatalog

ROOT: Final = Path(__file__).parents[3]
LAYER: Final = ROOT / "lambdas/ingest/requirements.txt"
LOCK: Final = ROOT / "requirements.lock"

# Names under which the layer's distributions are imported, where they differ.
IMPORTED_AS: Final = {"python-dateutil": "dateutil", "aws-xray-sdk": "aws_xray_sdk"}

HELD: Final = {"pyarrow"}
"""Held back in the layer: docs/adr/0024."""

PROGRAM: Final = """
import io, json, pkgutil, site, sys, tempfile
from pathlib import Path

allowed = set(sys.argv[1].split(","))
hidden = {m.name for m in pkgutil.iter_modules(site.getsitepackages())} - allowed

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in hidden:
            raise ModuleNotFoundError(f"{name} is not in the layer", name=name)

sys.meta_path.insert(0, Hide())

import lambdas.ingest.handler
import pyarrow as pa, pyarrow.parquet as pq
from lambdas.ingest.core import judge_file
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject

contract = ContractCatalog.from_json(sys.argv[2])["weather"]

def judge(name, content):
    with tempfile.TemporaryDirectory() as scratch:
        verdict = judge_file(
            io.BytesIO(content),
            source=SourceObject(bucket="landing", key=f"weather/{name}", version="v1"),
            version_time=0, contract=contract, scratch=Path(scratch),
        )
        rejected = pq.read_table(verdict.quarantined)["raw_row"].to_pylist()
    return [verdict.rows_accepted, rejected]

header = ",".join(contract.column_names)
rows = [["EWR", 2013, 1, 1, 1, None, None, None, 270, 10.5, None, 0, 1012, 10, None]] * 2
texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
texts[0][-1] = "2013-01-01T06:00:00Z"
csv = "\\n".join([header, *(",".join(row) for row in texts)])
times = pa.array([1_000, 1_001], pa.timestamp("ns", tz="America/New_York"))
columns = {name: pa.array([row[i] for row in rows]) for i, name in enumerate(contract.column_names)}
floats = {c.name for c in contract.columns if c.type.kind == "double"}
for name in floats:
    columns[name] = columns[name].cast(pa.float64())
parquet = io.BytesIO()
pq.write_table(pa.table(columns | {"time_hour": times}), parquet)
print(json.dumps([judge("a.csv", csv.encode()), judge("a.parquet", parquet.getvalue())]))
"""


def _pins(text: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+==[^ \\]+)", text, flags=re.MULTILINE))


def test_the_layer_has_the_versions_of_the_lock() -> None:
    layer, lock = _pins(LAYER.read_text()), _pins(LOCK.read_text())

    assert {pin.split("==")[0] for pin in layer - lock} <= HELD


def test_the_function_needs_nothing_but_its_layer(contracts: ContractCatalog) -> None:
    names = {pin.split("==")[0] for pin in _pins(LAYER.read_text())}
    allowed = {"tarn_native"} | {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, ",".join(sorted(allowed)), contracts.to_json()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    from_csv, from_parquet = json.loads(run.stdout)
    assert from_csv == [1, ["EWR,2013,1,1,1,,,,270,10.5,,0,1012,10,"]]
    assert from_parquet[0] == 0, "1970 is before the contract's minimum"
    assert [json.loads(raw)["time_hour"] for raw in from_parquet[1]] == [
        "1970-01-01 00:00:00.000001000",
        "1970-01-01 00:00:00.000001001",
    ]
