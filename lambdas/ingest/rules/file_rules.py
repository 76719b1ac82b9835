"""Conditions on all accepted rows of a file: their number, sums, shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from lambdas.ingest.protection import WITHHELD
from lambdas.ingest.rows import Violation
from lambdas.ingest.rules.expressions import Evaluator
from lambdas.ingest.rules.row_rules import true_rows
from tarn.contract.model import Contract
from tarn.contract.rules import COLUMN, Aggregate, Aggregation, FileRule, Operator, Severity
from tarn.quarantine import Rule

Number = int | float | Decimal
_compute = cast("Any", pc)


@dataclass(frozen=True, kw_only=True)
class FileFinding:
    """One rule that the file as a whole breaks."""

    severity: Severity
    violation: Violation


class FileRules:
    """The file rules of one contract, over the batches of one file."""

    def __init__(self, contract: Contract) -> None:
        self._names = contract.column_names
        self._rules = [
            (rule, [_Running(aggregate) for aggregate in rule.aggregates])
            for rule in contract.file_rules
        ]
        self._protected = frozenset(contract.protected)

    def add(self, columns: pa.RecordBatch) -> None:
        """Take accepted rows, as columns of the contract."""
        if not self._rules or not columns.num_rows:
            return
        evaluator = Evaluator(dict(zip(self._names, columns.columns, strict=True)))
        for _, aggregates in self._rules:
            for aggregate in aggregates:
                aggregate.add(evaluator, columns.num_rows)

    def findings(self) -> Iterator[FileFinding]:
        """Yield the rules that the rows taken so far break; a value that is null breaks none."""
        for rule, aggregates in self._rules:
            evaluator = Evaluator({}, [aggregate.result() for aggregate in aggregates])
            value = evaluator.value(rule.value).as_py()
            if value is not None and not _holds(value, rule):
                # The least or the greatest of all values is one of them.
                hidden = not self._protected.isdisjoint(_columns_of(rule))
                shown = WITHHELD if hidden else str(value)
                yield FileFinding(severity=rule.severity, violation=_violation(rule, shown))


class _Running:
    """One aggregate, batch after batch. None until there is a value."""

    def __init__(self, aggregate: Aggregate) -> None:
        self._aggregate = aggregate
        self._value: Number | None = 0 if aggregate.aggregation is Aggregation.COUNT else None

    def add(self, evaluator: Evaluator, rows: int) -> None:
        taken = None
        if self._aggregate.where is not None:
            taken = true_rows(evaluator.value(self._aggregate.where), rows)
        if self._aggregate.of is None:
            self._value = cast("int", self._value) + (rows if taken is None else len(taken))
            return
        values = evaluator.value(self._aggregate.of)
        if isinstance(values, pa.Scalar):
            values = pa.repeat(values, rows)
        if taken is not None:
            values = values.take(pa.array(taken, pa.int64()))
        self._combine(values)

    def result(self) -> pa.Scalar:
        """Return the value so far as an Arrow scalar of the kind that it has."""
        value = self._value
        if isinstance(value, Decimal):
            return pa.scalar(value)
        kind = pa.float64() if isinstance(value, float) else pa.int64()
        return pa.scalar(value, kind)

    def _combine(self, values: pa.Array) -> None:
        match self._aggregate.aggregation:
            case Aggregation.COUNT:
                self._value = cast("int", self._value) + len(values) - values.null_count
            case Aggregation.SUM:
                part = _sum(values)
                if part is not None:
                    self._value = part if self._value is None else cast("Any", self._value) + part
            case Aggregation.MINIMUM | Aggregation.MAXIMUM as extreme:
                part = _compute.min_max(values)[extreme.value].as_py()
                known = [v for v in (self._value, part) if v is not None]
                choose = min if extreme is Aggregation.MINIMUM else max
                self._value = cast("Number | None", choose(known)) if known else None


def _sum(values: pa.Array) -> Number | None:
    """Add without leaving 64 bits unseen."""
    if types.is_integer(values.type):
        values = values.cast(pa.decimal128(19, 0))
    if types.is_decimal(values.type):
        values = values.cast(pa.decimal256(76, cast("Any", values.type).scale))
    return cast("Number | None", _compute.sum(values).as_py())


def _holds(value: Number, rule: FileRule) -> bool:
    bounds = [_like(value, bound) for bound in rule.bounds]
    first = cast("Any", bounds[0])
    match rule.operator:
        case Operator.MUST_BE:
            return value == first
        case Operator.MUST_NOT_BE:
            return value != first
        case Operator.GREATER_THAN:
            return value > first
        case Operator.GREATER_OR_EQUAL:
            return value >= first
        case Operator.LESS_THAN:
            return value < first
        case Operator.LESS_OR_EQUAL:
            return value <= first
        case Operator.BETWEEN:
            return first <= value <= cast("Any", bounds[1])
        case Operator.NOT_BETWEEN:
            return not first <= value <= cast("Any", bounds[1])


def _like(value: Number, bound: str) -> Number:
    """Read a bound so that it compares exactly with exact values."""
    return float(bound) if isinstance(value, float) else Decimal(bound)


def _columns_of(rule: FileRule) -> Iterator[str]:
    """Yield the columns whose values, and not only their number, are in a rule's value."""
    waiting: list[object] = [
        a.of for a in rule.aggregates if a.aggregation is not Aggregation.COUNT
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            parts = cast("Sequence[object]", one)
            if parts[0] == COLUMN:
                yield str(parts[1])
            else:
                waiting += parts[1:]


def _violation(rule: FileRule, value: str) -> Violation:
    wanted = f"{_WORDS[rule.operator]} {' and '.join(rule.bounds)}"
    named = "" if rule.name == rule.text else f"{rule.name}: "
    return Violation(
        column=None,
        rule=Rule(rule.rule),
        value=value,
        message=f"{named}{rule.text} is {value}, and must {wanted}",
        name=rule.name,
    )


_WORDS = {
    Operator.MUST_BE: "be",
    Operator.MUST_NOT_BE: "not be",
    Operator.GREATER_THAN: "be greater than",
    Operator.GREATER_OR_EQUAL: "be at least",
    Operator.LESS_THAN: "be less than",
    Operator.LESS_OR_EQUAL: "be at most",
    Operator.BETWEEN: "be between",
    Operator.NOT_BETWEEN: "not be between",
}
