"""ODCS quality rules of the library kind, as rules of a column or of the whole dataset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from open_data_contract_standard.model import DataQuality, SchemaObject, SchemaProperty

from tarn.contract.compilation.positions import FieldPath
from tarn.contract.compilation.problems import ProblemList

COLUMN_METRICS: Final = ("invalidValues", "duplicateValues", "nullValues")
_ALLOWED_COLUMN: Final = (
    "metric invalidValues (with arguments.validValues or arguments.pattern), duplicateValues or "
    "nullValues, each with mustBe: 0; or type: text"
)
_ALLOWED_DATASET: Final = "metric duplicateValues with arguments.properties and mustBe: 0"
_FIELDS: Final = {"metric", "arguments", "mustBe", "severity", "type"}
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
class ColumnRules:
    """What a column's quality rules say."""

    valid_values: tuple[object, ...] = ()
    pattern: str | None = None
    unique: bool = False
    required: bool = False


def column_rules(column: SchemaProperty, path: FieldPath, problems: ProblemList) -> ColumnRules:
    """Read the quality rules of one column."""
    valid_values: tuple[object, ...] = ()
    pattern: str | None = None
    metrics: set[str] = set()
    for rule, rule_path in _rules(column.quality, path, problems, allowed=_ALLOWED_COLUMN):
        if rule.metric not in COLUMN_METRICS:
            problems.add((*rule_path, "metric"), f"is {rule.metric!r}", allowed=_ALLOWED_COLUMN)
            continue
        metrics.add(rule.metric)
        if rule.metric == "invalidValues":
            values, text = _valid_values(rule, rule_path, problems)
            valid_values, pattern = valid_values or values, pattern or text
    return ColumnRules(
        valid_values=valid_values,
        pattern=pattern,
        unique="duplicateValues" in metrics,
        required="nullValues" in metrics,
    )


def unique_together(
    schema: SchemaObject, path: FieldPath, problems: ProblemList
) -> tuple[tuple[str, ...], ...]:
    """Read the dataset's rules: sets of columns that do not repeat within a file."""
    known = {column.name for column in schema.properties or ()}
    found: list[tuple[str, ...]] = []
    for rule, rule_path in _rules(schema.quality, path, problems, allowed=_ALLOWED_DATASET):
        if rule.metric != "duplicateValues":
            problems.add((*rule_path, "metric"), f"is {rule.metric!r}", allowed=_ALLOWED_DATASET)
            continue
        names = (rule.arguments or {}).get("properties")
        if (
            not isinstance(names, list)
            or not names
            or not known.issuperset(cast("list[str]", names))
        ):
            problems.add(
                (*rule_path, "arguments", "properties"),
                f"is {names!r}",
                allowed=f"a list of columns: {', '.join(sorted(map(str, known)))}",
            )
            continue
        found.append(tuple(cast("list[str]", names)))
    return tuple(found)


def _rules(
    rules: list[DataQuality] | None, path: FieldPath, problems: ProblemList, *, allowed: str
) -> Iterator[tuple[DataQuality, FieldPath]]:
    """Yield the rules to enforce. Rules of type text are prose; others must be fully understood."""
    for index, rule in enumerate(rules or ()):
        rule_path = (*path, "quality", index)
        if rule.type == "text":
            continue
        unsupported = sorted(rule.model_fields_set - _FIELDS - _PROSE)
        for name in unsupported:
            problems.add((*rule_path, name), "is not enforced by Tarn", allowed=allowed)
        if rule.type not in (None, "library"):
            problems.add((*rule_path, "type"), f"is {rule.type!r}", allowed=f"library: {allowed}")
        elif rule.severity not in (None, "error"):
            problems.add(
                (*rule_path, "severity"),
                f"is {rule.severity!r}",
                allowed="error (the row is quarantined)",
            )
        elif str(rule.mustBe) != "0":
            problems.add((*rule_path, "mustBe"), f"is {rule.mustBe!r}", allowed="0")
        elif not unsupported:
            yield rule, rule_path


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
