"""Every row of a batch is accepted or rejected, with all the rules it breaks."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from lambdas.ingest.checks import column_checks
from lambdas.ingest.converters import converter
from lambdas.ingest.rows import CellForm, Reject, RowBatch, Violation, shown
from lambdas.ingest.uniqueness import Claims, SeenKeys, UniqueRule
from tarn.contract.model import Column, Contract
from tarn.quarantine import Rule

Violations = dict[int, list[Violation]]
"""What is wrong with the rows of a batch, by index."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict on one batch."""

    lines: Sequence[int]
    columns: Sequence[Sequence[object]]
    """The accepted rows by column; dates and timestamps are counts since 1970."""
    rejects: Sequence[Reject]


class ColumnJudge:
    """Converts and checks the cells of one column."""

    def __init__(self, column: Column, cells: CellForm, null_markers: Sequence[str]) -> None:
        self._column = column
        self._convert = converter(column, cells)
        self._checks = column_checks(column)
        self._null_markers = frozenset(null_markers) if cells is CellForm.TEXT else frozenset[str]()

    def judge(self, cells: Sequence[object], violations: Violations) -> Sequence[object]:
        """Return the values, None where there is none, and add what is wrong."""
        nulled = self._with_nulls(cells)
        values, faults = self._convert(nulled)
        if self._column.required and None in nulled:
            self._add_nulls(cells, nulled, violations)
        for index, message in faults.items():
            self._add(violations, index, Rule.TYPE, cells[index], message)
        for check in self._checks:
            for index, message in check.faults(values):
                self._add(violations, index, check.rule, cells[index], message)
        return values

    def _with_nulls(self, cells: Sequence[object]) -> Sequence[object]:
        markers = self._null_markers
        if not markers or markers.isdisjoint(cells):
            return cells
        return [None if cell in markers else cell for cell in cells]

    def _add_nulls(
        self, cells: Sequence[object], nulled: Sequence[object], violations: Violations
    ) -> None:
        for index, cell in enumerate(nulled):
            if cell is None:
                self._add(violations, index, Rule.REQUIRED, cells[index], "is missing")

    def _add(
        self, violations: Violations, index: int, rule: Rule, cell: object, message: str
    ) -> None:
        violations.setdefault(index, []).append(
            Violation(
                column=self._column.name,
                rule=rule,
                value=None if cell is None else shown(cell),
                message=f"{self._column.name} {message}",
            )
        )


class Judge:
    """Judges the batches of one file in their order, under one contract."""

    def __init__(self, contract: Contract, cells: CellForm, scratch: Path) -> None:
        self._columns = [
            ColumnJudge(column, cells, contract.null_markers) for column in contract.columns
        ]
        self._unique = [
            UniqueRule(names, contract, SeenKeys(scratch / f"unique-{number}.sqlite"))
            for number, names in enumerate(_unique_sets(contract))
        ]

    def judge(self, batch: RowBatch) -> Judged:
        """Return the accepted rows and the rejected ones."""
        count = len(batch.lines)
        violations: Violations = {row: list(found) for row, found in batch.violations.items()}
        columns = [
            judge.judge([None] * count if cells is None else cells, violations)
            for judge, cells in zip(self._columns, batch.columns, strict=True)
        ]
        self._judge_uniqueness(batch, columns, violations)
        rejects = [*batch.rejects, *_rejects(batch, violations)]
        if not violations:
            return Judged(lines=batch.lines, columns=columns, rejects=rejects)
        accepted = [row not in violations for row in range(count)]
        return Judged(
            lines=list(compress(batch.lines, accepted)),
            columns=[list(compress(values, accepted)) for values in columns],
            rejects=rejects,
        )

    def close(self) -> None:
        for rule in self._unique:
            rule.seen.close()

    def _judge_uniqueness(
        self, batch: RowBatch, columns: Sequence[Sequence[object]], violations: Violations
    ) -> None:
        claims = [rule.claims(columns, len(batch.lines)) for rule in self._unique]
        if any(claim.contested for claim in claims):
            for row in range(len(batch.lines)):
                _judge_claims(row, claims, batch, violations)
        else:
            for claim in claims:
                claim.take_all(violations)
        for claim in claims:
            claim.settle()


@contextmanager
def open_judge(contract: Contract, cells: CellForm, scratch: Path) -> Generator[Judge]:
    """Yield a judge for one file; what it keeps on disk goes with it."""
    judge = Judge(contract, cells, scratch)
    try:
        yield judge
    finally:
        judge.close()


def _unique_sets(contract: Contract) -> list[tuple[str, ...]]:
    single = [(column.name,) for column in contract.columns if column.unique]
    return list(dict.fromkeys([*single, *contract.unique_together]))


def _judge_claims(
    row: int, claims: Sequence[Claims], batch: RowBatch, violations: Violations
) -> None:
    for claim in claims:
        if claim.is_taken(row):
            violations.setdefault(row, []).append(_repeated(claim.rule, batch, row))
    if row not in violations:
        for claim in claims:
            claim.take(row)


def _repeated(rule: UniqueRule, batch: RowBatch, row: int) -> Violation:
    together = ", ".join(rule.names)
    cells = [batch.columns[position] or () for position in rule.positions]
    return Violation(
        column=together,
        rule=Rule.UNIQUE,
        value=", ".join(shown(column[row]) for column in cells),
        message=f"{together} repeats an earlier row of the file",
    )


def _rejects(batch: RowBatch, violations: Mapping[int, list[Violation]]) -> Iterator[Reject]:
    for row in sorted(violations):
        yield Reject(line=batch.lines[row], raw=batch.raw(row), violations=tuple(violations[row]))
