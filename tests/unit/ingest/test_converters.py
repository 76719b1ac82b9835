"""The fast ways over a column agree with the scalar parsers, which are the law."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.converters import converter
from lambdas.ingest.rows import CellForm
from tarn.contract.model import Column, ColumnKind
from tarn.contract.scalars import scalar_parser
from tests.unit.ingest.files import column

COLUMNS: Final[Sequence[Column]] = [
    column("c", kind, precision=5, scale=2) if kind is ColumnKind.DECIMAL else column("c", kind)
    for kind in ColumnKind
]
_TEXTS = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.dates().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.text(alphabet="0123456789+-.eE_ xnaif:TZ\ud800", max_size=8),
)


@pytest.mark.parametrize("typed", COLUMNS, ids=lambda typed: typed.type.kind)
@given(cells=st.lists(st.none() | _TEXTS, max_size=12))
def test_a_column_is_converted_as_its_cells_one_by_one(
    typed: Column, cells: list[str | None]
) -> None:
    expected = [_parsed(typed, cell) for cell in cells]

    values, faults = converter(typed, CellForm.TEXT)(cells)

    assert [(type(value), value) for value in values] == [(type(v), v) for v, _ in expected]
    assert faults == {index: fault for index, (_, fault) in enumerate(expected) if fault}


def _parsed(typed: Column, cell: str | None) -> tuple[object, str | None]:
    try:
        return None if cell is None else scalar_parser(typed)(cell), None
    except ValueError as error:
        return None, str(error)


@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_decimal_is_exact_or_refused(number: Decimal) -> None:
    text = format(number, "f")

    values, faults = converter(COLUMNS[3], CellForm.TEXT)([text])

    assert COLUMNS[3].type.kind is ColumnKind.DECIMAL
    assert faults or values == [number]
