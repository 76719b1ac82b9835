"""All hostile files and the giants: `python -m tests.functional.hostile`; `--help` says more."""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, given, seed, settings

from tests.functional.hostile.files import HostileFile, hostile_files
from tests.functional.hostile.giants import GIANTS, check_giant
from tests.functional.hostile.oracle import check

FILES = 10_000
MEBIBYTES = 1024


def main() -> int:
    """Judge them; 1 when one of them breaks something, with the smallest file that does."""
    parser = argparse.ArgumentParser(prog="python -m tests.functional.hostile")
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mebibytes", type=int, default=MEBIBYTES, help="of each giant")
    arguments = parser.parse_args()
    broken = 0
    for which in GIANTS:
        try:
            print(check_giant(which, arguments.mebibytes), flush=True)
        except AssertionError as error:
            broken += 1
            print(f"{which}: {error}", file=sys.stderr, flush=True)
    began = time.monotonic()
    _judge_files(arguments.files, arguments.seed)
    print(f"{arguments.files} files from seed {arguments.seed}: {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


def _judge_files(count: int, first: int) -> None:
    """Judge so many files; Hypothesis raises with the smallest one that breaks something."""

    @seed(first)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(file=hostile_files())
    def each(file: HostileFile) -> None:
        check(file)

    each()


if __name__ == "__main__":
    sys.exit(main())
