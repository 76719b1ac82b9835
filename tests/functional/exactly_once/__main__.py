"""Play many schedules: `python -m tests.functional.exactly_once [--first SEED] [--rounds N]`."""

from __future__ import annotations

import argparse
import os
import sys
import time

from tests.functional.exactly_once.schedule import describe, play

ROUNDS = 1000


def main() -> int:
    """Play the schedules; 1 when one of them ends otherwise than without faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.functional.exactly_once")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how many seeds from it on")
    arguments = parser.parse_args()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ[name] = "nobody"  # moto answers, whoever asks
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    failed: list[int] = []
    faults, began = 0, time.monotonic()
    for seed in range(arguments.first, arguments.first + arguments.rounds):
        outcome = play(seed)
        faults += len(outcome.injected)
        if outcome.differences:
            failed.append(seed)
            print(describe(outcome), file=sys.stderr, flush=True)
        done = seed - arguments.first + 1
        if done % 50 == 0 or done == arguments.rounds:
            seconds = time.monotonic() - began
            print(f"{done} schedules, {faults} faults, {seconds:.0f} s, failed: {failed}")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
