"""Columns that a file has and its contract does not: held, taken or ignored, by mode."""

from __future__ import annotations

import dataclasses
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lambdas.ingest.core import judge_object
from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.readers.surplus import SURPLUS_LIMIT
from tarn.contract.model import ColumnKind, Contract
from tarn.contract.rules import SchemaChange
from tarn.keys import SourceObject
from tests.unit.ingest.files import VERSION_TIME, Judged, column, contract, rows_of

STRICT, REORDER, EVOLVE, PERMISSIVE = SchemaChange
TERMS = contract(column("id", ColumnKind.INTEGER, required=True), column("name"), column("more"))


def judge(content: bytes | str, mode: SchemaChange, *, name: str = "a.csv") -> Judged:
    """Judge an object under a mode, opening it as often as that takes."""
    terms: Contract = dataclasses.replace(TERMS, schema_change=mode)
    body = content if isinstance(content, bytes) else content.encode()
    with tempfile.TemporaryDirectory() as scratch:
        verdict = judge_object(
            lambda: io.BytesIO(body),
            source=SourceObject(bucket="landing", key=f"things/{name}", version="v1"),
            version_time=VERSION_TIME,
            contract=terms,
            scratch=Path(scratch),
        )
        return Judged(
            verdict=verdict,
            accepted=rows_of(verdict.accepted),
            rejected=rows_of(verdict.quarantined),
            warned=rows_of(verdict.warned),
        )


@pytest.mark.parametrize("mode", SchemaChange)
def test_an_optional_column_of_the_contract_breaks_no_old_file(mode: SchemaChange) -> None:
    judged = judge("id,name\n1,a\n", mode)

    assert [(row["id"], row["name"], row["more"]) for row in judged.accepted] == [(1, "a", None)]


@pytest.mark.parametrize("mode", SchemaChange)
def test_a_required_column_that_is_missing_holds_the_file(mode: SchemaChange) -> None:
    with pytest.raises(UnusableObjectError, match="required column 'id' is missing"):
        judge("name\na\n", mode)


@pytest.mark.parametrize("mode", [REORDER, EVOLVE, PERMISSIVE])
def test_columns_come_in_any_order(mode: SchemaChange) -> None:
    assert judge("name,id\na,1\n", mode).column("id") == [1]


def test_strict_wants_the_order_of_the_contract() -> None:
    with pytest.raises(UnusableObjectError, match=r"'name' stands where 'id' belongs"):
        judge("name,id\na,1\n", STRICT)
    assert judge("id,more\n1,x\n", STRICT).column("more") == ["x"]


@pytest.mark.parametrize("mode", [STRICT, REORDER])
def test_an_unknown_column_holds_the_file(mode: SchemaChange) -> None:
    with pytest.raises(UnusableObjectError, match="column 'new' is not in the contract"):
        judge("id,name,more,new\n1,a,b,c\n", mode)


def test_in_json_an_unknown_field_holds_the_file_only_where_the_mode_is_strict() -> None:
    lines = '{"id": 1}\n{"id": 2, "new": 3}\n'

    judged = judge(lines, REORDER, name="a.ndjson")

    assert judged.rules == [(2, [("new", "unknown-column")])]
    with pytest.raises(UnusableObjectError, match=r"line 2: the contract has no such column"):
        judge(lines, STRICT, name="a.ndjson")


def _parquet() -> bytes:
    buffer = io.BytesIO()
    table = pa.table({"zeta": [1.5, None], "id": [1, 2], "alpha": [[1], None]})
    pq.write_table(table, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "zeta,id,alpha\n1.5,1,[1]\n,2,\n"),
        ("a.ndjson", '{"zeta": 1.5, "id": 1}\n{"id": 2}\n{"id": 3, "alpha": [1]}\n'),
        ("a.parquet", _parquet()),
    ],
)
def test_new_columns_come_along_as_text(name: str, content: bytes | str) -> None:
    judged = judge(content, EVOLVE, name=name)

    assert judged.verdict.new_columns == ("alpha", "zeta")
    assert list(judged.accepted[0])[:5] == ["id", "name", "more", "alpha", "zeta"]
    assert judged.column("zeta")[:2] == ["1.5", None]
    assert "[1]" in judged.column("alpha")
    hashes = {row["_contract_hash"] for row in judged.accepted}
    assert hashes == {dataclasses.replace(TERMS, schema_change=EVOLVE).contract_hash}


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "id,New one\n1,x\n"), ("a.ndjson", '{"id": 1, "New one": "x"}\n')],
)
def test_a_name_that_no_table_can_have_holds_the_file(name: str, content: str) -> None:
    with pytest.raises(UnusableObjectError, match="'New one' cannot become a column"):
        judge(content, EVOLVE, name=name)


@pytest.mark.parametrize("mode", [EVOLVE, PERMISSIVE])
def test_too_many_new_columns_hold_the_file(mode: SchemaChange) -> None:
    names = [f"c{n}" for n in range(SURPLUS_LIMIT + 1)]
    header = ",".join(["id", *names])
    line = "{" + ", ".join(['"id": 1', *(f'"{name}": 1' for name in names)]) + "}\n"

    for name, content in (("a.csv", header + "\n"), ("a.ndjson", line)):
        with pytest.raises(UnusableObjectError, match="more than the 100 that are taken"):
            judge(content, mode, name=name)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "id,New one\n1,x\n"), ("a.ndjson", '{"id": 1, "New one": "x"}\n')],
)
def test_what_is_ignored_is_said(name: str, content: str) -> None:
    judged = judge(content, PERMISSIVE, name=name)

    assert judged.column("id") == [1]
    assert "New one" not in judged.accepted[0]
    assert judged.verdict.warnings == {"unknown-column New one": 1}
    (warned,) = judged.warned
    assert warned["line"] is None


def test_what_is_nested_in_a_new_column_is_json_as_it_was_written() -> None:
    judged = judge('{"id": 1, "new": {"a": [1.50, "x", null]}}\n', EVOLVE, name="a.ndjson")

    assert judged.column("new") == ['{"a": [1.50, "x", null]}']


def test_rows_are_conserved_when_a_file_is_read_twice() -> None:
    judged = judge(
        '{"id": 1}\nnot json\n{"id": 2, "new": 1}\n{"id": "x"}\n', EVOLVE, name="a.ndjson"
    )

    verdict = judged.verdict
    assert (verdict.rows_read, verdict.rows_accepted, verdict.rows_quarantined) == (4, 2, 2)
