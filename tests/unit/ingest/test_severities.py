"""Rules warn, quarantine or halt, for single values, keys, rows and the file as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from lambdas.ingest.errors import UnusableObjectError
from tarn.contract.model import Contract
from tests.unit.contract.documents import Document, compile_document, things
from tests.unit.ingest.files import Judged, judge_csv

HEADER = "code,amount,day\n"


def ruled(quality: list[dict[str, Any]] | None = None, **severities: str) -> Contract:
    """Return the contract of things with rules of the dataset, and severities of ``amount``."""
    document: Document = things()
    schema = document["schema"][0]
    schema["quality"] = quality or []
    if severities:
        schema["properties"][1]["customProperties"] = [
            {"property": "severity", "value": severities}
        ]
    return compile_document(document)


def sql(condition: str, severity: str = "error", **fields: object) -> dict[str, Any]:
    query = f"SELECT COUNT(*) FROM {{object}} WHERE {condition}"
    return {
        "type": "sql",
        "name": "cheap",
        "query": query,
        "mustBe": 0,
        "severity": severity,
    } | fields


def test_a_row_that_breaks_a_condition_is_quarantined_with_its_other_faults() -> None:
    contract = ruled([sql("code = 'A' AND amount > 5")])

    judged = judge_csv(HEADER + "A,6,01.01.2001\nB,6,\nA,NA,\nA,7,x\n", contract)

    assert judged.column("code") == ["B", "A"], "an unknown condition breaks nothing"
    assert judged.rules == [
        (2, [("code, amount", "sql")]),
        (5, [("day", "type"), ("code, amount", "sql")]),
    ]
    (first, *_) = judged.rejected
    assert first["violations"][0]["message"] == "cheap: code = 'A' AND amount > 5"
    assert first["violations"][0]["value"] == "A, 6"


@pytest.mark.parametrize("condition", ["amount > 5", "1 = 1 AND amount > 5"])
def test_a_condition_that_warns_lets_the_row_in_and_says_so(condition: str) -> None:
    judged = judge_csv(HEADER + "A,6,\nB,5,\n", ruled([sql(condition, "warning")]))

    assert judged.column("code") == ["A", "B"]
    assert not judged.rejected
    assert judged.verdict.rows_warned == 1
    assert judged.verdict.warnings == {"sql cheap": 1}
    assert _warned(judged) == [(2, [("amount", "sql")])]


def test_values_outside_of_a_range_are_accepted_where_the_contract_only_warns() -> None:
    judged = judge_csv(HEADER + "A,-1,\nB,100,\nC,1,\n", ruled(range="warn"))

    assert len(judged.accepted) == 3
    assert judged.verdict.warnings == {"range amount": 2}
    assert _warned(judged) == [(2, [("amount", "range")]), (3, [("amount", "range")])]


def test_a_value_of_another_type_becomes_null_where_the_contract_only_warns() -> None:
    judged = judge_csv(HEADER + "A,much,\n", ruled(type="warn"))

    assert judged.column("amount") == [None]
    (warned,) = judged.warned
    assert warned["violations"][0]["value"] == "much"


def test_a_rejected_row_names_the_rules_that_only_warn_as_well() -> None:
    judged = judge_csv(HEADER + "a,-1,\n", ruled(range="warn"))

    assert judged.rules == [(2, [("code", "pattern"), ("amount", "range")])]
    assert judged.verdict.rows_warned == 0
    assert judged.verdict.warned is None


def test_a_repeated_key_that_only_warns_goes_in() -> None:
    rule = {"metric": "duplicateValues", "arguments": {"properties": ["code"]}, "mustBe": 0}

    judged = judge_csv(HEADER + "A,1,\nA,2,\nA,3,\n", ruled([rule | {"severity": "warning"}]))

    assert len(judged.accepted) == 3
    assert judged.verdict.warnings == {"unique code": 2}


@pytest.mark.parametrize(
    ("contract", "reason"),
    [
        (ruled(range="halt"), "line 3: amount is below the minimum 0 (-1)"),
        (ruled([sql("amount < 0", "critical")]), "line 3: cheap: amount < 0 (-1)"),
        (ruled([{"metric": "rowCount", "mustBe": 3}]), "row count is 2, and must be 3"),
    ],
    ids=["a value", "a row", "the file"],
)
def test_a_rule_that_halts_holds_the_file_whole(contract: Contract, reason: str) -> None:
    with pytest.raises(UnusableObjectError) as caught:
        judge_csv(HEADER + "A,1,\nB,-1,\nC,2,\n", contract)

    assert reason in caught.value.reason


def test_a_reason_stays_short_however_many_rows_halt() -> None:
    rows = "".join(f"{'A' * n},-1,\n" for n in range(1, 10)) * 20

    with pytest.raises(UnusableObjectError, match=r"and 160 more$"):
        judge_csv(HEADER + rows, ruled(range="halt"))


def file_sql(value: str, **comparison: object) -> dict[str, Any]:
    return {"type": "sql", "query": f"SELECT {value} FROM {{object}}", **comparison}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {"metric": "rowCount", "mustBeGreaterThan": 4},
            "row count is 4, and must be greater than 4",
        ),
        ({"metric": "rowCount", "mustBeBetween": [5, 9]}, "must be between 5 and 9"),
        (
            file_sql("SUM(amount)", mustBeLessThan=6.5),
            "SUM(amount) is 6.50, and must be less than 6.5",
        ),
        (file_sql("SUM(amount) / COUNT(*)", mustBe=1), "is 1.625, and must be 1"),
        (file_sql("MAX(amount)", mustBeLessOrEqualTo=3), "MAX(amount) is 4.00"),
        (file_sql("MIN(amount)", mustNotBe=1), "MIN(amount) is 1.00, and must not be 1"),
        (file_sql("COUNT(amount)", mustNotBeBetween=[1, 3]), "COUNT(amount) is 3"),
        (
            sql("amount IS NULL", mustBe=None, mustBeLessThan=1),
            "cheap: COUNT(*) WHERE amount IS NULL is 1, and must be less than 1",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_of_the_file_is_about_its_accepted_rows(rule: dict[str, Any], message: str) -> None:
    rule = {name: value for name, value in rule.items() if value is not None}
    rows = "A,1,\nB,1.5,\nC,4,\nD,NA,\nbad,9,\n"

    judged = judge_csv(HEADER + rows, ruled([rule | {"severity": "warning"}]))

    (warned,) = judged.warned
    assert warned["line"] is None
    assert message in warned["violations"][0]["message"]
    assert judged.verdict.rows_warned == 0
    with pytest.raises(UnusableObjectError):
        judge_csv(HEADER + rows, ruled([rule | {"severity": "error"}]))


def test_the_share_of_nulls_of_a_column_is_a_rule_of_the_file() -> None:
    document = things()
    document["schema"][0]["properties"][1]["quality"] = [
        {"metric": "nullValues", "unit": "percent", "mustBeLessThan": 50}
    ]
    contract = compile_document(document)

    assert len(judge_csv(HEADER + "A,1,\nB,,\nC,2,\n", contract).accepted) == 3
    with pytest.raises(UnusableObjectError, match=r"percent of nulls in amount is 50.0, and must"):
        judge_csv(HEADER + "A,1,\nB,,\n", contract)


def test_a_value_that_no_row_gives_breaks_nothing() -> None:
    judged = judge_csv(HEADER, ruled([file_sql("SUM(amount)", mustBeGreaterThan=0)]))

    assert judged.verdict.rows_read == 0


def _warned(judged: Judged) -> list[tuple[int, list[tuple[str | None, str]]]]:
    return [
        (row["line"], [(v["column"], v["rule"]) for v in row["violations"]])
        for row in judged.warned
    ]
