"""Conditions of row rules: SQL's logic of three values, exact numbers, and the same as DuckDB."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.rules.expressions import UNDERSTOOD, Evaluator
from tarn.contract.compilation.sql import translate_query
from tarn.contract.model import ColumnKind, ColumnType
from tarn.contract.rules import OPERATIONS
from tarn.contract.schemas import arrow_type

COLUMNS: Final = {
    "a": ColumnType(kind=ColumnKind.INTEGER),
    "b": ColumnType(kind=ColumnKind.INTEGER),
    "m": ColumnType(kind=ColumnKind.DECIMAL, precision=9, scale=2),
    "f": ColumnType(kind=ColumnKind.DOUBLE),
    "x": ColumnType(kind=ColumnKind.STRING),
    "o": ColumnType(kind=ColumnKind.BOOLEAN),
    "d": ColumnType(kind=ColumnKind.DATE),
}


def values_of(condition: str, **columns: list[Any]) -> list[bool | None]:
    """Evaluate a condition over the given columns; the others are null."""
    count = max(map(len, columns.values()), default=1)
    arrays = {
        name: pa.array(columns.get(name, [None] * count), arrow_type(kind))
        for name, kind in COLUMNS.items()
    }
    query = translate_query(
        f"SELECT COUNT(*) FROM {{object}} WHERE {condition}",
        dataset="t",
        columns=COLUMNS,
        column=None,
    )
    assert query.condition is not None
    found = Evaluator(arrays).value(query.condition)
    return found.to_pylist() if isinstance(found, pa.Array) else [found.as_py()] * count


def test_every_operation_that_is_compiled_is_evaluated() -> None:
    assert UNDERSTOOD == OPERATIONS


LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("condition", "columns", "expected"),
    [
        ("a < b", {"a": [1, 2, None], "b": [2, 1, 1]}, [True, False, None]),
        ("NOT a = b", {"a": [1, None], "b": [2, 1]}, [True, None]),
        ("a = 1 OR b = 1", {"a": [1, None, 2], "b": [None, None, None]}, [True, None, None]),
        ("a = 1 AND b = 1", {"a": [2, None], "b": [None, 2]}, [False, False]),
        ("a IS NULL", {"a": [None, 1]}, [True, False]),
        ("a NOT IN (1, 2.0)", {"a": [1, 2, 3, None]}, [False, False, True, None]),
        ("a BETWEEN 1 AND 2", {"a": [0, 1, 2, None]}, [False, True, True, None]),
        ("a + b > 0", {"a": [LARGEST], "b": [LARGEST]}, [True]),
        ("a * b * a > 0", {"a": [LARGEST], "b": [LARGEST]}, [True]),
        ("(a + b) % 10 = 4", {"a": [LARGEST], "b": [LARGEST]}, [True]),
        ("ABS(a) > 0", {"a": [-(2**63)]}, [True]),
        ("a % 3 = -1", {"a": [-7, 7]}, [True, False]),
        ("a % b = 0", {"a": [5, -(2**63)], "b": [0, -1]}, [None, True]),
        ("a / b > 1", {"a": [3, 3], "b": [2, 0]}, [True, None]),
        ("m * 3 = 0.30", {"m": [Decimal("0.10")]}, [True]),
        ("m = 0.1", {"m": [Decimal("0.10")]}, [True]),
        ("m > a", {"m": [Decimal("2.50")], "a": [2]}, [True]),
        ("m > f", {"m": [Decimal("2.50")], "f": [2.4]}, [True]),
        ("x LIKE 'a%_'", {"x": ["ab\n", "a", "%", None]}, [True, False, False, None]),
        ("x LIKE '100%.'", {"x": ["100 €.", "1000"]}, [True, False]),
        ("LENGTH(x) = 2", {"x": ["éé", "abc"]}, [True, False]),
        ("UPPER(TRIM(x)) || '!' = 'É!'", {"x": [" é ", "e"]}, [True, False]),
        ("d >= '2013-01-01'", {"d": [0, 20000]}, [False, True]),
        ("EXTRACT(MONTH FROM d) = 1", {"d": [0, 31]}, [True, False]),
        ("CASE WHEN o THEN a ELSE 0 END = 5", {"o": [True, None], "a": [5, 5]}, [True, False]),
        ("CASE WHEN o THEN 1 END = 1", {"o": [True, False]}, [True, None]),
        ("COALESCE(a, b, 3) = 3", {"a": [None, 1], "b": [None, 3]}, [True, False]),
        ("NULLIF(a, 1) IS NULL", {"a": [1, 2]}, [True, False]),
        ("1 = 1", {"a": [1, 2]}, [True, True]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_condition_is_true_false_or_unknown(
    condition: str, columns: dict[str, list[Any]], expected: list[bool | None]
) -> None:
    assert values_of(condition, **columns) == expected


_NUMBERS = st.one_of(
    st.sampled_from(["a", "b", "f", "m", "0", "7", "-3", "2.5"]),
    st.sampled_from(
        ["a + b", "a - b", "m * 2", "ABS(a)", "COALESCE(a, b)", "NULLIF(b, 1)", "a % 4"]
    ),
)
_COMPARISONS = st.builds(
    "{} {} {}".format, _NUMBERS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), _NUMBERS
) | st.sampled_from(["x LIKE 'a%'", "x IN ('a', 'b')", "o", "a IS NULL", "b BETWEEN a AND 5"])
_CONDITIONS = st.recursive(
    _COMPARISONS,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR"]), inner)
        | st.builds("(NOT {})".format, inner)
        | st.builds("(CASE WHEN {} THEN {} ELSE {} END)".format, inner, inner, inner)
    ),
    max_leaves=6,
)
_ROWS = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-9, 9),
        "b": st.none() | st.integers(-9, 9),
        "m": st.none() | st.integers(-500, 500).map(lambda cents: Decimal(cents).scaleb(-2)),
        "f": st.none() | st.sampled_from([-1.5, 0.0, 0.1, 2.5]),
        "x": st.none() | st.sampled_from(["a", "ab", "b", ""]),
        "o": st.none() | st.booleans(),
    }
)


@given(condition=_CONDITIONS, rows=st.lists(_ROWS, min_size=1, max_size=5))
def test_conditions_mean_what_another_engine_says(
    condition: str, rows: list[dict[str, Any]]
) -> None:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    table = pa.table({name: pa.array(v, arrow_type(COLUMNS[name])) for name, v in columns.items()})
    with duckdb.connect() as connection:
        connection.register("t", table)
        answer = connection.sql(f"SELECT {condition} FROM t").fetchall()

    assert values_of(condition, **columns) == [row[0] for row in answer]
