"""Types of SQL expressions: what a literal is, what may be compared, how many digits come out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import Expr, exp

from tarn.contract.model import ColumnKind, ColumnType
from tarn.contract.rules import LITERAL, Expression
from tarn.contract.temporal import date_parser, timestamp_parser

DECIMAL_DIGITS_LIMIT: Final = 76
"""Of Arrow's widest decimals, in which the function computes."""

ALLOWED: Final = (
    "columns, literals, AND, OR, NOT, IS NULL, comparisons, BETWEEN, IN, LIKE, + - * / %, ||, "
    "CASE, COALESCE, NULLIF, ABS, LENGTH, LOWER, UPPER, TRIM, CAST AS DOUBLE, EXTRACT"
)
INTEGER_DIGITS: Final = 19
NUMBERS: Final = (ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.DOUBLE)
MOMENTS: Final = (ColumnKind.DATE, ColumnKind.TIMESTAMP)


class SqlFaultError(Exception):
    """A query that cannot be a rule. Caught by the compilation."""

    def __init__(self, *, wrong: str, allowed: str = ALLOWED) -> None:
        self.wrong = wrong
        self.allowed = allowed
        super().__init__(wrong)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """An expression and what its values are."""

    tree: Expression
    kind: ColumnKind
    digits: tuple[int, int] = (0, 0)
    """Precision and scale of exact numbers."""

    @property
    def is_literal(self) -> bool:
        return self.tree[0] == LITERAL


def digits_of(column_type: ColumnType) -> tuple[int, int]:
    """Return precision and scale of a column's exact numbers."""
    match column_type.kind:
        case ColumnKind.INTEGER:
            return INTEGER_DIGITS, 0
        case ColumnKind.DECIMAL:
            return column_type.precision or 38, column_type.scale or 0
        case _:
            return 0, 0


def literal_of(literal: exp.Literal) -> Typed:
    """Return a text, or a number of the kind that it is written in."""
    text = literal.name
    if literal.is_string:
        return of_kind(ColumnKind.STRING, text)
    if re.fullmatch(r"[0-9]{1,18}", text):
        return of_kind(ColumnKind.INTEGER, text, digits=(len(text), 0))
    if decimal := re.fullmatch(r"([0-9]*)\.?([0-9]*)", text):
        whole, fraction = decimal[1] or "0", decimal[2]
        precision = len(whole) + len(fraction)
        if precision <= 38:
            spelled = f"{whole}.{fraction}" if fraction else whole
            return of_kind(ColumnKind.DECIMAL, spelled, digits=(precision, len(fraction)))
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text):
        return of_kind(ColumnKind.DOUBLE, text)
    raise SqlFaultError(wrong=f"{text} has too many digits", allowed="numbers of at most 38 digits")


def of_kind(kind: ColumnKind, text: str, *, digits: tuple[int, int] = (0, 0)) -> Typed:
    """Return a literal."""
    return Typed(tree=[LITERAL, kind.value, text], kind=kind, digits=digits)


def exact_digits(name: str, left: Typed, right: Typed, node: Expr) -> tuple[int, int]:
    """Return precision and scale of a sum, difference or product, as Arrow computes them."""
    (p1, s1), (p2, s2) = left.digits, right.digits
    scale = s1 + s2 if name == "*" else max(s1, s2)
    precision = p1 + p2 + 1 if name == "*" else max(p1 - s1, p2 - s2) + scale + 1
    if precision > DECIMAL_DIGITS_LIMIT:
        raise SqlFaultError(
            wrong=f"{shown(node)} may have {precision} digits",
            allowed=f"{DECIMAL_DIGITS_LIMIT} digits; or CAST(... AS DOUBLE)",
        )
    return precision, scale


def together(tree: Expression, values: Sequence[Typed]) -> Typed:
    """Return an expression that has one of the values: of numbers, with the widest type."""
    kinds = {value.kind for value in values}
    for kind in (ColumnKind.DOUBLE, ColumnKind.DECIMAL):
        if kind in kinds:
            break
    else:
        kind = values[0].kind
    scale = max(value.digits[1] for value in values)
    precision = max(value.digits[0] - value.digits[1] for value in values) + scale
    return Typed(tree=tree, kind=kind, digits=(precision, scale))


def moment(value: Typed, kind: ColumnKind) -> Typed:
    """Read a text literal as a date or a timestamp in ISO 8601; without a zone it is UTC."""
    text = str(value.tree[2])
    parse = (
        date_parser(None)
        if kind is ColumnKind.DATE
        else timestamp_parser(None, zone_required=False)
    )
    try:
        parse(text)
    except ValueError as error:
        raise SqlFaultError(wrong=f"{text!r} {error}", allowed=f"a {kind} in ISO 8601") from error
    return of_kind(kind, text)


def alike(values: list[Typed], node: Expr) -> list[Typed]:
    """Give literals of dates their type; refuse values that cannot be compared."""
    kind = next((value.kind for value in values if value.kind in MOMENTS), None)
    if kind is not None:
        values = [
            moment(v, kind) if v.is_literal and v.kind is ColumnKind.STRING else v for v in values
        ]
    groups = {"number" if value.kind in NUMBERS else value.kind.value for value in values}
    if len(groups) > 1:
        raise SqlFaultError(
            wrong=f"{shown(node)} mixes {' and '.join(sorted(groups))}",
            allowed="values of one kind",
        )
    return values


def shown(node: Expr) -> str:
    """Spell a part of a query for a message."""
    text = node.sql()
    return text if len(text) <= 80 else text[:77] + "..."
