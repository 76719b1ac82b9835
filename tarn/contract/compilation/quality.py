"""ODCS quality rules: read once, then handed to whoever enforces each.

A rule that one value, row or key decides becomes a rule of its column or of each row; every other
one is a rule of the file as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from open_data_contract_standard.model import DataQuality, SchemaObject

from tarn.contract.compilation.positions import FieldPath
from tarn.contract.compilation.problems import ProblemList
from tarn.contract.rules import Operator, Severity

SEVERITIES: Final[Mapping[str, Severity]] = {
    "warning": Severity.WARN,
    "warn": Severity.WARN,
    "error": Severity.QUARANTINE,
    "quarantine": Severity.QUARANTINE,
    "critical": Severity.HALT,
    "halt": Severity.HALT,
}
"""The words of the standard's examples, and Tarn's own."""

ALLOWED_SEVERITY: Final = (
    "warning (or warn), error (or quarantine; the default), critical (or halt)"
)
COLUMN_METRICS: Final = ("invalidValues", "duplicateValues", "nullValues")
_ALLOWED_COLUMN: Final = (
    "metric invalidValues (with arguments.validValues or arguments.pattern) or duplicateValues "
    "with mustBe: 0; metric nullValues; type: sql; or type: text"
)
ALLOWED_DATASET: Final = (
    "metric duplicateValues with arguments.properties and mustBe: 0; metric rowCount; type: sql; "
    "or type: text"
)
_OPERATORS: Final = {operator.value for operator in Operator}
_INTERVALS: Final = (Operator.BETWEEN, Operator.NOT_BETWEEN)
_UNITS: Final = (None, "rows", "percent")
_FIELDS: Final = {"severity", "type", "unit", *_OPERATORS}
_LIBRARY_FIELDS: Final = {*_FIELDS, "metric", "arguments"}
_SQL_FIELDS: Final = {*_FIELDS, "query"}
_PROSE: Final = {
    "id",
    "name",
    "description",
    "dimension",
    "tags",
    "businessImpact",
    "authoritativeDefinitions",
}


@dataclass(frozen=True, kw_only=True)
class QualityRule:
    """One rule that is to be enforced: understood as far as all rules are alike."""

    source: DataQuality
    path: FieldPath
    severity: Severity | None
    """None: as the standard leaves it, which is an error."""
    operator: Operator
    bounds: tuple[str, ...]

    @property
    def must_be_zero(self) -> bool:
        """Whether a single broken row breaks the rule, so that the row can be named."""
        return self.operator is Operator.MUST_BE and float(self.bounds[0]) == 0

    @property
    def row_severity(self) -> Severity:
        return self.severity or Severity.QUARANTINE

    @property
    def file_severity(self) -> Severity:
        """A file is quarantined only as a whole, so an error holds it."""
        return Severity.WARN if self.severity is Severity.WARN else Severity.HALT


@dataclass(frozen=True, kw_only=True)
class ColumnRules:
    """What a column's quality rules say about single values."""

    valid_values: tuple[object, ...] = ()
    pattern: str | None = None
    unique: bool = False
    required: bool = False
    severities: Mapping[str, Severity]
    """Of the rules that were read here, by ``tarn.quarantine.Rule``."""


def read_rules(
    quality: Sequence[DataQuality] | None,
    path: FieldPath,
    problems: ProblemList,
    *,
    of_column: bool,
) -> list[QualityRule]:
    """Read the rules to enforce. Rules of type text are prose; others must be fully understood."""
    allowed = _ALLOWED_COLUMN if of_column else ALLOWED_DATASET
    metrics = COLUMN_METRICS if of_column else ("duplicateValues", "rowCount")
    found: list[QualityRule] = []
    for index, rule in enumerate(quality or ()):
        rule_path = (*path, "quality", index)
        if rule.type == "text":
            continue
        before = len(problems.found)
        known = _SQL_FIELDS if rule.type == "sql" else _LIBRARY_FIELDS
        for name in sorted(rule.model_fields_set - known - _PROSE):
            problems.add((*rule_path, name), "is not enforced by Tarn", allowed=allowed)
        if rule.type not in (None, "library", "sql"):
            problems.add((*rule_path, "type"), f"is {rule.type!r}", allowed=f"library: {allowed}")
        elif rule.type == "sql" and not (rule.query or "").strip():
            problems.add((*rule_path, "query"), "is missing", allowed="a query")
        elif rule.type != "sql" and rule.metric not in metrics:
            problems.add((*rule_path, "metric"), f"is {rule.metric!r}", allowed=allowed)
        if rule.severity not in (None, *SEVERITIES):
            problems.add(
                (*rule_path, "severity"), f"is {rule.severity!r}", allowed=ALLOWED_SEVERITY
            )
        comparison = _comparison(rule, rule_path, problems)
        if comparison and len(problems.found) == before:
            operator, bounds = comparison
            severity = SEVERITIES[rule.severity] if rule.severity else None
            found.append(
                QualityRule(
                    source=rule, path=rule_path, severity=severity, operator=operator, bounds=bounds
                )
            )
    return found


def _comparison(
    rule: DataQuality, path: FieldPath, problems: ProblemList
) -> tuple[Operator, tuple[str, ...]] | None:
    names = sorted(_OPERATORS & rule.model_fields_set)
    if len(names) != 1:
        wrong = f"has {' and '.join(names)}" if names else "compares with nothing"
        problems.add(path, wrong, allowed=f"one of {', '.join(sorted(_OPERATORS))}")
        return None
    operator = Operator(names[0])
    value: object = getattr(rule, operator.value)
    bounds = cast("list[object]", value) if operator in _INTERVALS else [value]
    if not all(_is_number(bound) for bound in bounds):
        problems.add((*path, operator.value), f"is {value!r}", allowed="numbers")
        return None
    if operator in _INTERVALS and float(str(bounds[0])) > float(str(bounds[1])):
        problems.add((*path, operator.value), f"is {value!r}", allowed="the smaller number first")
        return None
    if rule.unit not in _UNITS or (rule.unit == "percent" and rule.metric != "nullValues"):
        problems.add((*path, "unit"), f"is {rule.unit!r}", allowed="rows; percent of nullValues")
        return None
    return operator, tuple(str(bound) for bound in bounds)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def column_rules(
    rules: Sequence[QualityRule], problems: ProblemList
) -> tuple[ColumnRules, list[QualityRule]]:
    """Return what the rules of a column say about single values, and the rules that remain."""
    valid_values: tuple[object, ...] = ()
    pattern: str | None = None
    metrics: set[str] = set()
    severities: dict[str, Severity] = {}
    remaining: list[QualityRule] = []
    for rule in rules:
        metric = rule.source.metric
        if rule.source.type == "sql" or (metric == "nullValues" and not rule.must_be_zero):
            remaining.append(rule)
            continue
        if not rule.must_be_zero:
            operator = rule.operator.value
            wrong = f"is {getattr(rule.source, operator)!r}"
            problems.add((*rule.path, operator), wrong, allowed="mustBe: 0")
            continue
        metrics.add(metric or "")
        names = [_SINGLE_RULES.get(metric or "", "")]
        if metric == "invalidValues":
            values, text = _valid_values(rule.source, rule.path, problems)
            valid_values, pattern = valid_values or values, pattern or text
            names = ["enum"] * bool(values) + ["pattern"] * bool(text)
        severities.update(dict.fromkeys(names, rule.row_severity))
    single = ColumnRules(
        valid_values=valid_values,
        pattern=pattern,
        unique="duplicateValues" in metrics,
        required="nullValues" in metrics,
        severities=severities,
    )
    return single, remaining


_SINGLE_RULES: Final = {"duplicateValues": "unique", "nullValues": "required"}


def unique_together(
    rules: Sequence[QualityRule], schema: SchemaObject, problems: ProblemList
) -> tuple[dict[tuple[str, ...], Severity], list[QualityRule]]:
    """Return the sets of columns that do not repeat within a file, and the rules that remain."""
    known = {column.name for column in schema.properties or ()}
    found: dict[tuple[str, ...], Severity] = {}
    remaining: list[QualityRule] = []
    for rule in rules:
        if rule.source.metric != "duplicateValues":
            remaining.append(rule)
            continue
        names = (rule.source.arguments or {}).get("properties")
        if (
            not isinstance(names, list)
            or not names
            or not known.issuperset(cast("list[str]", names))
        ):
            problems.add(
                (*rule.path, "arguments", "properties"),
                f"is {names!r}",
                allowed=f"a list of columns: {', '.join(sorted(map(str, known)))}",
            )
        elif not rule.must_be_zero:
            problems.add(rule.path, f"has {rule.operator.value}", allowed="mustBe: 0")
        else:
            found[tuple(cast("list[str]", names))] = rule.row_severity
    return found, remaining


def _valid_values(
    rule: DataQuality, path: FieldPath, problems: ProblemList
) -> tuple[tuple[object, ...], str | None]:
    arguments = rule.arguments or {}
    for name in sorted(set(arguments) - {"validValues", "pattern"}):
        problems.add(
            (*path, "arguments", name), "is no argument of invalidValues", allowed=_ALLOWED_COLUMN
        )
    values: object = arguments.get("validValues", [])
    pattern: object = arguments.get("pattern")
    if not isinstance(values, list) or (not values and not isinstance(pattern, str)):
        problems.add((*path, "arguments"), "name no valid values", allowed=_ALLOWED_COLUMN)
        return (), None
    return tuple(cast("list[object]", values)), pattern if isinstance(pattern, str) else None
