"""The rules of a contract, each at its limits, and all of them on one row."""

from __future__ import annotations

import pytest

from lambdas.ingest.readers import byte_source
from tarn.contract.model import Column, ColumnKind
from tests.unit.ingest.files import column, contract, judge_csv, judge_json

CODE = column(
    "code", required=True, pattern="[A-Z]+", max_length=3, enum=("AA", "BBB", "CCCC", "dd")
)
NUMBER = column("number", ColumnKind.INTEGER, minimum="-5", maximum="10")


@pytest.mark.parametrize(
    ("typed", "good", "bad"),
    [
        pytest.param(NUMBER, ["-5", "0", "10"], ["-6", "11"], id="integer"),
        pytest.param(
            column("d", ColumnKind.DOUBLE, minimum="0", maximum="300"),
            ["0", "-0.0", "300", "300.0"],
            ["-0.1", "300.0000001", "1048.36058"],
            id="double",
        ),
        pytest.param(
            column("d", ColumnKind.DECIMAL, precision=9, scale=4, maximum="0.3"),
            ["0.3", "0.3000", "-5"],
            ["0.3001"],
            id="decimal",
        ),
        pytest.param(
            column("d", ColumnKind.DATE, minimum="2013-01-01", maximum="2013-12-31"),
            ["2013-01-01", "2013-12-31"],
            ["2012-12-31", "2014-01-01"],
            id="date",
        ),
        pytest.param(
            column("t", ColumnKind.TIMESTAMP, minimum="2013-01-01T00:00:00Z"),
            ["2013-01-01T00:00:00Z", "2013-01-01T02:00:00+01:00"],
            ["2012-12-31T23:59:59Z", "2013-01-01T00:30:00+01:00"],
            id="timestamp",
        ),
    ],
)
def test_limits_are_part_of_the_range(typed: Column, good: list[str], bad: list[str]) -> None:
    judged = judge_csv(_numbered(typed.name, ["", *good, *bad]), contract(column("id"), typed))

    assert judged.verdict.rows_accepted == 1 + len(good), "the null and the good ones"
    assert [rules for _, rules in judged.rules] == [[(typed.name, "range")]] * len(bad)


@pytest.mark.parametrize(
    ("typed", "good", "bad", "rule"),
    [
        pytest.param(column("c", enum=("A", "b")), ["A", "b"], ["a", "AA"], "enum", id="enum"),
        pytest.param(
            column("c", ColumnKind.INTEGER, enum=("1", "2")),
            ["1", "02"],
            ["3"],
            "enum",
            id="number",
        ),
        pytest.param(
            column("c", pattern="[A-Z]{2}|x"),
            ["AB", "x"],
            ["A", "ABC", "AB\n", "xAB"],
            "pattern",
            id="pattern matches the whole value",
        ),
        pytest.param(column("c", pattern=r"\d+"), ["12"], ["١٢"], "pattern", id="digits are ASCII"),
        pytest.param(
            column("c", min_length=2, max_length=3),
            ["ab", "äöü"],
            ["a", "abcd"],
            "length",
            id="characters, not bytes",
        ),
    ],
)
def test_values_have_to_keep_their_rule(
    typed: Column, good: list[str], bad: list[str], rule: str
) -> None:
    judged = judge_csv(_numbered("c", ["", *good, *bad]), contract(column("id"), typed))

    assert judged.verdict.rows_accepted == 1 + len(good), "the null and the good ones"
    assert [rules for _, rules in judged.rules] == [[("c", rule)]] * len(bad)


def test_a_row_that_breaks_three_rules_names_all_three() -> None:
    judged = judge_csv("code,number\nddddd,11\n,x\n", contract(CODE, NUMBER))

    assert judged.rules == [
        (2, [("code", "enum"), ("code", "pattern"), ("code", "length"), ("number", "range")]),
        (3, [("code", "required"), ("number", "type")]),
    ]


def test_a_violation_says_column_value_and_what_is_allowed() -> None:
    judged = judge_csv("code,number\nAA,11\n", contract(CODE, NUMBER))

    [row] = judged.rejected
    assert row["raw_row"] == "AA,11"
    assert row["raw_bytes"] is None
    assert row["violations"] == [
        {
            "column": "number",
            "rule": "range",
            "value": "11",
            "message": "number is above the maximum 10",
        }
    ]


@pytest.mark.parametrize("marker", ["NA", "\\N", "null", ""])
def test_null_markers_are_null_and_break_required(marker: str) -> None:
    terms = contract(column("id"), CODE, null_markers=("NA", "\\N", "null", ""))

    judged = judge_csv(f"id,code\n{marker},AA\nx,{marker}\n", terms)

    assert judged.column("id") == [None]
    assert judged.rules == [(3, [("code", "required")])]


def test_without_a_marker_the_empty_text_is_a_text() -> None:
    judged = judge_csv(
        "id,note\n1,\n2,NA\n", contract(column("id"), column("note"), null_markers=())
    )

    assert judged.column("note") == ["", "NA"]


@pytest.mark.parametrize("chunk", [8, 1 << 18], ids=["over several batches", "within one batch"])
def test_a_repeated_value_belongs_to_the_first_accepted_row(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_source, "CHUNK_BYTES", chunk)
    terms = contract(column("id", unique=True), NUMBER)

    judged = judge_csv("id,number\na,99\na,1\nb,1\na,2\na,98\n,1\n,1\n", terms)

    assert judged.column("id") == ["a", "b", None, None], "a null is no value"
    assert judged.rules == [
        (2, [("number", "range")]),
        (5, [("id", "unique")]),
        (6, [("number", "range"), ("id", "unique")]),
    ]


def test_columns_can_be_unique_together() -> None:
    terms = contract(
        column("a"), column("b"), column("c", unique=True), unique_together=(("a", "b"),)
    )

    judged = judge_csv("a,b,c\n1,1,p\n1,2,q\n2,1,r\n1,1,s\n3,3,r\n1,1,p\n1,,t\n1,,u\n", terms)

    assert judged.column("c") == ["p", "q", "r", "t", "u"]
    assert [rules for _, rules in judged.rules] == [
        [("a, b", "unique")],
        [("c", "unique")],
        [("c", "unique"), ("a, b", "unique")],
    ]
    assert judged.rejected[0]["violations"][0]["value"] == "1, 1"


def test_a_field_that_the_contract_does_not_know_is_a_violation_not_a_loss() -> None:
    judged = judge_json(
        '{"code": "AA"}\n{"code": "AA", "extra": {"deep": 1}, "number": 99}\n',
        contract(CODE, NUMBER),
    )

    assert judged.verdict.rows_accepted == 1
    assert judged.rules == [(2, [("extra", "unknown-column"), ("number", "range")])]


def test_a_huge_value_is_shown_in_part_and_kept_whole_in_the_raw_row() -> None:
    text = "A" * 5000

    judged = judge_csv(f"code,number\n{text},1\n", contract(CODE, NUMBER))

    [row] = judged.rejected
    assert row["raw_row"] == f"{text},1"
    assert row["violations"][0]["value"] == f"{text[:1000]}… (5000 characters)"


def _numbered(name: str, texts: list[str]) -> str:
    return f"id,{name}\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts))
