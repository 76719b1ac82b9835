"""Personal data: judged as it is, written as hashes, tokens or nothing, in quarantine too."""

from __future__ import annotations

import dataclasses
import hmac
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.core import judge_file
from lambdas.ingest.errors import MissingSecretError, UnusableObjectError
from lambdas.ingest.protection import REDACTED, WITHHELD, Protector, open_token
from tarn.contract.model import ColumnKind, Contract
from tarn.contract.rules import (
    Aggregate,
    Aggregation,
    FileRule,
    Operator,
    Protection,
    RowRule,
    Severity,
)
from tarn.contract.schemas import arrow_schema, snowflake_columns
from tarn.keys import SourceObject
from tests.unit.ingest.files import VERSION_TIME, Judged, column, contract, rows_of

SECRET = b"0123456789abcdef0123456789abcdef"
CLEAR = "ann@example.org"
LETTERS = "[a-z]+@[a-z.]+"


def protected(how: Protection, *, kind: ColumnKind = ColumnKind.STRING, **rules: Any) -> Contract:  # noqa: ANN401
    """Return a contract with one protected column."""
    person = dataclasses.replace(column("person", kind, **rules), protection=how)
    return contract(column("id", ColumnKind.INTEGER, required=True), person)


def judge(
    text: str | bytes, terms: Contract, *, name: str = "a.csv", secret: bytes | None = SECRET
) -> Judged:
    content = text if isinstance(text, bytes) else text.encode()
    with tempfile.TemporaryDirectory() as scratch:
        verdict = judge_file(
            io.BytesIO(content),
            source=SourceObject(bucket="landing", key=f"things/{name}", version="v1"),
            version_time=VERSION_TIME,
            contract=terms,
            scratch=Path(scratch),
            secret=secret,
        )
        return Judged(
            verdict=verdict,
            accepted=rows_of(verdict.accepted),
            rejected=rows_of(verdict.quarantined),
            warned=rows_of(verdict.warned),
        )


def test_a_hash_is_keyed_and_equal_for_equal_values() -> None:
    judged = judge(f"id,person\n1,{CLEAR}\n2,{CLEAR}\n3,\n", protected(Protection.HASH))

    key = hmac.digest(SECRET, b"tarn hash", "sha256")
    digest = hmac.digest(key, CLEAR.encode(), "sha256").hex()
    assert judged.column("person") == [digest, digest, None]
    other = judge(f"id,person\n1,{CLEAR}\n", protected(Protection.HASH), secret=b"x" * 32)
    assert other.column("person") != [digest]


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "id,person\n1,42\n"), ("a.ndjson", '{"id": 1, "person": 42}\n')]
)
def test_a_hash_does_not_depend_on_the_format(name: str, content: str) -> None:
    terms = protected(Protection.HASH, kind=ColumnKind.INTEGER)
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": [1], "person": [42]}), buffer)

    found = judge(content, terms, name=name).column("person")

    assert found == judge(buffer.getvalue(), terms, name="a.parquet").column("person")


@given(values=st.lists(st.text(max_size=80), min_size=2, max_size=2))
def test_a_token_is_turned_back_only_with_its_key_and_column(values: list[str]) -> None:
    terms = protected(Protection.TOKENIZE)
    protector = Protector(terms, SECRET)
    one, other = (protector.text("person", value) for value in values)

    assert (one == other) == (values[0] == values[1])
    assert open_token(SECRET, dataset="things", column="person", token=one) == values[0]
    for secret, name in ((b"y" * 32, "person"), (SECRET, "name")):
        with pytest.raises(ValueError, match="no token of the column"):
            open_token(secret, dataset="things", column=name, token=one)


def test_what_is_redacted_says_only_whether_there_was_a_value() -> None:
    judged = judge(f"id,person\n1,{CLEAR}\n2,\n", protected(Protection.REDACT))

    assert judged.column("person") == [REDACTED, None]


@pytest.mark.parametrize("how", Protection)
def test_stored_rows_have_text_in_the_place_of_any_kind(how: Protection) -> None:
    terms = protected(how, kind=ColumnKind.DATE, minimum="2000-01-01")

    judged = judge("id,person\n1,2001-02-03\n2,1999-01-01\n", terms)

    assert arrow_schema(terms).field("person").type == pa.string()
    assert snowflake_columns(terms)[1].type == "VARCHAR"
    assert len(judged.accepted) == 1
    assert judged.rules == [(3, [("person", "range")])]
    _assert_nowhere(judged, "2001-02-03", "1999-01-01")


FAULTS = {
    "pattern": f"id,person\n1,{CLEAR}!\n",
    "another column": f"id,person\nx,{CLEAR}\n",
    "too many fields": f"id,person\n1,{CLEAR},more\n",
    "an open quote": f'id,person\n1,"{CLEAR}\n',
    "no UTF-8": f"id,person\n1,{CLEAR}".encode() + b"\xff\n",
}


@pytest.mark.parametrize("content", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("how", Protection)
def test_a_rejected_row_shows_nothing_clear(how: Protection, content: str | bytes) -> None:
    judged = judge(content, protected(how, pattern=LETTERS))

    assert len(judged.rejected) == 1
    _assert_nowhere(judged, CLEAR)


@pytest.mark.parametrize(
    "line",
    [
        f'{{"id": 1, "person": "{CLEAR}", "e_mail": "{CLEAR}"}}',
        f'{{"id": "{CLEAR}x", "person": ["{CLEAR}"]}}',
        f'{{"id": 1, "person": "{CLEAR}"',
        f'["{CLEAR}"]',
    ],
)
def test_a_rejected_object_shows_nothing_clear(line: str) -> None:
    terms = protected(Protection.HASH, pattern=LETTERS)
    person = dataclasses.replace(terms.columns[0], protection=Protection.HASH)
    terms = dataclasses.replace(terms, columns=(person, terms.columns[1]))

    judged = judge(line + "\n", terms, name="a.ndjson")

    assert len(judged.rejected) == 1
    _assert_nowhere(judged, CLEAR)


def test_a_rejected_row_still_says_what_may_be_said() -> None:
    judged = judge(f"id,person\nx,{CLEAR}\n", protected(Protection.REDACT))

    (row,) = judged.rejected
    assert json.loads(row["raw_row"]) == {"id": "x", "person": REDACTED}
    assert row["violations"][0]["value"] == "x"
    (broken,) = judge(f"id,person\n1,{CLEAR},\n", protected(Protection.REDACT)).rejected
    assert broken["raw_row"] == WITHHELD


def test_a_message_about_a_type_tells_nothing_of_the_value() -> None:
    terms = protected(Protection.HASH, kind=ColumnKind.TIMESTAMP)

    judged = judge("id,person\n1,2013-01-01T00:00:00+19:07\n", terms)

    _assert_nowhere(judged, "19:07")


def test_conditions_see_values_and_show_none() -> None:
    rule = RowRule(
        name="not Ann",
        severity=Severity.WARN,
        broken_when=["like", ["column", "person"], ["literal", "string", "ann%"]],
        text="person LIKE 'ann%'",
        columns=("id", "person"),
    )
    terms = dataclasses.replace(protected(Protection.HASH, unique=True), row_rules=(rule,))

    judged = judge(f"id,person\n1,{CLEAR}\n2,{CLEAR}\n", terms)

    assert judged.verdict.warnings == {"sql not Ann": 1}
    assert judged.rules == [(3, [("person", "unique"), ("id, person", "sql")])]
    _assert_nowhere(judged, CLEAR)


def test_a_reason_for_holding_a_file_shows_nothing_clear() -> None:
    held = dataclasses.replace(
        protected(Protection.HASH, kind=ColumnKind.INTEGER, maximum="9"),
        file_rules=(
            FileRule(
                name="least",
                rule="sql",
                severity=Severity.HALT,
                value=["aggregate", 0],
                aggregates=(Aggregate(aggregation=Aggregation.MAXIMUM, of=["column", "person"]),),
                operator=Operator.LESS_THAN,
                bounds=("5",),
                text="MAX(person)",
            ),
        ),
    )
    person = dataclasses.replace(held.columns[1], severities={"range": Severity.HALT})
    held = dataclasses.replace(held, columns=(held.columns[0], person))

    for content in ("id,person\n1,7000007\n", "id,person\n1,8\n", "id,7000007\n1,7\n"):
        with pytest.raises(UnusableObjectError) as caught:
            judge(content, held)
        assert "7000007" not in caught.value.reason
        assert "is 8" not in caught.value.reason


def test_without_a_key_nothing_is_written() -> None:
    with pytest.raises(MissingSecretError, match="person of things"):
        judge(f"id,person\n1,{CLEAR}\n", protected(Protection.HASH), secret=None)


def _assert_nowhere(judged: Judged, *clear: str) -> None:
    written = repr((judged.accepted, judged.rejected, judged.warned))
    assert not [value for value in clear if value in written]
