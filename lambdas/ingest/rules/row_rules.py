"""Conditions over the columns of a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from lambdas.ingest.rows import TypedBatch, Violation, shown
from lambdas.ingest.rules.expressions import Evaluator
from tarn.contract.model import Contract
from tarn.contract.rules import RowRule, Severity
from tarn.quarantine import Rule


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One row that breaks one rule."""

    row: int
    severity: Severity
    violation: Violation


class RowRules:
    """The row rules of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._rules = contract.row_rules
        self._names = contract.column_names

    def findings(self, batch: TypedBatch) -> Iterator[Finding]:
        """Yield every row that breaks a rule; a condition that is null breaks nothing."""
        if not self._rules or not batch.columns.num_rows:
            return
        columns = dict(zip(self._names, batch.columns.columns, strict=True))
        evaluator = Evaluator(columns)
        for rule in self._rules:
            broken = evaluator.value(rule.broken_when)
            for row in true_rows(broken, batch.columns.num_rows):
                yield Finding(
                    row=row, severity=rule.severity, violation=self._violation(rule, batch, row)
                )

    def _violation(self, rule: RowRule, batch: TypedBatch, row: int) -> Violation:
        cells = [batch.cell(row, self._names.index(name)) for name in rule.columns]
        return Violation(
            column=", ".join(rule.columns) or None,
            rule=Rule.SQL,
            value=", ".join("null" if cell is None else shown(cell) for cell in cells) or None,
            message=rule.name if rule.name == rule.text else f"{rule.name}: {rule.text}",
            name=rule.name,
        )


def true_rows(condition: pa.Array | pa.Scalar, count: int) -> list[int]:
    """Return the indexes of the rows for which a condition is true."""
    if isinstance(condition, pa.Scalar):
        return list(range(count)) if condition.as_py() else []
    compute = cast("Any", pc)
    return compute.indices_nonzero(compute.fill_null(condition, False)).to_pylist()
