"""The changelog sees every field of a contract, and says for whom a change breaks."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

import pytest

from review.contracts.columns import column_lines
from review.contracts.datasets import changelog
from review.contracts.line import BOTH, Line, Party
from tarn.contract.dialect import Dialect
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract, MergeMode
from tarn.contract.rules import (
    Aggregate,
    Aggregation,
    FileRule,
    Operator,
    Protection,
    RowRule,
    SchemaChange,
    Severity,
)

PRODUCERS = (Party.PRODUCERS,)
READERS = (Party.READERS,)
TEXT: Final = ColumnType(kind=ColumnKind.STRING)
INTEGER: Final = ColumnType(kind=ColumnKind.INTEGER)
DOUBLE: Final = ColumnType(kind=ColumnKind.DOUBLE)


def decimal(precision: int, scale: int) -> ColumnType:
    return ColumnType(kind=ColumnKind.DECIMAL, precision=precision, scale=scale)


COLUMN: Final = Column(name="amount", type=TEXT, description="Amount.")
ROW_RULE: Final = RowRule(
    name="early",
    severity=Severity.QUARANTINE,
    broken_when=["<", ["column", "amount"], ["literal", "integer", "0"]],
    text="amount < 0",
    columns=("amount",),
)
FILE_RULE: Final = FileRule(
    name="rows",
    rule="row-count",
    severity=Severity.WARN,
    value=["aggregate", 0],
    aggregates=(Aggregate(aggregation=Aggregation.COUNT),),
    operator=Operator.GREATER_THAN,
    bounds=("1",),
    text="COUNT(*)",
)
CONTRACT: Final = Contract(
    dataset="things",
    version="1.0.0",
    title="Things",
    description="Things.",
    owner="owners",
    columns=(
        Column(name="code", type=TEXT, description="Code.", required=True),
        Column(name="amount", type=DOUBLE, description="Amount."),
        Column(name="day", type=ColumnType(kind=ColumnKind.DATE), description="Day."),
    ),
    key=("code",),
    row_rules=(ROW_RULE,),
    file_rules=(FILE_RULE,),
)

OTHER_COLUMN: Final[dict[str, Any]] = {
    "type": INTEGER,
    "description": "Another.",
    "required": True,
    "unique": True,
    "minimum": "a",
    "maximum": "z",
    "enum": ("a", "b"),
    "pattern": "[a-z]+",
    "min_length": 1,
    "max_length": 9,
    "date_format": "dd.MM.yyyy",
    "zone_required": True,
    "classification": "personal",
    "protection": Protection.HASH,
    "references": ("others", "code"),
    "severities": {"enum": Severity.HALT},
}
OTHER_CONTRACT: Final[dict[str, Any]] = {
    "version": "2.0.0",
    "title": "Other things",
    "description": "Others.",
    "owner": "others",
    "columns": CONTRACT.columns[:2],
    "key": ("code", "day"),
    "null_markers": ("", "NA"),
    "merge": MergeMode.REPLACE_FILE,
    "unique_together": (("code", "day"),),
    "unique_severities": (Severity.WARN,),
    "row_rules": (),
    "file_rules": (),
    "schema_change": SchemaChange.STRICT,
    "dialect": Dialect(delimiter=";"),
    "freshness_seconds": 3600,
    "produced_by": "a_job",
}
OTHER_RULES: Final[dict[type, dict[str, Any]]] = {
    RowRule: {
        "name": "other",
        "severity": Severity.WARN,
        "broken_when": [">", ["column", "amount"], ["literal", "integer", "0"]],
        "columns": ("amount", "code"),
    },
    FileRule: {
        "name": "other",
        "rule": "sql",
        "severity": Severity.HALT,
        "value": ["literal", "integer", "1"],
        "aggregates": (Aggregate(aggregation=Aggregation.SUM),),
        "operator": Operator.LESS_THAN,
        "bounds": ("2",),
    },
}


@pytest.mark.parametrize("field", [field.name for field in fields(Column)])
def test_every_field_of_a_column_is_in_the_changelog(field: str) -> None:
    if field == "name":  # the columns' identity: a new name is a rename, or one goes and one comes
        return
    assert field in OTHER_COLUMN, f"let review/contracts/columns.py compare {field}, then add it"
    assert list(column_lines(COLUMN, replace(COLUMN, **{field: OTHER_COLUMN[field]})))


@pytest.mark.parametrize("field", [field.name for field in fields(Contract)])
def test_every_field_of_a_contract_is_in_the_changelog(field: str) -> None:
    if field in ("dataset", "added", "ignored"):  # identity; and what belongs to one file only
        return
    assert field in OTHER_CONTRACT, f"let review/contracts/ compare {field}, then add it"
    old = CONTRACT
    if field == "unique_severities":
        old = replace(CONTRACT, unique_together=(("code", "day"),))
    assert list(changelog(old, replace(old, **{field: OTHER_CONTRACT[field]})))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        pytest.param(rule, field.name, id=f"{type(rule).__name__}-{field.name}")
        for rule in (ROW_RULE, FILE_RULE)
        for field in fields(rule)
    ],
)
def test_every_field_of_a_rule_is_in_the_changelog(rule: RowRule | FileRule, field: str) -> None:
    if field == "text":  # how it was written; what it means is compared
        return
    other = replace(rule, **{field: OTHER_RULES[type(rule)][field]})
    name = "row_rules" if isinstance(rule, RowRule) else "file_rules"
    assert list(changelog(CONTRACT, replace(CONTRACT, **{name: (other,)})))


def test_equal_contracts_have_no_changelog() -> None:
    assert list(changelog(CONTRACT, replace(CONTRACT))) == []


def only(old: Column, new: Column) -> Line:
    (line,) = column_lines(old, new)
    return line


@pytest.mark.parametrize(
    ("old", "new", "kind", "breaks"),
    [
        (INTEGER, DOUBLE, "type-widened", READERS),
        (DOUBLE, INTEGER, "type-narrowed", BOTH),
        (INTEGER, TEXT, "type-widened", READERS),
        (decimal(9, 2), decimal(12, 2), "type-widened", ()),
        (decimal(9, 2), decimal(12, 4), "type-widened", READERS),
        (decimal(12, 2), decimal(9, 2), "type-narrowed", BOTH),
        (decimal(9, 2), decimal(9, 4), "type-changed", BOTH),
        (INTEGER, decimal(21, 2), "type-widened", READERS),
        (INTEGER, decimal(20, 2), "type-changed", BOTH),
        (ColumnType(kind=ColumnKind.DATE), INTEGER, "type-changed", BOTH),
    ],
    ids=lambda value: getattr(value, "kind", None) and f"{value.kind}{value.precision or ''}",
)
def test_types(old: ColumnType, new: ColumnType, kind: str, breaks: tuple[Party, ...]) -> None:
    line = only(replace(COLUMN, type=old), replace(COLUMN, type=new))
    assert (line.kind, line.breaks) == (kind, breaks)


def test_a_protected_column_is_text_whatever_its_type() -> None:
    old = replace(COLUMN, type=INTEGER, protection=Protection.HASH)
    assert only(old, replace(old, type=DOUBLE)).breaks == ()


@pytest.mark.parametrize(
    ("type_", "old", "new", "kind", "breaks"),
    [
        (TEXT, {"required": False}, {"required": True}, "rule-tightened", PRODUCERS),
        (TEXT, {"required": True}, {"required": False}, "rule-loosened", ()),
        (DOUBLE, {"maximum": "150"}, {"maximum": "120.5"}, "rule-tightened", PRODUCERS),
        (DOUBLE, {"maximum": "9"}, {"maximum": "10"}, "rule-loosened", ()),
        (DOUBLE, {"minimum": "9"}, {"minimum": "10"}, "rule-tightened", PRODUCERS),
        (DOUBLE, {"minimum": "9"}, {}, "rule-loosened", ()),
        (TEXT, {"enum": ("a", "b")}, {"enum": ("a",)}, "rule-tightened", PRODUCERS),
        (TEXT, {"enum": ("a",)}, {"enum": ("a", "b")}, "rule-loosened", ()),
        (TEXT, {"enum": ("a",)}, {"enum": ("b",)}, "rule-changed", PRODUCERS),
        (TEXT, {}, {"enum": ("b",)}, "rule-tightened", PRODUCERS),
        (TEXT, {"pattern": "a"}, {"pattern": "b"}, "rule-changed", PRODUCERS),
        (TEXT, {"pattern": "a"}, {}, "rule-loosened", ()),
        (TEXT, {"max_length": 9}, {"max_length": 8}, "rule-tightened", PRODUCERS),
        (TEXT, {"min_length": 9}, {"min_length": 8}, "rule-loosened", ()),
        (TEXT, {"unique": False}, {"unique": True}, "rule-tightened", PRODUCERS),
    ],
)
def test_rules_of_a_column(
    type_: ColumnType, old: dict[str, Any], new: dict[str, Any], kind: str, breaks: object
) -> None:
    column = replace(COLUMN, type=type_)
    line = only(replace(column, **old), replace(column, **new))
    assert (line.kind, line.breaks) == (kind, breaks)


def test_limits_are_compared_as_values_in_their_own_notation() -> None:
    number = replace(COLUMN, type=DOUBLE, minimum="10")
    assert list(column_lines(number, replace(number, minimum="10.0"))) == []
    day = replace(
        COLUMN,
        type=ColumnType(kind=ColumnKind.DATE),
        date_format="dd.MM.yyyy",
        minimum="31.01.2001",
    )
    assert only(day, replace(day, minimum="01.02.2001")).kind == "rule-tightened"


def test_what_is_only_warned_of_breaks_nobody() -> None:
    warned = replace(COLUMN, severities={"required": Severity.WARN})
    line = only(warned, replace(warned, required=True))
    assert (line.kind, line.breaks) == ("rule-tightened", ())


@pytest.mark.parametrize(
    ("old", "new", "kind", "breaks"),
    [
        (Severity.WARN, Severity.QUARANTINE, "severity-raised", PRODUCERS),
        (Severity.QUARANTINE, Severity.HALT, "severity-raised", PRODUCERS),
        (Severity.HALT, Severity.WARN, "severity-lowered", ()),
    ],
)
def test_severities(old: Severity, new: Severity, kind: str, breaks: object) -> None:
    enum = replace(COLUMN, enum=("a",))
    line = only(replace(enum, severities={"enum": old}), replace(enum, severities={"enum": new}))
    assert (line.kind, line.breaks) == (kind, breaks)


def lines(**changed: object) -> list[tuple[str, tuple[Party, ...]]]:
    new = replace(CONTRACT, **changed)
    return [(line.kind, line.breaks) for line in changelog(CONTRACT, new)]


def test_columns_that_come_and_go() -> None:
    code, amount, day = CONTRACT.columns
    optional = Column(name="gate", type=TEXT, description="Gate.")
    assert lines(columns=(*CONTRACT.columns, optional)) == [("column-added", ())]
    required = replace(optional, required=True)
    assert lines(columns=(*CONTRACT.columns, required)) == [("column-added", PRODUCERS)]
    assert lines(columns=(code, amount)) == [("column-removed", BOTH)]
    assert lines(columns=(day, amount, code)) == [("columns-reordered", ())]


def test_a_column_that_unknown_ones_may_stand_for_breaks_readers_only() -> None:
    old = replace(CONTRACT, schema_change=SchemaChange.EVOLVE)
    (line,) = changelog(old, replace(old, columns=old.columns[:2]))
    assert line.breaks == READERS


def test_a_rename_is_known_by_place_or_description_and_an_equal_definition() -> None:
    code, amount, day = CONTRACT.columns
    price = replace(amount, name="price")
    assert lines(columns=(code, price, day)) == [("column-renamed", BOTH)]
    assert lines(columns=(code, day, price)) == [("column-renamed", BOTH)]
    elsewhere = replace(price, description="Price.")
    gone, come = ("column-removed", BOTH), ("column-added", ())
    assert lines(columns=(code, day, elsewhere)) == [gone, come]
    assert lines(columns=(code, replace(price, unique=True), day)) == [gone, come]
    twice = (code, price, replace(amount, name="cost"), day)
    assert lines(columns=twice) == [gone, come, come]


def test_what_decides_about_the_rows_of_a_dataset() -> None:
    assert lines(key=("day",)) == [("key-changed", BOTH)]
    assert lines(merge=MergeMode.REPLACE_FILE) == [("merge-changed", READERS)]
    assert lines(schema_change=SchemaChange.STRICT) == [("schema-change-tightened", PRODUCERS)]
    assert lines(schema_change=SchemaChange.EVOLVE) == [("schema-change-loosened", ())]
    assert lines(dialect=Dialect(delimiter=";")) == [("dialect-changed", PRODUCERS)]
    assert lines(freshness_seconds=60) == [("freshness-changed", ())]
    assert lines(row_rules=()) == [("rule-loosened", ())]
    assert lines(file_rules=(replace(FILE_RULE, severity=Severity.HALT),)) == [
        ("severity-raised", PRODUCERS)
    ]
    assert lines(row_rules=(replace(ROW_RULE, text="AMOUNT<0"),)) == []
