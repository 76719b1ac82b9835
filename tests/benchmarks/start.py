"""``python -m tests.benchmarks.start``: what the ingest function weighs, and how fast it is ready.

In an environment of what is deployed only: the unpacked layer and the unpacked archive.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from statistics import median
from typing import Final

from infra.archives.layer import layer_archive
from infra.archives.sources import PROJECT
from infra.settings import Architecture
from tarn.contract.compilation import compile_contracts

ROUNDS: Final = 7
_PROGRAM: Final = """
import io, json, sys, tempfile, time
from pathlib import Path
before = time.process_time()
import lambdas.ingest.handler
imported = time.process_time() - before
from lambdas.ingest.core import judge_file
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject

contract = ContractCatalog.from_json(sys.stdin.read())["airlines"]
spent = []
for _ in range(30):
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        judge_file(
            io.BytesIO(b"carrier,name\\n9E,Endeavor Air Inc.\\n"), version_time=1,
            source=SourceObject(bucket="b", key="airlines/a.csv", version="v"),
            contract=contract, scratch=Path(scratch),
        )
    spent.append(time.perf_counter() - began)
print(json.dumps([imported * 1000, sorted(spent)[15] * 1000]))
"""


def main() -> None:
    """Print size, CPU of the import, and time of a small file after it."""
    contracts = compile_contracts(PROJECT / "contracts").to_json()
    with tempfile.TemporaryDirectory() as directory:
        unpacked = Path(directory)
        with zipfile.ZipFile(layer_archive(Architecture.HOST).path) as layer:
            layer.extractall(unpacked)
        size = sum(file.stat().st_size for file in unpacked.rglob("*") if file.is_file())
        path = os.pathsep.join((str(PROJECT), str(unpacked / "python")))
        environment = {
            "PYTHONPATH": path,
            "POWERTOOLS_TRACE_DISABLED": "true",
            "LAMBDA_TASK_ROOT": str(PROJECT),  # as in Lambda, where X-Ray's library asks nobody
        }
        command = (sys.executable, "-S", "-c", _PROGRAM)
        measured = [
            json.loads(
                subprocess.run(
                    command,
                    input=contracts,
                    env=environment,
                    cwd=directory,
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
            )
            for _ in range(ROUNDS)
        ]
    imported, judged = (median(values) for values in zip(*measured, strict=True))
    print(f"layer unzipped {size / 2**20:.0f} MiB")
    print(f"import of the function, boto3 included {imported:.0f} ms of CPU (median of {ROUNDS})")
    print(f"a small file, warm {judged:.1f} ms, without S3 and the ledger")


if __name__ == "__main__":
    main()
