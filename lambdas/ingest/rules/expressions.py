"""Expressions of a compiled contract over Arrow columns, with SQL's logic of three values.

Exact numbers stay exact: integers that leave 64 bits go on as decimals, and nothing is rounded.
Only doubles, and what is divided, are computed as doubles. A division by zero is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from tarn.contract.model import ColumnKind
from tarn.contract.rules import AGGREGATE, COLUMN, DATE_PARTS, LITERAL, Expression
from tarn.contract.scalars import parse_double
from tarn.contract.temporal import date_parser, timestamp_parser

Datum = Any
"""A pyarrow array or scalar; the functions of pyarrow.compute take and return either."""

_INTEGER_DIGITS: Final = 19
_NAIVE: Final = pa.timestamp("us")
_compute: Final = cast("Any", pc)


class Evaluator:
    """Evaluates expressions over one set of columns of equal length."""

    def __init__(self, columns: Mapping[str, Datum], aggregates: Sequence[Datum] = ()) -> None:
        self._columns = columns
        self._aggregates = aggregates

    def value(self, expression: Expression) -> Datum:
        """Return the expression's values; one scalar when it holds no column."""
        operation, *operands = expression
        match operation:
            case "column":
                return self._columns[str(operands[0])]
            case "literal":
                return literal(str(operands[0]), str(operands[1]))
            case "aggregate":
                return self._aggregates[cast("int", operands[0])]
            case "in":
                return _is_among(*map(self.value, cast("list[Expression]", operands)))
            case "case":
                return _first_true([self.value(cast("Expression", o)) for o in operands])
            case _:
                function = _FUNCTIONS[str(operation)]
                return function(*map(self.value, cast("list[Expression]", operands)))


def literal(kind: str, text: str) -> Datum:
    """Return a literal as an Arrow scalar."""
    match ColumnKind(kind):
        case ColumnKind.INTEGER:
            return pa.scalar(int(text), pa.int64())
        case ColumnKind.DECIMAL:
            return _decimal_scalar(Decimal(text))
        case ColumnKind.DOUBLE:
            return pa.scalar(parse_double(text), pa.float64())
        case ColumnKind.BOOLEAN:
            return pa.scalar(text == "true", pa.bool_())
        case ColumnKind.DATE:
            return pa.scalar(date_parser(None)(text), pa.int32()).cast(pa.date32())
        case ColumnKind.TIMESTAMP:
            moment = timestamp_parser(None, zone_required=False)(text)
            return pa.scalar(moment, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
        case _:
            return pa.scalar(text, pa.string())


def _decimal_scalar(number: Decimal) -> Datum:
    _, digits, exponent = number.as_tuple()
    scale = max(0, -cast("int", exponent))
    return pa.scalar(number, pa.decimal256(max(len(digits), scale, 1), scale))


def _exact(datum: Datum) -> Datum:
    """Return an exact number as a decimal of 256 bits."""
    if types.is_decimal256(datum.type):
        return datum
    if types.is_integer(datum.type):
        if isinstance(datum, pa.Scalar) and datum.is_valid:
            return _decimal_scalar(Decimal(datum.as_py()))
        return datum.cast(pa.decimal128(_INTEGER_DIGITS, 0)).cast(pa.decimal256(_INTEGER_DIGITS, 0))
    return datum.cast(pa.decimal256(datum.type.precision, datum.type.scale))


def _double(datum: Datum) -> Datum:
    return datum if types.is_float64(datum.type) else datum.cast(pa.float64(), safe=False)


def _alike(data: Sequence[Datum]) -> list[Datum]:
    """Give numbers of several kinds one type, in which each keeps its value."""
    found = {datum.type for datum in data}
    if len(found) == 1:
        return list(data)
    if any(types.is_floating(kind) for kind in found):
        return [_double(datum) for datum in data]
    if not any(types.is_decimal(kind) for kind in found):
        return list(data)
    exact = [_exact(datum) for datum in data]
    scale = max(datum.type.scale for datum in exact)
    whole = max(datum.type.precision - datum.type.scale for datum in exact)
    return [datum.cast(pa.decimal256(whole + scale, scale)) for datum in exact]


def _compare(function: Callable[..., Datum]) -> Callable[..., Datum]:
    return lambda left, right: function(*_alike([left, right]))


def _arithmetic(function: Callable[..., Datum]) -> Callable[..., Datum]:
    def compute(left: Datum, right: Datum) -> Datum:
        if types.is_floating(left.type) or types.is_floating(right.type):
            return function(_double(left), _double(right))
        if types.is_integer(left.type) and types.is_integer(right.type):
            try:
                return function(left, right)
            except pa.ArrowInvalid:  # it leaves 64 bits
                pass
        return function(_exact(left), _exact(right))

    return compute


def _divide(left: Datum, right: Datum) -> Datum:
    divisor = _double(right)
    zero = pa.scalar(0.0)
    safe = _compute.if_else(_compute.equal(divisor, zero), pa.scalar(None, pa.float64()), divisor)
    return _compute.divide(_double(left), safe)


def _remainder(left: Datum, right: Datum) -> Datum:
    """With the sign of the dividend, as the standard says; null for a divisor of zero."""
    if not (types.is_integer(left.type) and types.is_integer(right.type)):
        return _large_remainder(left, right)
    no_divisor = pa.scalar(None, pa.int64())
    # A divisor of -1 leaves nothing, and -2**63 / -1 would leave 64 bits.
    divisor = _compute.if_else(_compute.equal(right, pa.scalar(0)), no_divisor, right)
    divisor = _compute.if_else(_compute.equal(divisor, pa.scalar(-1)), pa.scalar(1), divisor)
    quotient = _compute.divide(left, divisor)
    return _compute.subtract(left, _compute.multiply(quotient, divisor))


def _large_remainder(left: Datum, right: Datum) -> Datum:
    """For integers beyond 64 bits, which are rare enough to go one by one."""
    length = max(len(datum) for datum in (left, right) if isinstance(datum, pa.Array))
    dividends, divisors = (_listed(datum, length) for datum in (left, right))
    values = [
        None if a is None or not b else Decimal(a) % Decimal(b)
        for a, b in zip(dividends, divisors, strict=True)
    ]
    return pa.array(values, pa.decimal256(76, 0))


def _listed(datum: Datum, length: int) -> list[Any]:
    return datum.to_pylist() if isinstance(datum, pa.Array) else [datum.as_py()] * length


def _signed(exact: Callable[..., Datum], plain: Callable[..., Datum]) -> Callable[..., Datum]:
    def compute(value: Datum) -> Datum:
        if not types.is_integer(value.type):
            return plain(value)
        try:
            return exact(value)
        except pa.ArrowInvalid:  # the least integer has no counterpart in 64 bits
            return plain(_exact(value))

    return compute


def _is_among(value: Datum, *listed: Datum) -> Datum:
    value, *others = _alike([value, *listed])
    among = pa.array([other.as_py() for other in others], value.type)
    if isinstance(value, pa.Scalar):
        return pa.scalar(value.as_py() in among.to_pylist() if value.is_valid else None, pa.bool_())
    found = _compute.is_in(value, value_set=among)
    return _compute.if_else(_compute.is_valid(value), found, pa.scalar(None, pa.bool_()))


def _first_true(data: Sequence[Datum]) -> Datum:
    """``[condition, value, condition, value, ..., default]``; the default may be left out."""
    pairs = len(data) // 2
    conditions = [data[2 * number] for number in range(pairs)]
    values = _alike([data[2 * number + 1] for number in range(pairs)] + list(data[2 * pairs :]))
    result = values[pairs] if len(values) > pairs else pa.scalar(None, values[0].type)
    for condition, value in zip(reversed(conditions), reversed(values[:pairs]), strict=True):
        result = _compute.if_else(_compute.fill_null(condition, False), value, result)
    return result


def _null_if(value: Datum, other: Datum) -> Datum:
    alike, other = _alike([value, other])
    same = _compute.fill_null(_compute.equal(alike, other), False)
    return _compute.if_else(same, pa.scalar(None, alike.type), alike)


def _like(value: Datum, pattern: Datum) -> Datum:
    """% is any text, _ any one character; there is no escape."""
    parts = {"%": ".*", "_": "."}
    expression = "".join(parts.get(sign) or re.escape(sign) for sign in pattern.as_py())
    return _compute.match_substring_regex(value, pattern=f"(?s)^{expression}$")


def _part(name: str) -> Callable[[Datum], Datum]:
    function = cast("Callable[[Datum], Datum]", getattr(pc, name))

    def extract(value: Datum) -> Datum:
        if types.is_timestamp(value.type):
            # The function has no time zone database, and UTC needs none.
            value = value.cast(pa.int64()).cast(_NAIVE)
        return function(value).cast(pa.int64())

    return extract


def _joined(left: Datum, right: Datum) -> Datum:
    return _compute.binary_join_element_wise(left, right, "")


_FUNCTIONS: Final[Mapping[str, Callable[..., Datum]]] = {
    "and": _compute.and_kleene,
    "or": _compute.or_kleene,
    "not": _compute.invert,
    "is null": _compute.is_null,
    "=": _compare(_compute.equal),
    "<>": _compare(_compute.not_equal),
    "<": _compare(_compute.less),
    "<=": _compare(_compute.less_equal),
    ">": _compare(_compute.greater),
    ">=": _compare(_compute.greater_equal),
    "+": _arithmetic(_compute.add_checked),
    "-": _arithmetic(_compute.subtract_checked),
    "*": _arithmetic(_compute.multiply_checked),
    "/": _divide,
    "%": _remainder,
    "negate": _signed(_compute.negate_checked, _compute.negate),
    "abs": _signed(_compute.abs_checked, _compute.abs),
    "to double": _double,
    "||": _joined,
    "like": _like,
    "length": lambda text: _compute.utf8_length(text).cast(pa.int64()),
    "lower": _compute.utf8_lower,
    "upper": _compute.utf8_upper,
    "trim": lambda text: _compute.utf8_trim(text, characters=" "),
    "coalesce": lambda *values: _compute.coalesce(*_alike(values)),
    "nullif": _null_if,
    **{part: _part(part) for part in DATE_PARTS},
}

UNDERSTOOD: Final = frozenset({COLUMN, LITERAL, AGGREGATE, "in", "case", *_FUNCTIONS})
"""Has to be all of ``tarn.contract.rules.OPERATIONS``."""
