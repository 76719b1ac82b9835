"""A drafted contract compiles, accepts its sample, and says what the sample shows."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path

import pytest

from cli.column_draft import column_type, draft_column
from cli.contract_draft import UnfitNamesError, compiled, infer
from cli.judging import judge
from cli.sample_data import sample_files
from cli.sample_rows import UnreadableSampleError
from tarn.contract.dialect import Dialect
from tarn.contract.model import ColumnKind, ColumnType, MergeMode
from tarn.keys import SourceObject


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-20"], ColumnKind.INTEGER),
        (["007", "8"], ColumnKind.STRING),
        (["1e3", "2"], ColumnKind.DOUBLE),
        (["true", "FALSE"], ColumnKind.BOOLEAN),
        (["2024-02-29"], ColumnKind.DATE),
        (["2024-02-30"], ColumnKind.STRING),
        (["2024-02-29T01:00:00Z"], ColumnKind.TIMESTAMP),
        (["1", "x"], ColumnKind.STRING),
        (["9223372036854775808"], ColumnKind.DECIMAL),
    ],
)
def test_a_type_is_the_narrowest_that_the_function_reads(
    values: list[str], kind: ColumnKind
) -> None:
    assert column_type(values).kind is kind


def test_a_decimal_keeps_every_digit_and_has_room_for_two_more() -> None:
    found = column_type(["1.50", "-22.125", "7"])

    assert found == ColumnType(kind=ColumnKind.DECIMAL, precision=7, scale=3)


def test_values_that_come_back_are_an_enum() -> None:
    draft = draft_column("kind", ["a", "b"] * 20, [""])

    assert draft.enum == ("a", "b")


@pytest.mark.parametrize("dataset", ["airlines", "airports", "planes", "weather"])
def test_the_draft_of_real_data_accepts_it(dataset: str, tmp_path: Path) -> None:
    [sample] = [file for file in sample_files(days=1) if file.dataset == dataset]
    file = tmp_path / Path(sample.key).name
    file.write_bytes(sample.body)

    draft, judged = infer(file, dataset)

    assert judged.rows_quarantined == 0
    assert judged.rows_accepted == sample.body.count(b"\n") - 1
    contract = compiled(draft)
    assert contract.key
    assert "NA" in contract.null_markers or dataset != "weather"


def test_compressed_json_lines_are_a_sample_too(tmp_path: Path) -> None:
    rows = [{"id": number, "price": 1.25, "gone": None} for number in range(3)]
    file = tmp_path / "orders.ndjson.gz"
    file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))

    draft, judged = infer(file, "orders")

    assert judged.rows_accepted == 3
    assert draft.key == ("id",)
    assert compiled(draft).column("price").type.kind is ColumnKind.DECIMAL


@pytest.mark.parametrize(
    ("name", "text", "encoding", "dialect"),
    [
        ("a.csv", "id;fee\n1;2,5\n2;3,5\n", "utf-8", Dialect(delimiter=";")),
        ("a.csv.bz2", "id,fee\n1,é\n2,\n", "utf-8", Dialect()),
        ("a.csv", "\ufeffid,fee\n1,é\n2,\n", "utf-8", Dialect()),
        ("a.tsv", "id\tfee\n1\té\n2\t\n", "utf-16", Dialect(encoding="utf-16")),
        ("a.csv", "id,fee\n1,é\n2,\n" * 9, "windows-1252", Dialect(encoding="windows-1252")),
        ("a.json", '[{"id": 1, "fee": "é"},\n{"id": 2}]', "utf-8", Dialect()),
        ("a.json", '{"id": 1, "fee": 2.5}\n{"id": 2}\n', "utf-8", Dialect()),
    ],
)
def test_how_a_sample_is_written_is_told_by_the_draft(
    name: str, text: str, encoding: str, dialect: Dialect, tmp_path: Path
) -> None:
    file = tmp_path / name
    content = text.encode(encoding)
    file.write_bytes(bz2.compress(content) if name.endswith("bz2") else content)

    draft, judged = infer(file, "things")

    assert judged.rows_quarantined == 0
    assert draft.dialect == dialect
    assert compiled(draft).dialect == dialect


def test_without_a_key_a_new_file_replaces_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "same.csv"
    file.write_text("a,b\n1,x\n1,x\n")

    draft, _ = infer(file, "same")

    assert draft.key == ()
    assert compiled(draft).merge is MergeMode.REPLACE_FILE


def test_a_draft_refuses_what_no_contract_can_name(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("Tail Num,ok\nx,y\n")

    with pytest.raises(UnfitNamesError, match="Tail Num"):
        infer(file, "names")


@pytest.mark.parametrize(("name", "content"), [("a.csv", "a,b\n"), ("a.xlsx", "x")])
def test_what_has_no_rows_is_no_sample(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content)

    with pytest.raises(UnreadableSampleError):
        infer(file, "a")


def test_a_check_gives_the_functions_verdicts(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("id,price\n1,2.50\n2,3.50\n")
    draft, _ = infer(file, "orders")
    file.write_text("id,price\n1,2.50\n5.7,3.50\n1,9.999\n")
    source = SourceObject(bucket="b", key="orders/orders.csv", version="v")

    with file.open("rb") as content:
        judged = judge(content, source=source, contract=compiled(draft))

    assert [row["line"] for row in judged.rows] == [3, 4]
    assert judged.broken_rules == {"type": 2}
