"""Types are exact: what an engine would let pass or round is a violation here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tarn.contract.model import Column, ColumnKind
from tests.unit.ingest.files import column, contract, judge_csv, judge_json

INTEGER = column("value", ColumnKind.INTEGER)
DOUBLE = column("value", ColumnKind.DOUBLE)
DECIMAL = column("value", ColumnKind.DECIMAL, precision=5, scale=2)
BOOLEAN = column("value", ColumnKind.BOOLEAN)
DATE = column("value", ColumnKind.DATE)
TIMESTAMP = column("value", ColumnKind.TIMESTAMP)
ZONED = column("value", ColumnKind.TIMESTAMP, zone_required=True)
STRING = column("value")


def _utc(*fields: int) -> dt.datetime:
    return dt.datetime(*fields, tzinfo=dt.UTC)


ACCEPTED_TEXTS = [
    (INTEGER, "0", 0),
    (INTEGER, "-17", -17),
    (INTEGER, "007", 7),
    (INTEGER, "9223372036854775807", 2**63 - 1),
    (INTEGER, "-9223372036854775808", -(2**63)),
    (INTEGER, "0000000000000000000000000012", 12),
    (DOUBLE, "1", 1.0),
    (DOUBLE, "-1.5e3", -1500.0),
    (DOUBLE, ".5", 0.5),
    (DOUBLE, "10.357019999999999", 10.357019999999999),
    (DECIMAL, "1.5", Decimal("1.50")),
    (DECIMAL, "-999.99", Decimal("-999.99")),
    (DECIMAL, "1.500", Decimal("1.50")),
    (BOOLEAN, "true", True),
    (BOOLEAN, "FALSE", False),
    (DATE, "2024-02-29", dt.date(2024, 2, 29)),
    (DATE, "0001-01-01", dt.date(1, 1, 1)),
    (TIMESTAMP, "2013-01-01T10:00:00Z", _utc(2013, 1, 1, 10)),
    (TIMESTAMP, "2013-01-01 10:00:00.25", _utc(2013, 1, 1, 10, 0, 0, 250_000)),
    (TIMESTAMP, "2013-01-01T10:00:00+05:30", _utc(2013, 1, 1, 4, 30)),
    (ZONED, "1969-12-31T23:59:59.999999Z", _utc(1969, 12, 31, 23, 59, 59, 999_999)),
    (STRING, " spaces stay ", " spaces stay "),
]

REFUSED_TEXTS = [
    (INTEGER, "5.7"),
    (INTEGER, "1e3"),
    (INTEGER, " 5 "),
    (INTEGER, "5 "),
    (INTEGER, "1_000"),
    (INTEGER, "+5"),
    (INTEGER, "--5"),
    (INTEGER, "5-"),
    (INTEGER, "-"),
    (INTEGER, "0x1F"),
    (INTEGER, "٣"),
    (INTEGER, "9223372036854775808"),
    (INTEGER, "1" * 5000),
    (DOUBLE, "nan"),
    (DOUBLE, "inf"),
    (DOUBLE, "-Infinity"),
    (DOUBLE, "1e999"),
    (DOUBLE, "1_0.0"),
    (DOUBLE, " 1.0"),
    (DOUBLE, "1,5"),
    (DOUBLE, "e5"),
    (DOUBLE, "."),
    (DECIMAL, "1.005"),
    (DECIMAL, "1000.00"),
    (DECIMAL, "1e2"),
    (DECIMAL, "NaN"),
    (DECIMAL, "1."),
    (BOOLEAN, "1"),
    (BOOLEAN, "yes"),
    (BOOLEAN, "t"),
    (DATE, "2013-02-30"),
    (DATE, "2013-2-3"),
    (DATE, "20130203"),
    (DATE, "2013-02-03T00:00:00"),
    (DATE, "0000-01-01"),
    (TIMESTAMP, "2013-02-30T00:00:00Z"),
    (TIMESTAMP, "2013-01-01"),
    (TIMESTAMP, "2013-01-01T24:00:00Z"),
    (TIMESTAMP, "2013-01-01T10:00:60Z"),
    (TIMESTAMP, "2013-01-01T10:00:00.1234567Z"),
    (TIMESTAMP, "2013-01-01T10:00:00+0530"),
    (TIMESTAMP, "2013-01-01T10:00:00+99:00"),
    (ZONED, "2013-01-01T10:00:00"),
]


def _name(case: object) -> str | None:
    if isinstance(case, Column):
        return case.type.kind.value + ("+zone" if case.zone_required else "")
    return case[:30] if isinstance(case, str) else None


@pytest.mark.parametrize(("typed", "text", "value"), ACCEPTED_TEXTS, ids=_name)
def test_a_text_of_the_type_becomes_its_value(typed: Column, text: str, value: object) -> None:
    judged = judge_csv(f'id,value\n1,"{text}"\n', contract(column("id"), typed))

    assert judged.column("value") == [value]
    assert judged.rejected == []


@pytest.mark.parametrize(("typed", "text"), REFUSED_TEXTS, ids=_name)
def test_a_text_of_another_type_is_a_violation(typed: Column, text: str) -> None:
    judged = judge_csv(f'id,value\n1,"{text}"\n', contract(column("id"), typed))

    assert judged.accepted == []
    assert judged.rules == [(2, [("value", "type")])]


@pytest.mark.parametrize(("typed", "text"), REFUSED_TEXTS, ids=_name)
def test_a_wrong_text_does_not_change_the_verdict_on_its_neighbours(
    typed: Column, text: str
) -> None:
    good = next(good for other, good, _ in ACCEPTED_TEXTS if other.type.kind is typed.type.kind)
    good += "Z" * (typed.zone_required and not good.endswith("Z"))
    judged = judge_csv(
        f'id,value\n1,{good}\n2,"{text}"\n3,{good}\n4,\n', contract(column("id"), typed)
    )

    assert judged.column("id") == ["1", "3", "4"]
    assert judged.column("value")[0] == judged.column("value")[1] is not None
    assert judged.column("value")[2] is None


@pytest.mark.parametrize(
    ("typed", "text", "value"),
    [
        (INTEGER, "5", 5),
        (INTEGER, "null", None),
        (DOUBLE, "5", 5.0),
        (DOUBLE, "1.5e3", 1500.0),
        (DECIMAL, "1.50", Decimal("1.50")),
        (DECIMAL, "1.5e2", Decimal("150.00")),
        (DECIMAL, '"1.50"', Decimal("1.50")),
        (BOOLEAN, "true", True),
        (DATE, '"2013-01-02"', dt.date(2013, 1, 2)),
        (TIMESTAMP, '"2013-01-01T10:00:00Z"', _utc(2013, 1, 1, 10)),
        (STRING, '""', ""),
        (STRING, '"NA"', "NA"),
    ],
    ids=_name,
)
def test_a_json_value_of_the_type_becomes_its_value(
    typed: Column, text: str, value: object
) -> None:
    judged = judge_json(
        f'{{"id": "1", "value": {text}}}\n', contract(column("id"), typed, null_markers=("", "NA"))
    )

    assert judged.rejected == []
    assert judged.column("value") == [value]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (INTEGER, '"5"'),
        (INTEGER, "5.0"),
        (INTEGER, "true"),
        (INTEGER, "1e3"),
        (INTEGER, "9223372036854775808"),
        (DOUBLE, '"1.5"'),
        (DOUBLE, "1e999"),
        (DOUBLE, "1" * 400),
        (DECIMAL, "1.005"),
        (DECIMAL, "1e999999999"),
        (DECIMAL, "[1]"),
        (BOOLEAN, "1"),
        (BOOLEAN, '"true"'),
        (DATE, "20130102"),
        (TIMESTAMP, "{}"),
        (STRING, "5"),
        (STRING, '["a"]'),
        (STRING, r'"\ud800"'),
    ],
    ids=_name,
)
def test_a_json_value_of_another_type_is_a_violation(typed: Column, text: str) -> None:
    good = '{"id": "0"}\n'
    judged = judge_json(f'{good}{{"id": "1", "value": {text}}}\n', contract(column("id"), typed))

    assert judged.column("id") == ["0"]
    assert judged.rules == [(2, [("value", "type")])]
