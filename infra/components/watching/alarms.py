"""Alarms as values: what is wrong, from which numbers, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tarn.runtime import IngestMetric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.components.watching.measures import Measure, Watched

SHARE: Final = "share"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Fires when one measure, or an expression over several, reaches a threshold."""

    name: str
    description: str
    threshold: float
    period_seconds: int
    measures: Mapping[str, Measure]
    """By the id that the expression uses; exactly one when there is no expression."""
    expression: str | None = None


def alarms(watched: Watched, *, quarantine_share_percent: int) -> Iterator[Alarm]:
    """Every alarm of the platform but the failed job's, which is an event and not a number."""
    yield Alarm(
        name="dead-letters",
        description="Files could not be validated after all attempts; they wait in the dead-letter "
        "queue. Look at the function's log, then redrive the queue.",
        threshold=1,
        period_seconds=60,
        measures={"waiting": watched.messages_waiting(watched.dead_letter_queue)},
    )
    yield Alarm(
        name="function-errors",
        description="The function failed as a whole, so a batch is tried again. Look at its log.",
        threshold=1,
        period_seconds=300,
        measures={"errors": watched.of_function("Errors", "Sum")},
    )
    yield Alarm(
        name="function-throttles",
        description="Lambda refused to run the function: the account's concurrency is used up. "
        "Raise the quota or lower tarn:ingestion.maximumConcurrency.",
        threshold=1,
        period_seconds=300,
        measures={"throttles": watched.of_function("Throttles", "Sum")},
    )
    for dataset in watched.datasets:
        yield _quarantine_share(watched, dataset, quarantine_share_percent)


def _quarantine_share(watched: Watched, dataset: str, percent: int) -> Alarm:
    return Alarm(
        name=f"quarantine-share-{dataset.replace('_', '-')}",
        description=f"{percent} % or more of the rows of {dataset} broke the contract within a "
        "quarter of an hour. The quarantine bucket says which rule, in which line.",
        threshold=percent,
        period_seconds=900,
        measures={
            "rows": watched.rows(IngestMetric.ROWS_READ, dataset),
            "rejected": watched.rows(IngestMetric.ROWS_QUARANTINED, dataset),
        },
        expression="IF(rows > 0, 100 * rejected / rows, 0)",
    )
