"""Cells to values, a column of a batch at a time.

The scalar parsers of ``tarn.contract.scalars`` are the law. Where a cheap look at the whole column
shows that Python's own conversion cannot differ from them, that is used; otherwise every cell goes
through the parser and the faulty ones are named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NoReturn, cast

from lambdas.ingest.rows import CellForm, NumberText
from tarn.contract.model import Column, ColumnKind
from tarn.contract.scalars import (
    INTEGER_MAXIMUM,
    INTEGER_MINIMUM,
    ScalarParser,
    checked_integer,
    decimal_fitter,
    parse_double,
    scalar_parser,
)

Converted = tuple[Sequence[object], dict[int, str]]
"""The values (None where null or faulty), and what is wrong with a cell, by index."""

Converter = Callable[[Sequence[object]], Converted]
"""Cells without null markers (None is null) to values."""

CellParser = Callable[[object], object]

_NULL: Final = type(None)
_MEMO_ENTRIES: Final = 1 << 16
_INTEGER_CHARACTERS: Final = "0123456789-"
_DOUBLE_CHARACTERS: Final = "0123456789+-.eE"


def converter(column: Column, cells: CellForm) -> Converter:
    """Return the conversion of one column's cells in the given form."""
    parse = scalar_parser(column)
    text = _text_converter(column.type.kind, parse)
    match cells:
        case CellForm.TEXT:
            return text
        case CellForm.JSON:
            types, fast = _json_types(column.type.kind), _json_converter(column.type.kind, text)
            return _guarded(types, fast, _json_cell(column, parse))
        case CellForm.NATIVE:
            return _guarded(_native_types(column.type.kind), _unchanged, _native_cell(column))


def _guarded(types: frozenset[type], fast: Converter, judge_cell: CellParser) -> Converter:
    """Convert in the fast way where every cell has one of the types, else cell by cell."""

    def convert(cells: Sequence[object]) -> Converted:
        if types.issuperset(map(type, cells)):
            return fast(cells)
        return _convert_each(cells, judge_cell)

    return convert


def _unchanged(cells: Sequence[object]) -> Converted:
    return list(cells), {}


def _text_converter(kind: ColumnKind, parse: ScalarParser) -> Converter:
    match kind:
        case ColumnKind.STRING:
            return lambda cells: _convert_strings(cells, parse)
        case ColumnKind.INTEGER:
            return lambda cells: _convert_integers(cells, parse)
        case ColumnKind.DOUBLE:
            return lambda cells: _convert_doubles(cells, parse)
        case _:
            memo = _Memo(parse)
            return lambda cells: _convert_remembered(cells, memo)


def _convert_each(cells: Sequence[object], parse: CellParser) -> Converted:
    """Convert cell by cell, keeping what is wrong with each."""
    values: list[object] = []
    faults: dict[int, str] = {}
    for index, cell in enumerate(cells):
        try:
            values.append(None if cell is None else parse(cell))
        except ValueError as error:
            values.append(None)
            faults[index] = str(error)
    return values, faults


def _convert_strings(cells: Sequence[object], parse: ScalarParser) -> Converted:
    try:
        _joined(cells)[1].encode()
    except UnicodeEncodeError:
        return _convert_each(cells, cast("CellParser", parse))
    return list(cells), {}


def _convert_integers(cells: Sequence[object], parse: ScalarParser) -> Converted:
    present, joined = _joined(cells)
    # With digits and signs only, int() accepts what the parser accepts: no spaces, no '_', no '+'.
    if not joined.strip(_INTEGER_CHARACTERS):
        try:
            numbers = list(map(int, present))
        except ValueError:
            pass
        else:
            if not numbers or (min(numbers) >= INTEGER_MINIMUM and max(numbers) <= INTEGER_MAXIMUM):
                return _with_nulls(cells, present, numbers), {}
    return _convert_each(cells, cast("CellParser", parse))


def _convert_doubles(cells: Sequence[object], parse: ScalarParser) -> Converted:
    present, joined = _joined(cells)
    # These characters leave no room for nan, inf, spaces or '_'.
    if not joined.strip(_DOUBLE_CHARACTERS):
        try:
            numbers = list(map(float, present))
        except ValueError:
            pass
        else:
            if math.inf not in numbers and -math.inf not in numbers:
                return _with_nulls(cells, present, numbers), {}
    return _convert_each(cells, cast("CellParser", parse))


def _joined(cells: Sequence[object]) -> tuple[Sequence[str], str]:
    """Return the texts that are not null, and all of them as one."""
    try:
        texts = cast("Sequence[str]", cells)
        return texts, "".join(texts)
    except TypeError:  # there is a null
        present = cast("list[str]", [cell for cell in cells if cell is not None])
        return present, "".join(present)


def _with_nulls(
    cells: Sequence[object], present: Sequence[str], numbers: Sequence[object]
) -> Sequence[object]:
    if len(present) == len(cells):
        return numbers
    rest = iter(numbers)
    return [None if cell is None else next(rest) for cell in cells]


class _Memo(dict[object, object]):
    """Remembers parsed values: dates and times of a file repeat. Bounded; None stays None."""

    def __init__(self, parse: ScalarParser) -> None:
        super().__init__({None: None})
        self.parse = parse

    def __missing__(self, cell: object) -> object:
        value = self.parse(cast("str", cell))
        if len(self) >= _MEMO_ENTRIES:
            self.clear()
            self[None] = None
        self[cell] = value
        return value


def _convert_remembered(cells: Sequence[object], memo: _Memo) -> Converted:
    try:
        return list(map(memo.__getitem__, cells)), {}
    except ValueError:
        return _convert_each(cells, memo.__getitem__)


def _json_types(kind: ColumnKind) -> frozenset[type]:
    """Return the types of JSON values that a kind takes without a look at each cell."""
    match kind:
        case ColumnKind.INTEGER:
            return frozenset({int, _NULL})
        case ColumnKind.DOUBLE:
            return frozenset({int, NumberText, _NULL})
        case ColumnKind.BOOLEAN:
            return frozenset({bool, _NULL})
        case _:
            return frozenset({str, _NULL})


def _json_converter(kind: ColumnKind, text: Converter) -> Converter:
    match kind:
        case ColumnKind.INTEGER:
            return _convert_json_integers
        case ColumnKind.DOUBLE:
            return _convert_json_doubles
        case ColumnKind.BOOLEAN:
            return _unchanged
        case _:
            return text


def _convert_json_integers(cells: Sequence[object]) -> Converted:
    numbers = [cell for cell in cast("Sequence[int | None]", cells) if cell is not None]
    if not numbers or (min(numbers) >= INTEGER_MINIMUM and max(numbers) <= INTEGER_MAXIMUM):
        return list(cells), {}
    return _convert_each(cells, _json_integer)


def _convert_json_doubles(cells: Sequence[object]) -> Converted:
    return _convert_each(cells, _json_double)


def _json_cell(column: Column, parse: ScalarParser) -> CellParser:
    match column.type.kind:
        case ColumnKind.INTEGER:
            return _json_integer
        case ColumnKind.DOUBLE:
            return _json_double
        case ColumnKind.DECIMAL:
            fit = decimal_fitter(column.type)
            # Producers also write decimals as text, because many JSON libraries round numbers.
            return lambda cell: (
                parse(cell) if type(cell) is str else fit(Decimal(_number_text(cell)))
            )
        case ColumnKind.BOOLEAN:
            return lambda cell: _refuse(cell, "a truth value")
        case _:
            return lambda cell: parse(cell) if type(cell) is str else _refuse(cell, "a text")


def _json_integer(cell: object) -> int:
    return checked_integer(cell) if type(cell) is int else _refuse(cell, "an integer")


def _json_double(cell: object) -> float:
    return parse_double(_number_text(cell))


def _number_text(cell: object) -> str:
    if type(cell) is int:
        return str(cell)
    return cell if isinstance(cell, NumberText) else _refuse(cell, "a number")


def _refuse(cell: object, wanted: str) -> NoReturn:
    if isinstance(cell, bool):
        found = "a truth value"
    elif isinstance(cell, int | NumberText):
        found = "a number"
    elif isinstance(cell, str):
        found = "a text"
    else:
        found = "an array" if isinstance(cell, list) else "an object"
    problem = f"is {found}, not {wanted}"
    raise ValueError(problem)


def _native_types(kind: ColumnKind) -> frozenset[type]:
    """Return the types of native cells that need no look at each cell."""
    match kind:
        case ColumnKind.BOOLEAN:
            return frozenset({bool, _NULL})
        case ColumnKind.DATE | ColumnKind.TIMESTAMP:
            return frozenset({int, _NULL})
        case ColumnKind.STRING:
            return frozenset({str, _NULL})
        case _:
            return frozenset()


def _native_cell(column: Column) -> CellParser:
    match column.type.kind:
        case ColumnKind.INTEGER:
            return lambda cell: checked_integer(cast("int", cell))
        case ColumnKind.DOUBLE:
            return _finite
        case ColumnKind.DECIMAL:
            fit = decimal_fitter(column.type)
            return lambda cell: fit(cast("Decimal", cell))
        case _:
            return _whole_microseconds


def _finite(cell: object) -> float:
    number = cast("float", cell)
    if not math.isfinite(number):
        problem = "is not a number"
        raise ValueError(problem)
    return number


def _whole_microseconds(cell: object) -> int:
    if not isinstance(cell, int):
        problem = "is finer than microseconds"
        raise ValueError(problem)
    return cell
