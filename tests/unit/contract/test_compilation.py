"""ODCS documents to contracts: what is understood, and how everything else is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tarn.contract.compilation import BrokenContractsError, compile_contracts
from tarn.contract.dialect import Dialect
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract, MergeMode
from tarn.contract.rules import SchemaChange, Severity
from tests.unit.contract.documents import (
    changed,
    compile_document,
    compile_text,
    problems_of,
    things,
)

ROOT = Path(__file__).parents[3]
CODE = "schema.0.properties.0"
AMOUNT = "schema.0.properties.1"
DAY = "schema.0.properties.2"


def custom(name: str, value: object) -> dict[str, object]:
    return {"property": name, "value": value}


def rule(metric: str | None = None, **fields: object) -> list[dict[str, object]]:
    return [{"metric": metric, "mustBe": 0} | fields]


def sql(query: str, **fields: object) -> list[dict[str, object]]:
    return [{"type": "sql", "query": query, "mustBe": 0} | fields]


def test_a_dialect_is_read_and_kept_by_the_compiled_form() -> None:
    value = {"delimiter": ";", "quoteChar": "", "escapeChar": "\\", "header": False}
    document = changed("customProperties.1", custom("dialect", value | {"encoding": "UTF-16"}))

    found = compile_document(document)

    assert found.dialect == Dialect(
        delimiter=";", quote_char=None, escape_char="\\", header=False, encoding="utf-16"
    )
    assert Contract.from_compiled(found.to_compiled()).dialect == found.dialect


def test_a_document_becomes_a_contract() -> None:
    contract = compile_document(things())

    assert contract.dataset == "things"
    assert (contract.owner, contract.title, contract.version) == ("testers", "Things", "1.0.0")
    assert contract.key == ("code",)
    assert contract.null_markers == ("", "NA")
    assert contract.merge is MergeMode.UPSERT
    assert contract.freshness_seconds == 7200
    assert contract.produced_by is None
    assert contract.columns == (
        Column(
            name="code",
            type=ColumnType(kind=ColumnKind.STRING),
            description="Code.",
            required=True,  # because it is the key
            pattern="[A-Z]+",
            min_length=1,
            max_length=9,
        ),
        Column(
            name="amount",
            type=ColumnType(kind=ColumnKind.DECIMAL, precision=9, scale=2),
            description="Amount.",
            minimum="0",
            maximum="99.5",
        ),
        Column(
            name="day",
            type=ColumnType(kind=ColumnKind.DATE),
            description="Day.",
            minimum="01.01.2000",
            date_format="dd.MM.yyyy",
        ),
    )


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        pytest.param(f"{CODE}.unique", True, {"unique": True}, id="unique"),
        pytest.param(f"{AMOUNT}.required", True, {"required": True}, id="required"),
        pytest.param(
            f"{CODE}.enum", [{"value": "A"}, {"value": "B"}], {"enum": ("A", "B")}, id="enum"
        ),
        pytest.param(
            f"{CODE}.classification", "pii", {"classification": "pii"}, id="classification"
        ),
        pytest.param(
            f"{CODE}.quality",
            rule("invalidValues", arguments={"validValues": ["A"]}),
            {"enum": ("A",)},
            id="enum as a quality rule",
        ),
        pytest.param(
            f"{AMOUNT}.quality",
            [
                {"type": "library", "metric": "duplicateValues", "mustBe": 0, "severity": "error"},
                {"metric": "nullValues", "mustBe": 0},
                {"type": "text", "description": "Amounts are in euro."},
            ],
            {"unique": True, "required": True},
            id="unique and required as quality rules",
        ),
        pytest.param(
            f"{AMOUNT}.physicalType",
            "double",
            {"type": ColumnType(kind=ColumnKind.DOUBLE)},
            id="double",
        ),
    ],
)
def test_a_rule_of_a_column_is_understood(
    path: str, value: object, expected: dict[str, Any]
) -> None:
    index = int(path.split(".")[3])

    column = compile_document(changed(path, value)).columns[index]

    assert {name: getattr(column, name) for name in expected} == expected


def test_columns_that_do_not_repeat_together_are_a_rule_of_the_dataset() -> None:
    rule = {
        "metric": "duplicateValues",
        "arguments": {"properties": ["code", "day"]},
        "mustBe": 0,
    }

    contract = compile_document(changed("schema.0.quality", [rule]))

    assert contract.unique_together == (("code", "day"),)


def test_a_count_of_rows_that_must_be_none_is_a_rule_of_each_row() -> None:
    query = "SELECT COUNT(*) FROM {object} WHERE NOT (amount > 5 OR day >= '2001-01-01')"

    contract = compile_document(changed("schema.0.quality", sql(query, severity="warning")))

    (rule,) = contract.row_rules
    assert rule.name == rule.text == "NOT (amount > 5 OR day >= '2001-01-01')"
    assert rule.severity is Severity.WARN
    assert rule.columns == ("amount", "day")
    assert rule.broken_when == [
        "not",
        [
            "or",
            [">", ["column", "amount"], ["literal", "integer", "5"]],
            [">=", ["column", "day"], ["literal", "date", "2001-01-01"]],
        ],
    ]


def test_a_query_of_a_column_names_it_as_property() -> None:
    query = "SELECT SUM({property}) FROM {object}"

    contract = compile_document(
        changed(f"{AMOUNT}.quality", [{"type": "sql", "query": query, "mustBeLessThan": 9.5}])
    )

    (rule,) = contract.file_rules
    assert (rule.text, rule.operator, rule.bounds) == ("SUM(amount)", "mustBeLessThan", ("9.5",))
    assert rule.severity is Severity.HALT, "a file is quarantined only as a whole"


def test_severities_of_single_values_stand_at_the_column() -> None:
    severity = custom("severity", {"range": "warning", "type": "critical", "required": "error"})

    column = compile_document(changed(f"{AMOUNT}.customProperties", [severity])).columns[1]

    assert column.severity("range") is Severity.WARN
    assert column.severity("type") is Severity.HALT
    assert column.severity("required") is Severity.QUARANTINE


@pytest.mark.parametrize(("said", "expected"), [("permissive", "permissive"), (None, "evolve")])
def test_the_environment_decides_where_the_contract_does_not(
    said: str | None, expected: str, tmp_path: Path
) -> None:
    document = changed("customProperties.1", custom("schemaChange", said)) if said else things()
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/things.odcs.yaml").write_text(yaml.safe_dump(document))

    catalog = compile_contracts(tmp_path / "contracts", schema_change=SchemaChange.EVOLVE)

    assert catalog["things"].schema_change.value == expected


def test_a_protected_column_closes_the_contract_to_columns_nobody_has_classified() -> None:
    document = changed(f"{AMOUNT}.classification", "personal")
    document["schema"][0]["properties"][1]["customProperties"] = [custom("protection", "hash")]

    contract = compile_document(document)
    document["customProperties"].append(custom("schemaChange", "evolve"))

    assert contract.protected == ("amount",)
    (problem,) = problems_of(document)
    assert "is 'evolve' although columns are protected" in problem


def test_a_fault_of_a_query_is_told_with_its_line() -> None:
    text = (ROOT / "contracts/weather.odcs.yaml").read_text(encoding="utf-8")
    query = "      - type: sql\n        query: SELECT 1 FORM x\n        mustBe: 0\n"
    broken = text.replace("- name: weather", "- name: things").replace(
        "    quality:\n", "    quality:\n" + query
    )

    with pytest.raises(BrokenContractsError) as caught:
        compile_text(broken)

    (problem,) = caught.value.problems
    assert "SELECT 1 FORM x" in broken.splitlines()[problem.line - 1]


def test_a_key_of_several_columns_is_ordered_by_position() -> None:
    document = changed(f"{DAY}.primaryKey", True)
    document["schema"][0]["properties"][0]["primaryKeyPosition"] = 2
    document["schema"][0]["properties"][2]["primaryKeyPosition"] = 1

    assert compile_document(document).key == ("day", "code")


BROKEN = [
    ("kind", "Contract", "kind: is 'Contract'", "DataContract"),
    ("apiVersion", "v2.2.2", "apiVersion: is 'v2.2.2'", "v3.x.y"),
    ("version", None, "version: is missing", "a text"),
    ("team", None, "team.name: is missing", "the team that owns"),
    ("team", [{"username": "x"}], "team.name: is missing", "the team that owns"),
    ("description", None, "description.purpose: is missing", "what the dataset is for"),
    ("owner", "me", "owner: owner is no field of the standard", "team"),
    ("slaProperties.0.unit", "fortnight", "slaProperties[freshness].unit", "hours"),
    ("slaProperties.0.value", -1, "slaProperties[freshness].value: is -1", "above 0"),
    ("customProperties.1", custom("mege", 1), "[mege].property", "merge"),
    ("customProperties.0.value", "NA", "customProperties[nullMarkers].value: is 'NA'", "a list"),
    ("customProperties.0.value", [None], "customProperties[nullMarkers].value", "quoted"),
    ("customProperties.1", custom("dialect", ";"), "[dialect].value: is ';'", "an object of"),
    ("customProperties.1", custom("dialect", {"quote": "'"}), "quote: is no field", "quoteChar"),
    ("customProperties.1", custom("dialect", {"delimiter": "||"}), "is '||'", "one ASCII"),
    ("customProperties.1", custom("dialect", {"escapeChar": "\n"}), "escapeChar", "for none"),
    ("customProperties.1", custom("dialect", {"delimiter": '"'}), "in two ways", "different"),
    ("customProperties.1", custom("dialect", {"header": "no"}), "header: is 'no'", "true, false"),
    ("customProperties.1", custom("dialect", {"encoding": "ebcdic"}), "encoding", "windows-1252"),
    ("customProperties.1", custom("merge", "append"), "[merge].value", "upsert, replace-file"),
    ("customProperties.1", custom("schemaChange", "free"), "'free'", "strict, reorder, evolve"),
    ("customProperties.1", custom("producedBy", "A job"), "[producedBy]", "glue_jobs"),
    ("schema.0.name", "thing", "schema[thing].name: is 'thing'", "'things'"),
    ("schema.1", {"name": "more"}, "schema: has 2 objects", "one dataset"),
    ("schema.0.properties", [], "schema[things].properties: is empty", "at least one"),
    (f"{CODE}.primaryKey", False, "no column has primaryKey", "a key"),
    (f"{AMOUNT}.primaryKey", True, "primaryKeyPosition: the key's positions are", "[1, 2]"),
    (f"{AMOUNT}.name", "code", "repeats 'code'", "a new name"),
    (f"{CODE}.name", "_source_key", "is '_source_key'", "lower-case"),
    (f"{CODE}.name", "Code", "is 'Code'", "lower-case"),
    (f"{CODE}.description", None, "[code].description: is missing", "every column"),
    (f"{CODE}.logicalType", "text", "[code].logicalType: is 'text'", "string, timestamp"),
    (f"{CODE}.logicalType", "array", "[code].logicalType: is 'array'", "string"),
    (f"{CODE}.logicalTypeOptions.patern", "x", "patern: is no option of string", "pattern"),
    (f"{CODE}.logicalTypeOptions.pattern", "[", "pattern: is no regular expression", "ECMA"),
    (f"{CODE}.logicalTypeOptions.minLength", 10, "minLength: is above maxLength 9", "at most 9"),
    (f"{CODE}.logicalTypeOptions.maxLength", -1, "maxLength: is -1", "from 0"),
    (f"{CODE}.enum", [{"label": "A"}], "entry without a value", "set"),
    (f"{CODE}.requird", True, "[code].requird: requird is no field", "required"),
    (f"{CODE}.partitioned", True, "[code].partitioned: is not supported", "no partitions"),
    (f"{AMOUNT}.physicalType", None, "[amount].physicalType: is None", "DECIMAL(precision, scale)"),
    (f"{AMOUNT}.physicalType", "DECIMAL(39,2)", "[amount].physicalType", "38 digits"),
    (f"{AMOUNT}.physicalType", "FLOAT", "[amount].physicalType: is 'FLOAT'", "DOUBLE"),
    (f"{AMOUNT}.logicalTypeOptions.minimum", 0.001, "minimum: 0.001 does not fit", "decimal"),
    (f"{AMOUNT}.logicalTypeOptions.minimum", "many", "minimum: 'many' is not", "decimal"),
    (f"{AMOUNT}.logicalTypeOptions.minimum", 100, "minimum: 100 is above maximum 99.5", "at most"),
    (f"{AMOUNT}.enum", [{"value": 1}], "enum: is set on a decimal", "strings or integers"),
    (f"{AMOUNT}.required", "perhaps", "[amount].required", "boolean"),
    (f"{DAY}.logicalTypeOptions.format", "DD.MM.YYYY", "format: the format has 'DD'", "yyyy-MM-dd"),
    (f"{DAY}.logicalTypeOptions.format", "MM.yyyy", "lacks day", "yyyy-MM-dd"),
    (
        f"{DAY}.logicalTypeOptions.minimum",
        "2000-01-01",
        "minimum: '2000-01-01' is not written",
        "date",
    ),
    (f"{CODE}.quality", rule("rowCount"), "metric: is 'rowCount'", "invalidValues"),
    (f"{CODE}.quality", rule("duplicateValues", mustBe=5), "mustBe: is 5", "0"),
    (f"{CODE}.quality", rule("nullValues", schedule="daily"), "schedule: is not enforced", "sql"),
    (f"{CODE}.quality", rule("nullValues", severity="info"), "severity: is 'info'", "error"),
    (
        f"{CODE}.quality",
        rule("nullValues", mustBeLessThan=5),
        "has mustBe and mustBeLessThan",
        "one",
    ),
    (f"{CODE}.quality", rule("invalidValues"), "name no valid values", "validValues"),
    *(
        ("schema.0.quality", sql(query), wrong, allowed)
        for query, wrong, allowed in [
            ("SELECT COUNT(*) FROM {object} WHERE", "query: is not SQL: line 1", "COUNT"),
            ("SELECT COUNT(*) FROM {object} WHERE x = 1", "x is no column", "amount, code, day"),
            ("SELECT COUNT(*) FROM things WHERE amount = 'a'", "mixes number and string", "kind"),
            ("SELECT COUNT(*) FROM things WHERE day < CURRENT_DATE", "CURRENT_DATE", "columns"),
            ("SELECT COUNT(*) FROM things WHERE RANDOM() > 1", "is not supported", "columns"),
            ("SELECT COUNT(*) FROM things WHERE code RLIKE 'A'", "is not supported", "LIKE"),
            ("SELECT COUNT(*) FROM things WHERE amount = NULL", "NULL is not supported", "IS NULL"),
            ("SELECT COUNT(*) FROM things WHERE day > '31.01.2000'", "is not written as", "ISO"),
            ("SELECT COUNT(*) FROM things WHERE amount", "amount is a decimal", "a condition"),
            ("SELECT COUNT(*) FROM planes", "reads from planes", "FROM {object}"),
            ("SELECT COUNT(*) FROM things LIMIT 1", "limit is not supported", "SELECT COUNT(*)"),
            ("SELECT COUNT(DISTINCT code) FROM things", "is not supported", "COUNT"),
            ("SELECT code FROM things", "aggregates nothing", "COUNT"),
            ("SELECT MAX(day) FROM things", "is of a date", "numbers"),
            ("DELETE FROM things", "is not one SELECT", "COUNT"),
            ("SELECT COUNT(*) FROM things WHERE code IN (SELECT 1)", "(query)", "columns"),
            (
                f"SELECT SUM({' * '.join(['amount'] * 8)}) FROM things",
                "may have 79 digits",
                "CAST(... AS DOUBLE)",
            ),
        ]
    ),
    ("schema.0.quality", sql(""), "query: is missing", "a query"),
    ("schema.0.quality", rule("rowCount", mustBe="many"), "mustBe: is 'many'", "numbers"),
    ("schema.0.quality", rule("rowCount", unit="percent"), "unit: is 'percent'", "rows"),
    ("schema.0.quality", [{"metric": "rowCount"}], "compares with nothing", "mustBeBetween"),
    (
        "schema.0.quality",
        [{"metric": "rowCount", "mustBeBetween": [9, 1]}],
        "mustBeBetween: is [9, 1]",
        "smaller number first",
    ),
    (f"{AMOUNT}.customProperties", [custom("severity", {"rnge": "warn"})], "'warn'", "range"),
    (f"{AMOUNT}.customProperties", [custom("severity", {"range": "no"})], "'no'", "critical"),
    (f"{AMOUNT}.customProperties", [custom("severity", "warn")], "is 'warn'", "a severity for"),
    (f"{AMOUNT}.customProperties", [custom("colour", 1)], "is 'colour'", "severity"),
    (f"{CODE}.customProperties", [custom("severity", {"type": "warn"})], "a key", "critical"),
    (f"{CODE}.relationships", [{"to": "planes"}], "is 'planes'", "dataset.column"),
    (f"{CODE}.relationships", [{"to": "planes.tailnum"}], "planes.tailnum does not", "airports"),
    (f"{CODE}.relationships", [{"to": "things.amount"}], "things.amount is decimal", "string"),
    (f"{CODE}.relationships", [{"to": "a.b"}, {"to": "a.c"}], "has several", "one relationship"),
    (f"{CODE}.relationships", [{"to": "a.b", "type": "other"}], "is 'other'", "foreignKey"),
    (f"{AMOUNT}.customProperties", [custom("protection", "mask")], "'mask'", "hash, tokenize"),
    (f"{AMOUNT}.customProperties", [custom("protection", "hash")], "without a class", "beside"),
    (f"{CODE}.customProperties", [custom("protection", "redact")], "redacts the key", "hash"),
    (
        "schema.0.quality",
        rule("duplicateValues", arguments={"properties": ["x"]}),
        "properties: is ['x']",
        "amount, code, day",
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "wrong", "allowed"),
    BROKEN,
    ids=[f"{path.removeprefix('schema.0.')}={value}"[:60] for path, value, _, _ in BROKEN],
)
def test_what_is_not_understood_is_refused_with_what_is_allowed(
    path: str, value: object, wrong: str, allowed: str
) -> None:
    problems = problems_of(changed(path, value))

    assert any(wrong in problem and allowed in problem for problem in problems), problems


def test_all_problems_are_told_at_once_each_with_file_and_line() -> None:
    text = (ROOT / "contracts/weather.odcs.yaml").read_text(encoding="utf-8")
    broken = (
        text.replace("schema:\n  - name: weather", "schema:\n  - name: things")
        .replace("minimum: 0, maximum: 100}", "minimum: 0, maximun: 100}", 1)
        .replace("name: flight-operations", "nickname: flight-operations")
    )

    with pytest.raises(BrokenContractsError) as caught:
        compile_text(broken)

    lines = broken.splitlines()
    found = {(p.field, lines[p.line - 1].strip()) for p in caught.value.problems}
    assert found == {
        ("team.name", "team:"),
        ("team.nickname", "nickname: flight-operations"),
        (
            "schema[things].properties[humid].logicalTypeOptions.maximun",
            "logicalTypeOptions: {minimum: 0, maximun: 100}",
        ),
    }
    assert "contracts/things.odcs.yaml:" in str(caught.value)
    assert "3 problem(s)" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("a: [", "things.odcs.yaml:1: is not YAML", id="unfinished"),
        pytest.param("- a\n", "is not a mapping", id="a list"),
        pytest.param("", "is not a mapping", id="empty"),
        pytest.param("kind: a\nkind: b\n", ":2: the key 'kind' is repeated", id="repeated key"),
        pytest.param("a: &x\n  b: *x\n", "an alias holds itself", id="endless alias"),
        pytest.param("a: 2013-02-30\n", "is not YAML", id="impossible date"),
        pytest.param("a: !!python/object:os.system x\n", "is not YAML", id="code"),
    ],
)
def test_text_that_is_no_document_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(BrokenContractsError, match="no table, check or function") as caught:
        compile_text(text)

    assert wrong in str(caught.value)


def test_a_contract_under_another_name_is_not_overlooked(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/things.yaml").write_text("kind: DataContract\n")

    with pytest.raises(BrokenContractsError, match=r"contracts/things.yaml:1: is not read"):
        compile_contracts(tmp_path / "contracts")


def test_a_directory_without_contracts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenContractsError, match="no contracts"):
        compile_contracts(tmp_path)
