"""``python -m tests.benchmarks.ours SOURCE TARGET``: judge a sample as the function would."""

from __future__ import annotations

import sys
from pathlib import Path

from cli.ingest_benchmark.sample import contract
from lambdas.ingest.core import judge_file
from tarn.keys import SourceObject


def main(source: Path, target: Path) -> None:
    """Leave accepted.parquet and rejected.parquet in the target."""
    orders = contract()
    with source.open("rb") as stream:
        judge_file(
            stream,
            source=SourceObject(bucket="landing", key=f"orders/{source.name}", version="v1"),
            version_time=0,
            contract=orders,
            scratch=target,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
