"""Memory does not grow with the file: measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]

# Bytes made as they are read, so that the file itself is never in memory. One row in fifty is bad.
# Row groups and the keys kept in memory are made small, so that a small file is past both limits.
PROGRAM: Final = """
import json, resource, sys, tempfile
from pathlib import Path
from lambdas.ingest import spool, uniqueness
from lambdas.ingest.core import judge_file
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject

spool.ROW_GROUP_ROWS = uniqueness.KEYS_IN_MEMORY = 20_000
form, rows = sys.argv[1], int(sys.argv[2])

class Rows:
    def __init__(self):
        self.next, self.left = 0, b"id,note\\n" if form == "csv" else b""
    def row(self, n):
        note = "far too long a note" if n % 50 == 0 else f"n{n}"
        if form == "csv":
            return f'{n},"{note}"\\n' if n % 7 == 0 else f"{n},{note}\\n"
        return json.dumps({"id": n, "note": note}) + "\\n"
    def read(self, amount):
        while len(self.left) < amount and self.next < rows:
            upper = min(self.next + 10_000, rows)
            self.left += "".join(map(self.row, range(self.next, upper))).encode()
            self.next = upper
        chunk, self.left = self.left[:amount], self.left[amount:]
        return chunk

contract = ContractCatalog.from_json(sys.argv[3])["things"]
source = SourceObject(bucket="landing", key=f"things/a.{form}", version="v1")
with tempfile.TemporaryDirectory() as scratch:
    verdict = judge_file(
        Rows(), source=source, version_time=0, contract=contract, scratch=Path(scratch)
    )
status = Path("/proc/self/status")
if status.exists():
    # Not ru_maxrss: on Linux that begins with the peak of the process which started this one.
    peak = int(status.read_text().split("VmHWM:")[1].split()[0])
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"read": verdict.rows_read, "bad": verdict.rows_quarantined, "peak_kib": peak}))
"""

CONTRACT: Final = json.dumps(
    {
        "contracts": [
            {
                "dataset": "things",
                "version": "1",
                "title": "Things",
                "description": "Things.",
                "owner": "testers",
                "key": ["id"],
                "merge": "upsert",
                "columns": [
                    {"name": "id", "kind": "integer", "unique": True},
                    {"name": "note", "kind": "string", "maxLength": 12},
                ],
            }
        ]
    }
)


def _peak_mib(form: str, rows: int) -> float:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, form, str(rows), CONTRACT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(run.stdout)
    assert (answer["read"], answer["bad"]) == (rows, rows // 50)
    return answer["peak_kib"] / 1024


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_five_times_the_rows_need_no_more_memory(form: str) -> None:
    small, large = _peak_mib(form, 80_000), _peak_mib(form, 400_000)

    assert large < small * 1.15, f"{small:.0f} MiB became {large:.0f} MiB"
    assert large < 200
