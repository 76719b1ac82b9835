"""Every row of a batch is accepted or rejected, with all the rules it breaks.

Cells are typed and judged before; here stand the rules that look at more than one cell.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.rows import Reject, TypedBatch, Violation, Violations, shown
from lambdas.ingest.rules.file_rules import FileRules
from lambdas.ingest.rules.row_rules import RowRules
from lambdas.ingest.rules.severities import Halts, Severities, Warned
from lambdas.ingest.uniqueness import Claims, SeenKeys, UniqueRule
from tarn.contract.model import Contract
from tarn.contract.rules import Severity
from tarn.quarantine import Rule


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict on one batch: the accepted rows, their lines, and the rejected ones."""

    columns: pa.RecordBatch
    lines: pa.Int64Array
    rejects: Sequence[Reject]
    warned: Sequence[Warned] = ()
    """Of the accepted rows, those that break rules which only warn."""


class Judge:
    """Judges the typed batches of one file in their order, under one contract."""

    def __init__(self, contract: Contract, scratch: Path) -> None:
        self._severities = Severities(contract)
        self._row_rules = RowRules(contract)
        self._file_rules = FileRules(contract)
        self._halts = Halts()
        self._unique = [
            UniqueRule(names, contract, SeenKeys(scratch / f"unique-{number}.sqlite"))
            for number, names in enumerate(_unique_sets(contract))
        ]

    def judge(self, batch: TypedBatch) -> Judged:
        """Return the accepted rows and the rejected ones."""
        warnings: Violations = {}
        self._severities.sort(batch, warnings, self._halts)
        for finding in self._row_rules.findings(batch):
            self._note(batch, finding.row, finding.violation, finding.severity, warnings)
        self._judge_uniqueness(batch, warnings)
        judged = _parted(batch, warnings)
        self._file_rules.add(judged.columns)
        return judged

    def finish(self) -> Sequence[Warned]:
        """Judge the file as a whole, after its last batch; return what it only warns of.

        UnusableObjectError when a rule that halts was broken, by the file or by a row of it.
        """
        warned: list[Warned] = []
        for finding in self._file_rules.findings():
            if finding.severity is Severity.WARN:
                warned.append(Warned(line=None, violations=[finding.violation]))
            else:
                self._halts.add(finding.violation, None)
        if self._halts.count:
            raise UnusableObjectError(self._halts.reason)
        return warned

    def close(self) -> None:
        for rule in self._unique:
            rule.seen.close()

    def _note(
        self,
        batch: TypedBatch,
        row: int,
        violation: Violation,
        severity: Severity,
        warnings: Violations,
    ) -> None:
        place = warnings if severity is Severity.WARN else batch.violations
        place.setdefault(row, []).append(violation)
        if severity is Severity.HALT:
            self._halts.add(violation, batch.lines[row].as_py())

    def _judge_uniqueness(self, batch: TypedBatch, warnings: Violations) -> None:
        claims = [rule.claims(batch.columns) for rule in self._unique]
        if any(claim.contested for claim in claims):
            for row in range(batch.columns.num_rows):
                self._judge_claims(row, claims, batch, warnings)
        else:
            for claim in claims:
                claim.take_all(batch.violations)
        for claim in claims:
            claim.settle()

    def _judge_claims(
        self, row: int, claims: Sequence[Claims], batch: TypedBatch, warnings: Violations
    ) -> None:
        repeated = [claim for claim in claims if claim.is_taken(row)]
        for claim in repeated:
            violation = _repeated(claim.rule, batch, row)
            self._note(batch, row, violation, self._severities.of(violation), warnings)
        if row not in batch.violations:
            for claim in claims:
                # What only warns is accepted, and its key belongs to an earlier row already.
                if claim not in repeated:
                    claim.take(row)


@contextmanager
def open_judge(contract: Contract, scratch: Path) -> Generator[Judge]:
    """Yield a judge for one file; what it keeps on disk goes with it."""
    judge = Judge(contract, scratch)
    try:
        yield judge
    finally:
        judge.close()


def _parted(batch: TypedBatch, warnings: Violations) -> Judged:
    for row in warnings.keys() & batch.violations.keys():
        batch.violations[row] += warnings.pop(row)
    warned = [
        Warned(line=batch.lines[row].as_py(), violations=warnings[row]) for row in sorted(warnings)
    ]
    rejects = [*batch.rejects, *_rejects(batch, batch.violations)]
    if not batch.violations:
        return Judged(columns=batch.columns, lines=batch.lines, rejects=rejects, warned=warned)
    accepted = _accepted(batch)
    return Judged(
        columns=batch.columns.filter(accepted),
        lines=batch.lines.filter(accepted),
        rejects=rejects,
        warned=warned,
    )


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
