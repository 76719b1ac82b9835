"""Every row of a batch is accepted or rejected, with all the rules it breaks.

Cells are typed and judged before; here stand the rules that look at more than one cell.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lambdas.ingest.rows import Reject, TypedBatch, Violation, shown
from lambdas.ingest.uniqueness import Claims, SeenKeys, UniqueRule
from tarn.contract.model import Contract
from tarn.quarantine import Rule


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict on one batch: the accepted rows, their lines, and the rejected ones."""

    columns: pa.RecordBatch
    lines: pa.Int64Array
    rejects: Sequence[Reject]


class Judge:
    """Judges the typed batches of one file in their order, under one contract."""

    def __init__(self, contract: Contract, scratch: Path) -> None:
        self._unique = [
            UniqueRule(names, contract, SeenKeys(scratch / f"unique-{number}.sqlite"))
            for number, names in enumerate(_unique_sets(contract))
        ]

    def judge(self, batch: TypedBatch) -> Judged:
        """Return the accepted rows and the rejected ones."""
        self._judge_uniqueness(batch)
        rejects = [*batch.rejects, *_rejects(batch, batch.violations)]
        if not batch.violations:
            return Judged(columns=batch.columns, lines=batch.lines, rejects=rejects)
        accepted = _accepted(batch)
        return Judged(
            columns=batch.columns.filter(accepted),
            lines=batch.lines.filter(accepted),
            rejects=rejects,
        )

    def close(self) -> None:
        for rule in self._unique:
            rule.seen.close()

    def _judge_uniqueness(self, batch: TypedBatch) -> None:
        claims = [rule.claims(batch.columns) for rule in self._unique]
        if any(claim.contested for claim in claims):
            for row in range(batch.columns.num_rows):
                _judge_claims(row, claims, batch)
        else:
            for claim in claims:
                claim.take_all(batch.violations)
        for claim in claims:
            claim.settle()


@contextmanager
def open_judge(contract: Contract, scratch: Path) -> Generator[Judge]:
    """Yield a judge for one file; what it keeps on disk goes with it."""
    judge = Judge(contract, scratch)
    try:
        yield judge
    finally:
        judge.close()


def _accepted(batch: TypedBatch) -> pa.Array:
    """Return a mask of the rows without violations, one byte a row on the way there."""
    mask = bytearray(b"\1") * batch.columns.num_rows
    for row in batch.violations:
        mask[row] = 0
    flags = pa.Array.from_buffers(pa.uint8(), len(mask), [None, pa.py_buffer(mask)])
    return flags.cast(pa.bool_())


def _unique_sets(contract: Contract) -> list[tuple[str, ...]]:
    single = [(column.name,) for column in contract.columns if column.unique]
    return list(dict.fromkeys([*single, *contract.unique_together]))


def _judge_claims(row: int, claims: Sequence[Claims], batch: TypedBatch) -> None:
    for claim in claims:
        if claim.is_taken(row):
            batch.violations.setdefault(row, []).append(_repeated(claim.rule, batch, row))
    if row not in batch.violations:
        for claim in claims:
            claim.take(row)


def _repeated(rule: UniqueRule, batch: TypedBatch, row: int) -> Violation:
    together = ", ".join(rule.names)
    return Violation(
        column=together,
        rule=Rule.UNIQUE,
        value=", ".join(shown(batch.cell(row, position)) for position in rule.positions),
        message=f"{together} repeats an earlier row of the file",
    )


def _rejects(batch: TypedBatch, violations: Mapping[int, list[Violation]]) -> Iterator[Reject]:
    lines = batch.lines
    for row in sorted(violations):
        line = lines[row].as_py()
        yield Reject(line=line, raw=batch.raw(row), violations=tuple(violations[row]))
