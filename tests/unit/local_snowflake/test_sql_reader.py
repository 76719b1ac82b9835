"""Snowflake's object statements are read as they are written, or refused where they go wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.names import plain, quoted, string_literal
from local_cloud.snowflake.sql_reader import SqlReader, Value
from local_cloud.snowflake.sql_tokens import tokenize

NAMES = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=20)


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_a_quoted_name_is_read_back(parts: list[str]) -> None:
    assert SqlReader(quoted(tuple(parts))).path() == tuple(parts)


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_a_printed_name_is_read_back(parts: list[str]) -> None:
    assert SqlReader(plain(tuple(parts))).path() == tuple(parts)


@given(st.text(max_size=50))
def test_a_string_is_read_back(text: str) -> None:
    assert SqlReader(string_literal(text)).string() == text


@given(st.text(max_size=60))
def test_any_text_is_split_or_refused(text: str) -> None:
    try:
        tokens = tokenize(text)
    except SnowflakeSqlError:
        return
    places = [(token.start, token.end) for token in tokens]
    assert places == sorted(places)
    assert all(start < end <= len(text) for start, end in places)


def test_bare_names_are_upper_case_and_quoted_ones_stay() -> None:
    assert SqlReader('db."Raw".t').path() == ("DB", "Raw", "T")


_PROPERTIES: list[tuple[str, dict[str, Value]]] = [
    ("WAREHOUSE_SIZE = xsmall", {"WAREHOUSE_SIZE": "XSMALL"}),
    ("COMMENT = 'it''s'", {"COMMENT": "it's"}),
    ("A = 1 B = -2 C = 1.5", {"A": 1, "B": -2, "C": 1.5}),
    (
        "ON_IT = TRUE OFF_IT = false NONE_OF = NULL",
        {"ON_IT": True, "OFF_IT": False, "NONE_OF": None},
    ),
    ("L = ('a', 'b')", {"L": ["a", "b"]}),
    ("E = ()", {"E": []}),
    ("G = (TYPE = PARQUET TRIM = TRUE)", {"G": {"TYPE": "PARQUET", "TRIM": True}}),
    ("S = ((NAME = 'x'), (NAME = 'y'))", {"S": [{"NAME": "x"}, {"NAME": "y"}]}),
    ("F = (FORMAT_NAME = 'D.S.F')", {"F": {"FORMAT_NAME": "D.S.F"}}),
    ("M = (C = METADATA$FILENAME)", {"M": {"C": "METADATA$FILENAME"}}),
]


@pytest.mark.parametrize(("text", "wanted"), _PROPERTIES, ids=[text for text, _ in _PROPERTIES])
def test_properties_are_read_in_every_form(text: str, wanted: dict[str, Value]) -> None:
    reader = SqlReader(text)
    assert reader.properties() == wanted
    assert reader.done


def test_comments_and_a_last_semicolon_are_left_out() -> None:
    reader = SqlReader("SHOW /* all */ ROLES -- of them\n;")
    reader.expect("SHOW ROLES")
    reader.expect_end()


def test_the_rest_is_taken_verbatim() -> None:
    reader = SqlReader("CREATE VIEW V AS\nSELECT  'a;b' -- why\nFROM T;")
    reader.expect("CREATE VIEW V AS")
    assert reader.rest() == "SELECT  'a;b' -- why\nFROM T"


def test_an_error_names_what_was_not_expected_and_where() -> None:
    reader = SqlReader("DROP ??")
    reader.expect("DROP")
    with pytest.raises(SnowflakeSqlError, match="position 5 unexpected '\\?'") as caught:
        reader.expect("TABLE")
    assert (caught.value.code, caught.value.sqlstate) == (1003, "42000")
