"""Print what the review finds in seeds: ``python -m tests.e2e.review [--write] [NAME ...]``."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from review.views import as_markdown
from tests.e2e.review.bench import bench
from tests.e2e.review.corpus import SEEDS
from tests.e2e.review.seeds import Seed, expected_of, findings_of


def main(names: list[str]) -> None:
    """Review the named seeds, or all of them."""
    chosen = [seed for seed in SEEDS if not names or seed.name in names]
    begun = time.monotonic()
    with bench() as base:
        print(f"base deployed in {time.monotonic() - begun:.1f} s", flush=True)

        def show(seed: Seed) -> None:
            since = time.monotonic()
            found = base.review(seed.name, seed.edits, guardrails=seed.guarded)
            actual, wanted = findings_of(found), expected_of(seed)
            verdict = "as expected" if actual == wanted else "NOT AS EXPECTED"
            lines = [f"=== {seed.name}: {verdict} ({time.monotonic() - since:.1f} s)"]
            lines += [f"  {count} x {line}" for line, count in sorted(actual.items())]
            lines += [f"  missing {count} x {line}" for line, count in (wanted - actual).items()]
            lines += [f"  refused: {one.urn} {one.message[:400]}" for one in found.failures]
            if names:
                lines.append(as_markdown(found))
            print("\n".join(lines), flush=True)

        with ThreadPoolExecutor(2) as two:
            list(two.map(show, chosen))


if __name__ == "__main__":
    main(sys.argv[1:])
