"""What follows from broken rules: a row goes in with a warning, is quarantined, or halts the file.

Whatever judges rows adds to a batch's violations; here those are told apart by the severities of
the contract. A file that is halted is read to its end all the same, so that its reason is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lambdas.ingest.rows import TypedBatch, Violation, Violations
from tarn.contract.model import Contract
from tarn.contract.rules import SchemaChange, Severity
from tarn.quarantine import Rule

HALTS_SHOWN: Final = 20
"""A reason names this many rows; the number of all is always told."""


@dataclass(kw_only=True)
class Halts:
    """Why a file is held."""

    shown: list[str] = field(default_factory=list[str])
    count: int = 0

    def add(self, violation: Violation, line: int | None) -> None:
        self.count += 1
        if len(self.shown) < HALTS_SHOWN:
            place = "" if line is None else f"line {line}: "
            value = "" if violation.value is None or line is None else f" ({violation.value})"
            self.shown.append(f"{place}{violation.message}{value}")

    @property
    def reason(self) -> str:
        """One text for the ledger and whoever looks at the object in quarantine."""
        more = self.count - len(self.shown)
        rest = f"; and {more} more" if more else ""
        return f"the file breaks rules that hold it whole: {'; '.join(self.shown)}{rest}"


class Severities:
    """The severities of one contract, where they are not the usual one."""

    def __init__(self, contract: Contract) -> None:
        self._unusual: dict[tuple[str | None, str], Severity] = {
            (column.name, rule): severity
            for column in contract.columns
            for rule, severity in column.severities.items()
        }
        # In NDJSON each row has fields of its own; elsewhere the header tells.
        self._unknown_halts = contract.schema_change is SchemaChange.STRICT
        for names, severity in zip(
            contract.unique_together, contract.unique_severities, strict=False
        ):
            if severity is not Severity.QUARANTINE:
                self._unusual[", ".join(names), "unique"] = severity

    def of(self, violation: Violation) -> Severity:
        """Return what follows from a violation of a rule of single values or of a key."""
        if self._unknown_halts and violation.rule is Rule.UNKNOWN_COLUMN:
            return Severity.HALT
        key = (violation.column, violation.rule.value)
        return self._unusual.get(key, Severity.QUARANTINE)

    def sort(self, batch: TypedBatch, warnings: Violations, halts: Halts) -> None:
        """Move what only warns out of the batch's violations, and note what halts."""
        if not self._unusual and not self._unknown_halts:
            return
        for row in list(batch.violations):
            kept: list[Violation] = []
            for violation in batch.violations[row]:
                severity = self.of(violation)
                if severity is Severity.WARN:
                    warnings.setdefault(row, []).append(violation)
                else:
                    kept.append(violation)
                if severity is Severity.HALT:
                    halts.add(violation, batch.lines[row].as_py())
            if kept:
                batch.violations[row] = kept
            else:
                del batch.violations[row]


@dataclass(frozen=True, kw_only=True)
class Warned:
    """An accepted row, or the file as a whole (line None), with the rules that it breaks."""

    line: int | None
    violations: Sequence[Violation]


def counted(warned: Sequence[Warned]) -> Mapping[str, int]:
    """Return how often each rule was broken: by rule, and column where it has one."""
    return Counter(label(violation) for one in warned for violation in one.violations)


def label(violation: Violation) -> str:
    """Name a broken rule in the ledger's counts, e.g. ``range dep_delay``."""
    subject = violation.name or violation.column
    return f"{violation.rule.value} {subject}" if subject else violation.rule.value
