"""How one text becomes one value, exactly.

The laws of every text format: '5.7', '1e3', ' 5 ' and '1_000' are not integers, nan and inf are
not numbers, and a decimal is never rounded. Faster ways over whole columns exist in the function;
they have to agree with these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final

from tarn.contract.model import Column, ColumnKind, ColumnType
from tarn.contract.temporal import date_parser, timestamp_parser

ScalarParser = Callable[[str], object]
"""Text to int, float, Decimal, bool, str, or days / microseconds since 1970 for dates and
timestamps. ValueError completes the sentence "the value ..."."""

INTEGER_MINIMUM: Final = -(2**63)
INTEGER_MAXIMUM: Final = 2**63 - 1

_INTEGER: Final = re.compile(r"-?[0-9]+")
_INTEGER_DIGITS: Final = 19
_DOUBLE: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_BOOLEANS: Final = {"true": True, "false": False}


def scalar_parser(column: Column) -> ScalarParser:
    """Return the parser of a column's values."""
    match column.type.kind:
        case ColumnKind.STRING:
            return parse_string
        case ColumnKind.INTEGER:
            return parse_integer
        case ColumnKind.DOUBLE:
            return parse_double
        case ColumnKind.DECIMAL:
            return decimal_parser(column.type)
        case ColumnKind.BOOLEAN:
            return parse_boolean
        case ColumnKind.DATE:
            return date_parser(column.date_format)
        case ColumnKind.TIMESTAMP:
            return timestamp_parser(column.date_format, zone_required=column.zone_required)


def parse_string(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        problem = "is not valid Unicode"
        raise ValueError(problem) from error
    return text


def parse_integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None:
        problem = "is not an integer"
        raise ValueError(problem)
    if len(text.lstrip("-0")) > _INTEGER_DIGITS:
        problem = "does not fit into 64 bits"
        raise ValueError(problem)
    return checked_integer(int(text))


def checked_integer(number: int) -> int:
    if not INTEGER_MINIMUM <= number <= INTEGER_MAXIMUM:
        problem = "does not fit into 64 bits"
        raise ValueError(problem)
    return number


def parse_double(text: str) -> float:
    if _DOUBLE.fullmatch(text) is None:
        problem = "is not a number"
        raise ValueError(problem)
    number = float(text)
    if math.isinf(number):
        problem = "is too large for a double"
        raise ValueError(problem)
    return number


def decimal_parser(column_type: ColumnType) -> Callable[[str], Decimal]:
    fit = decimal_fitter(column_type)

    def parse(text: str) -> Decimal:
        if _DECIMAL.fullmatch(text) is None:
            problem = "is not a decimal number"
            raise ValueError(problem)
        return fit(Decimal(text))

    return parse


def decimal_fitter(column_type: ColumnType) -> Callable[[Decimal], Decimal]:
    """Return a function that gives a decimal the column's scale, or refuses to round it."""
    precision, scale = column_type.precision or 38, column_type.scale or 0
    context = Context(prec=precision, traps=[Inexact, InvalidOperation])
    unit = Decimal(1).scaleb(-scale)

    def fit(number: Decimal) -> Decimal:
        try:
            return number.quantize(unit, context=context)
        except (Inexact, InvalidOperation) as error:
            problem = f"does not fit decimal({precision},{scale}) without rounding"
            raise ValueError(problem) from error

    return fit


def parse_boolean(text: str) -> bool:
    try:
        return _BOOLEANS[text.lower()]
    except KeyError as error:
        problem = "is neither true nor false"
        raise ValueError(problem) from error
