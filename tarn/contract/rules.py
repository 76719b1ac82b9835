"""Rules above single values, as a compiled contract holds them: plain values, no SQL.

An expression is a list: its operation, then its operands, e.g.
``["<", ["column", "arr_delay"], ["literal", "integer", "5"]]``. ``OPERATIONS`` names them all;
``tarn.contract.compilation.sql`` writes them, ``lambdas.ingest.rules.expressions`` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tarn.contract.fields import CompiledFields

Compiled = dict[str, object]
Expression = Sequence[object]

COLUMN: Final = "column"
"""``[COLUMN, name]``"""
LITERAL: Final = "literal"
"""``[LITERAL, kind, text]``: the text as the kind's own parser reads it."""
AGGREGATE: Final = "aggregate"
"""``[AGGREGATE, index]``: of a file rule's aggregates."""

COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")
ARITHMETIC: Final = ("+", "-", "*", "/", "%")
CONNECTIVES: Final = ("and", "or", "not", "is null")
TEXT_FUNCTIONS: Final = ("||", "like", "length", "lower", "upper", "trim")
OTHER_FUNCTIONS: Final = ("in", "case", "coalesce", "nullif", "abs", "negate", "to double")
DATE_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
OPERATIONS: Final = frozenset(
    (
        COLUMN,
        LITERAL,
        AGGREGATE,
        *COMPARISONS,
        *ARITHMETIC,
        *CONNECTIVES,
        *TEXT_FUNCTIONS,
        *OTHER_FUNCTIONS,
        *DATE_PARTS,
    )
)


class Severity(StrEnum):
    """What follows when a rule is broken."""

    WARN = "warn"
    """The row is accepted and the fault recorded."""
    QUARANTINE = "quarantine"
    """The row is quarantined; the rest of the file goes on."""
    HALT = "halt"
    """The file is held whole."""


class SchemaChange(StrEnum):
    """How far a file's columns may differ from the contract's. Optional ones may always be absent:
    adding one to a contract breaks no old file."""

    STRICT = "strict"
    """The contract's columns in its order; any other column holds the file."""
    REORDER = "reorder"
    """In any order; an unknown column holds the file (in NDJSON: quarantines the row)."""
    EVOLVE = "evolve"
    """In any order; an unknown column is taken as text and reaches the curated table."""
    PERMISSIVE = "permissive"
    """In any order; an unknown column is ignored, which is recorded as a warning."""


class Protection(StrEnum):
    """What stands in the place of a value that is personal data, wherever rows are written."""

    HASH = "hash"
    """64 hex digits, equal for equal values in every dataset of the environment."""
    TOKENIZE = "tokenize"
    """A token, equal for equal values of the column, that the key turns back into the value."""
    REDACT = "redact"
    """A constant: whether there was a value, and nothing of it."""


class Aggregation(StrEnum):
    """What is computed over all accepted rows of a file."""

    COUNT = "count"
    SUM = "sum"
    MINIMUM = "min"
    MAXIMUM = "max"


class Operator(StrEnum):
    """How a value is compared, in the standard's own words."""

    MUST_BE = "mustBe"
    MUST_NOT_BE = "mustNotBe"
    GREATER_THAN = "mustBeGreaterThan"
    GREATER_OR_EQUAL = "mustBeGreaterOrEqualTo"
    LESS_THAN = "mustBeLessThan"
    LESS_OR_EQUAL = "mustBeLessOrEqualTo"
    BETWEEN = "mustBeBetween"
    NOT_BETWEEN = "mustNotBeBetween"


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """A condition that no row may fulfil. A condition that is null is not fulfilled."""

    name: str
    severity: Severity
    broken_when: Expression
    text: str
    """The condition as it was written."""
    columns: tuple[str, ...]
    """The columns that it speaks of."""

    def to_compiled(self) -> Compiled:
        return {
            "name": self.name,
            "severity": self.severity.value,
            "brokenWhen": self.broken_when,
            "text": self.text,
            "columns": list(self.columns),
        }

    @classmethod
    def from_compiled(cls, compiled: Mapping[str, object]) -> RowRule:
        fields = CompiledFields(compiled)
        return cls(
            name=fields.text("name"),
            severity=Severity(fields.text("severity")),
            broken_when=fields.sequence("brokenWhen"),
            text=fields.text("text"),
            columns=fields.texts("columns"),
        )


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """One number over the accepted rows of a file."""

    aggregation: Aggregation
    of: Expression | None = None
    """What is aggregated; None: the row itself, counted."""
    where: Expression | None = None
    """Only rows for which this is true."""

    def to_compiled(self) -> Compiled:
        compiled: Compiled = {"aggregation": self.aggregation.value}
        if self.of is not None:
            compiled["of"] = self.of
        if self.where is not None:
            compiled["where"] = self.where
        return compiled

    @classmethod
    def from_compiled(cls, compiled: Mapping[str, object]) -> Aggregate:
        fields = CompiledFields(compiled)
        return cls(
            aggregation=Aggregation(fields.text("aggregation")),
            of=fields.sequence("of") if "of" in compiled else None,
            where=fields.sequence("where") if "where" in compiled else None,
        )


@dataclass(frozen=True, kw_only=True)
class FileRule:
    """A condition on a file's accepted rows as a whole. A value that is null breaks nothing."""

    name: str
    rule: str
    """A value of ``tarn.quarantine.Rule``."""
    severity: Severity
    """WARN or HALT."""
    value: Expression
    aggregates: tuple[Aggregate, ...]
    operator: Operator
    bounds: tuple[str, ...]
    """One number, or two for the operators of intervals; exact decimals as text."""
    text: str
    """The value as it was written, e.g. ``SUM(passengers)``."""

    def to_compiled(self) -> Compiled:
        return {
            "name": self.name,
            "rule": self.rule,
            "severity": self.severity.value,
            "value": self.value,
            "aggregates": [aggregate.to_compiled() for aggregate in self.aggregates],
            "operator": self.operator.value,
            "bounds": list(self.bounds),
            "text": self.text,
        }

    @classmethod
    def from_compiled(cls, compiled: Mapping[str, object]) -> FileRule:
        fields = CompiledFields(compiled)
        return cls(
            name=fields.text("name"),
            rule=fields.text("rule"),
            severity=Severity(fields.text("severity")),
            value=fields.sequence("value"),
            aggregates=tuple(Aggregate.from_compiled(a) for a in fields.mappings("aggregates")),
            operator=Operator(fields.text("operator")),
            bounds=fields.texts("bounds"),
            text=fields.text("text"),
        )
