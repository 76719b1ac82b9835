"""What a pull request does to the contracts: a changelog, for whom it breaks, and who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from review.contracts.datasets import changelog
from review.contracts.line import BOTH, Line
from review.contracts.readers import Readers, find_readers
from review.contracts.sides import Side, read_side
from review.model import ContractChange

__all__ = ["contract_changes"]


def contract_changes(
    base_root: Path, head_root: Path, *, stack: str | None = None
) -> tuple[ContractChange, ...]:
    """Compare the contracts of two working trees, dataset by dataset, as the stack has them.

    Readers are those of the base, which is what runs; of the head for what is new there. A
    contract that does not compile is one line with the reason.
    """
    base, head = read_side(base_root, stack), read_side(head_root, stack)
    if (base.contracts, base.broken) == (head.contracts, head.broken):
        return ()
    before, after = find_readers(base_root, base), find_readers(head_root, head)
    changes: list[ContractChange] = []
    for dataset in sorted({*base.texts, *head.texts, *base.broken, *head.broken}):
        readers = before if dataset in base.contracts else after
        changes += (_change(dataset, line, readers, after) for line in _lines(dataset, base, head))
    return tuple(changes)


def _lines(dataset: str, base: Side, head: Side) -> Iterator[Line]:
    if dataset in head.broken:
        reasons = head.broken[dataset]
        if reasons != base.broken.get(dataset):
            yield _broken(reasons)
    elif dataset in base.broken and dataset not in base.contracts:
        yield Line(
            kind="contract-repaired",
            sentence="The contract compiles; it did not before, so nothing can be compared.",
        )
        return
    old, new = base.contracts.get(dataset), head.contracts.get(dataset)
    if old is not None and new is not None:
        yield from changelog(old, new)
    elif old is None and new is not None:
        count = len(new.columns)
        yield Line(
            kind="dataset-added",
            new=new.version,
            sentence=f"The dataset is new, with {count} columns: its tables and pipe are created.",
        )
    elif old is not None and dataset not in head.texts:
        yield Line(
            kind="dataset-removed",
            old=old.version,
            breaks=BOTH,
            sentence="The dataset is gone: its files are not ingested, its tables are removed.",
        )


def _broken(reasons: tuple[str, ...]) -> Line:
    return Line(
        kind="contract-broken",
        breaks=BOTH,
        sentence="The contract does not compile, so nothing can be deployed: " + "; ".join(reasons),
    )


def _change(dataset: str, line: Line, before: Readers, after: Readers) -> ContractChange:
    readers = after if line.kind == "column-added" else before
    return ContractChange(
        dataset=dataset,
        kind=line.kind,
        column=line.column,
        old=line.old,
        new=line.new,
        breaking=bool(line.breaks),
        breaks_for=tuple(party.value for party in line.breaks),
        sentence=line.sentence,
        readers=readers.of(dataset, line.column) if _concerns_readers(line) else (),
    )


def _concerns_readers(line: Line) -> bool:
    silent = ("version", "title", "description", "owner", "freshness", "classification")
    return line.kind.removesuffix("-changed") not in (*silent, "contract-broken")
