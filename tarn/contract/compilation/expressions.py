"""SQL expressions to the lists of ``tarn.contract.rules``, with their types checked.

Only what gives the same answer on every row, on every engine, at every time is understood; all
else is refused by name. The subset is documented in docs/ingestion.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from sqlglot import Expr, exp

from tarn.contract.compilation.typed import (
    INTEGER_DIGITS,
    MOMENTS,
    NUMBERS,
    SqlFaultError,
    Typed,
    alike,
    digits_of,
    exact_digits,
    literal_of,
    moment,
    of_kind,
    shown,
    together,
)
from tarn.contract.model import ColumnKind, ColumnType
from tarn.contract.rules import COLUMN, DATE_PARTS, LITERAL

_CLOCK_PARTS: Final = ("hour", "minute", "second")


class UnusableColumnError(Exception):
    """The query names a column that has a problem of its own, which is reported there."""


@dataclass(kw_only=True)
class Translator:
    """Translates the expressions of one query over one dataset."""

    dataset: str
    columns: Mapping[str, ColumnType | None]
    """By name; None for a column that cannot be used because of a fault of its own."""
    aggregate: Callable[[Expr], Typed] | None = None
    """Translates COUNT, SUM, MIN and MAX, where they are allowed."""
    used: dict[str, None] = field(default_factory=dict[str, None])
    """Names of the columns that were met, in order."""

    def translate(self, node: Expr) -> Typed:
        """Return the expression; SqlFaultError when it is outside of the subset."""
        if isinstance(node, exp.AggFunc) and self.aggregate is not None:
            return self.aggregate(node)
        known = _NODES.get(type(node))
        if known is None:
            raise SqlFaultError(wrong=f"{shown(node)} is not supported")
        translation, parts = known
        surplus = [name for name, value in node.args.items() if value and name not in parts]
        if surplus:
            raise SqlFaultError(wrong=f"{shown(node)} is not supported ({', '.join(surplus)})")
        return translation(self, node)

    def condition(self, node: Expr) -> Typed:
        """Translate what has to be true or false."""
        typed = self.translate(node)
        if typed.kind is not ColumnKind.BOOLEAN:
            raise SqlFaultError(wrong=f"{shown(node)} is a {typed.kind}", allowed="a condition")
        return typed

    def children(self, nodes: Sequence[Expr]) -> list[Typed]:
        return [self.translate(node) for node in nodes]


def _column(translator: Translator, node: Expr) -> Typed:
    column = cast("exp.Column", node)
    name = column.name.lower()
    if name not in translator.columns or column.table not in ("", translator.dataset):
        raise SqlFaultError(
            wrong=f"{node.sql()} is no column",
            allowed=f"one of {', '.join(sorted(translator.columns))}",
        )
    column_type = translator.columns[name]
    if column_type is None:
        raise UnusableColumnError(name)
    translator.used[name] = None
    return Typed(tree=[COLUMN, name], kind=column_type.kind, digits=digits_of(column_type))


def _literal(translator: Translator, node: Expr) -> Typed:
    del translator
    return literal_of(cast("exp.Literal", node))


def _boolean(translator: Translator, node: Expr) -> Typed:
    del translator
    return of_kind(ColumnKind.BOOLEAN, "true" if cast("exp.Boolean", node).this else "false")


def _paren(translator: Translator, node: Expr) -> Typed:
    return translator.translate(node.this)


def _connective(name: str) -> Translation:
    def translate(translator: Translator, node: Expr) -> Typed:
        sides = [node.this] if name == "not" else [node.this, node.expression]
        operands = [translator.condition(side).tree for side in sides]
        return Typed(tree=[name, *operands], kind=ColumnKind.BOOLEAN)

    return translate


def _is_null(translator: Translator, node: Expr) -> Typed:
    if not isinstance(node.expression, exp.Null):
        raise SqlFaultError(wrong=f"{shown(node)} is not supported", allowed="IS NULL, IS NOT NULL")
    return Typed(tree=["is null", translator.translate(node.this).tree], kind=ColumnKind.BOOLEAN)


def _comparison(name: str) -> Translation:
    def translate(translator: Translator, node: Expr) -> Typed:
        sides = alike(translator.children([node.this, node.expression]), node)
        if sides[0].kind is ColumnKind.BOOLEAN and name not in ("=", "<>"):
            raise SqlFaultError(
                wrong=f"{shown(node)} orders conditions", allowed="= and <> of them"
            )
        return Typed(tree=[name, *(side.tree for side in sides)], kind=ColumnKind.BOOLEAN)

    return translate


def _between(translator: Translator, node: Expr) -> Typed:
    low, high = node.args["low"], node.args["high"]
    value, least, greatest = alike(translator.children([node.this, low, high]), node)
    return Typed(
        tree=["and", [">=", value.tree, least.tree], ["<=", value.tree, greatest.tree]],
        kind=ColumnKind.BOOLEAN,
    )


def _in(translator: Translator, node: Expr) -> Typed:
    listed = translator.children(node.expressions)
    if not listed or not all(value.is_literal for value in listed):
        raise SqlFaultError(
            wrong=f"{shown(node)} is not supported", allowed="IN with a list of literals"
        )
    value, *others = alike([translator.translate(node.this), *listed], node)
    return Typed(tree=["in", value.tree, *(o.tree for o in others)], kind=ColumnKind.BOOLEAN)


def _like(translator: Translator, node: Expr) -> Typed:
    value, pattern = translator.children([node.this, node.expression])
    if value.kind is not ColumnKind.STRING or not (
        pattern.is_literal and pattern.kind is value.kind
    ):
        raise SqlFaultError(
            wrong=f"{shown(node)} is not supported", allowed="text LIKE 'a pattern'"
        )
    return Typed(tree=["like", value.tree, pattern.tree], kind=ColumnKind.BOOLEAN)


def _arithmetic(name: str) -> Translation:
    def translate(translator: Translator, node: Expr) -> Typed:
        left, right = translator.children([node.this, node.expression])
        if left.kind not in NUMBERS or right.kind not in NUMBERS:
            raise SqlFaultError(
                wrong=f"{shown(node)} computes with a {left.kind} and a {right.kind}",
                allowed="numbers",
            )
        kinds = {left.kind, right.kind}
        if name == "%" and kinds != {ColumnKind.INTEGER}:
            raise SqlFaultError(wrong=f"{shown(node)} is not supported", allowed="% of integers")
        tree = [name, left.tree, right.tree]
        if name == "/" or ColumnKind.DOUBLE in kinds:
            return Typed(tree=tree, kind=ColumnKind.DOUBLE)
        # Integers that leave 64 bits are computed as decimals, so their digits count as well.
        kind = ColumnKind.INTEGER if kinds == {ColumnKind.INTEGER} else ColumnKind.DECIMAL
        digits = left.digits if name == "%" else exact_digits(name, left, right, node)
        return Typed(tree=tree, kind=kind, digits=digits)

    return translate


def _text(name: str, kind: ColumnKind = ColumnKind.STRING) -> Translation:
    def translate(translator: Translator, node: Expr) -> Typed:
        operands = translator.children([node.this, *([node.expression] if name == "||" else [])])
        for operand in operands:
            if operand.kind is not ColumnKind.STRING:
                raise SqlFaultError(
                    wrong=f"{shown(node)} is of a {operand.kind}", allowed="strings"
                )
        digits = (INTEGER_DIGITS, 0) if kind is ColumnKind.INTEGER else (0, 0)
        return Typed(tree=[name, *(o.tree for o in operands)], kind=kind, digits=digits)

    return translate


def _signed(name: str) -> Translation:
    def translate(translator: Translator, node: Expr) -> Typed:
        value = translator.translate(node.this)
        if value.kind not in NUMBERS:
            raise SqlFaultError(wrong=f"{shown(node)} is of a {value.kind}", allowed="numbers")
        if name == "negate" and value.is_literal:
            kind, text = value.tree[1:]
            return Typed(tree=[LITERAL, kind, f"-{text}"], kind=value.kind, digits=value.digits)
        return Typed(tree=[name, value.tree], kind=value.kind, digits=value.digits)

    return translate


def _case(translator: Translator, node: Expr) -> Typed:
    branches = cast("list[exp.If]", node.args["ifs"])
    default = cast("Expr | None", node.args.get("default"))
    results = [branch.args["true"] for branch in branches] + ([default] if default else [])
    values = alike(translator.children(results), node)
    conditions = [translator.condition(branch.this).tree for branch in branches]
    pairs = [
        part for pair in zip(conditions, values, strict=False) for part in (pair[0], pair[1].tree)
    ]
    tree = ["case", *pairs, *([values[-1].tree] if default else [])]
    return together(tree, values)


def _choice(name: str) -> Translation:
    def translate(translator: Translator, node: Expr) -> Typed:
        others = node.expressions if name == "coalesce" else [node.expression]
        values = alike(translator.children([node.this, *others]), node)
        return together([name, *(value.tree for value in values)], values)

    return translate


def _cast(translator: Translator, node: Expr) -> Typed:
    wanted = cast("exp.DataType", node.args["to"]).this
    value = translator.translate(node.this)
    if wanted == exp.DType.DOUBLE and value.kind in NUMBERS:
        return Typed(tree=["to double", value.tree], kind=ColumnKind.DOUBLE)
    if value.is_literal and value.kind is ColumnKind.STRING:
        for kind, name in (
            (ColumnKind.DATE, exp.DType.DATE),
            (ColumnKind.TIMESTAMP, exp.DType.TIMESTAMP),
        ):
            if wanted == name:
                return moment(value, kind)
    raise SqlFaultError(
        wrong=f"{shown(node)} is not supported",
        allowed="CAST of a number AS DOUBLE, DATE '2013-01-31', TIMESTAMP '2013-01-31 23:59:00'",
    )


def _extract(translator: Translator, node: Expr) -> Typed:
    part = str(node.this.name).lower()
    value = translator.translate(node.expression)
    clock = part in _CLOCK_PARTS
    if part not in DATE_PARTS or value.kind not in (MOMENTS[1:] if clock else MOMENTS):
        raise SqlFaultError(
            wrong=f"{shown(node)} is not supported",
            allowed="EXTRACT of YEAR, MONTH, DAY; of a timestamp also HOUR, MINUTE, SECOND",
        )
    return Typed(tree=[part, value.tree], kind=ColumnKind.INTEGER, digits=(INTEGER_DIGITS, 0))


Translation = Callable[[Translator, Expr], Typed]
_BINARY: Final = ("this", "expression")
_NODES: Final[Mapping[type[Expr], tuple[Translation, Sequence[str]]]] = {
    exp.Column: (_column, ("this", "table")),
    exp.Literal: (_literal, ("this", "is_string")),
    exp.Boolean: (_boolean, ("this",)),
    exp.Paren: (_paren, ("this",)),
    exp.And: (_connective("and"), _BINARY),
    exp.Or: (_connective("or"), _BINARY),
    exp.Not: (_connective("not"), ("this",)),
    exp.Is: (_is_null, _BINARY),
    exp.EQ: (_comparison("="), _BINARY),
    exp.NEQ: (_comparison("<>"), _BINARY),
    exp.LT: (_comparison("<"), _BINARY),
    exp.LTE: (_comparison("<="), _BINARY),
    exp.GT: (_comparison(">"), _BINARY),
    exp.GTE: (_comparison(">="), _BINARY),
    exp.Between: (_between, ("this", "low", "high")),
    exp.In: (_in, ("this", "expressions")),
    exp.Like: (_like, _BINARY),
    exp.Add: (_arithmetic("+"), _BINARY),
    exp.Sub: (_arithmetic("-"), _BINARY),
    exp.Mul: (_arithmetic("*"), _BINARY),
    exp.Div: (_arithmetic("/"), _BINARY),
    exp.Mod: (_arithmetic("%"), _BINARY),
    exp.Neg: (_signed("negate"), ("this",)),
    exp.Abs: (_signed("abs"), ("this",)),
    exp.DPipe: (_text("||"), (*_BINARY, "safe")),
    exp.Length: (_text("length", ColumnKind.INTEGER), ("this",)),
    exp.Lower: (_text("lower"), ("this",)),
    exp.Upper: (_text("upper"), ("this",)),
    exp.Trim: (_text("trim"), ("this",)),
    exp.Case: (_case, ("ifs", "default")),
    exp.Coalesce: (_choice("coalesce"), ("this", "expressions")),
    exp.Nullif: (_choice("nullif"), _BINARY),
    exp.Cast: (_cast, ("this", "to")),
    exp.Extract: (_extract, _BINARY),
}
"""What is understood, and which parts of each; any other part is refused."""
