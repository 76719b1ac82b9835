"""What reviews find in seeded pull requests: all that is there, and nothing that is not.

The base is deployed once; each head is previewed against it by the real engine. Here every third
seed is reviewed, and all of them with TARN_WHOLE_CORPUS=1 (`make review-corpus`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from review.model import Review
from tests.e2e.review.bench import bench
from tests.e2e.review.corpus import SEEDS
from tests.e2e.review.seeds import Seed, expected_of, findings_of, precision_and_recall
from tests.e2e.review.verdicts import contradictions

WHOLE = os.environ.get("TARN_WHOLE_CORPUS") == "1"
CHOSEN = SEEDS if WHOLE else SEEDS[::3]
WORKERS = 2
CENT = 0.01


@pytest.fixture(scope="module")
def reviews() -> Iterator[dict[str, Review]]:
    """The chosen seeds' reviews, by name."""
    with bench() as base, ThreadPoolExecutor(WORKERS) as workers:
        yield dict(
            workers.map(
                lambda seed: (
                    seed.name,
                    base.review(seed.name, seed.edits, guardrails=seed.guarded),
                ),
                CHOSEN,
            )
        )


@pytest.mark.timeout(3600 if WHOLE else 900)
def test_precision_and_recall_are_one(
    reviews: dict[str, Review], capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = [(findings_of(reviews[seed.name]), expected_of(seed)) for seed in CHOSEN]
    precision, recall = precision_and_recall(pairs)
    with capsys.disabled():
        found = sum(found.total() for found, _ in pairs)
        print(
            f"\n{len(CHOSEN)} of {len(SEEDS)} seeded pull requests, {found} findings: "
            f"precision {precision:.3f}, recall {recall:.3f}"
        )
    assert (precision, recall) == (1.0, 1.0)


@pytest.mark.parametrize("seed", CHOSEN, ids=[seed.name for seed in CHOSEN])
def test_a_seed_is_found(seed: Seed, reviews: dict[str, Review]) -> None:
    found = reviews[seed.name]
    assert findings_of(found) == expected_of(seed)
    assert cost_sign(found) == seed.cost
    assert stops(found) == set(seed.stops)
    assert list(contradictions(found)) == []
    messages = " ".join(one.message for one in found.failures)
    assert (seed.refused in messages) if seed.refused else not messages


def cost_sign(review: Review) -> int:
    lines = review.cost.lines if review.cost else ()
    delta = sum(line.after - line.before for line in lines)
    return 0 if abs(delta) < CENT / 2 else 1 if delta > 0 else -1


def stops(review: Review) -> set[str]:
    every = [*review.stops, *(stop for change in review.changes for stop in change.stops)]
    return {stop.by for stop in every}


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(SEEDS) >= 30
    assert len({seed.name for seed in SEEDS}) == len(SEEDS)
    assert sum(not expected_of(seed) and seed.refused is None for seed in SEEDS) >= 8
