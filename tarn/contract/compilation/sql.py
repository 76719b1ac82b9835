"""The standard's rules of type sql: one aggregate over the dataset, compared with a number.

``SELECT COUNT(*) FROM {object} WHERE condition`` that must be 0 is a rule of each row: a row for
which the condition is true breaks it. Every other query is a rule of the file as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import sqlglot
from sqlglot import Expr, exp
from sqlglot.errors import ParseError, SqlglotError

from tarn.contract.compilation.expressions import Translator
from tarn.contract.compilation.typed import SqlFaultError, Typed
from tarn.contract.model import ColumnKind, ColumnType
from tarn.contract.rules import AGGREGATE, Aggregate, Aggregation, Expression

ALLOWED_QUERY: Final = (
    "SELECT COUNT(*), or numbers made of COUNT, SUM, MIN and MAX, FROM {object} [WHERE condition]"
)
_OBJECT: Final = re.compile(r"\$?\{(?:object|table)\}")
_PROPERTY: Final = re.compile(r"\$?\{(?:property|column)\}")
_AGGREGATIONS: Final[Mapping[type[Expr], Aggregation]] = {
    exp.Count: Aggregation.COUNT,
    exp.Sum: Aggregation.SUM,
    exp.Min: Aggregation.MINIMUM,
    exp.Max: Aggregation.MAXIMUM,
}
_SELECT_PARTS: Final = {"expressions", "from_", "where"}
_SUM_DIGITS: Final = 38


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a query computes over the rows of one file."""

    value: Expression
    aggregates: tuple[Aggregate, ...]
    shown: str
    """The value as written, e.g. ``SUM(passengers)``."""
    condition: Expression | None
    """The condition of the rows that are counted, where the query does nothing but count."""
    condition_shown: str
    columns: tuple[str, ...]


def translate_query(
    text: str, *, dataset: str, columns: Mapping[str, ColumnType | None], column: str | None
) -> Query:
    """Translate a query; SqlFaultError says what is wrong with it.

    ``column`` is what ``{property}`` stands for; None in a rule of the whole dataset.
    """
    text = _OBJECT.sub(dataset, text)
    if column is not None:
        text = _PROPERTY.sub(column, text)
    select = _parsed(text, dataset)
    where = cast("exp.Where | None", select.args.get("where"))
    translator = Translator(dataset=dataset, columns=columns)
    condition = None if where is None else translator.condition(where.this).tree
    aggregates: list[Aggregate] = []
    translator.aggregate = _Collector(translator, condition, aggregates).add
    expression = select.expressions[0]
    value = translator.translate(expression)
    if not aggregates:
        raise SqlFaultError(wrong="the query aggregates nothing", allowed=ALLOWED_QUERY)
    if value.kind not in (ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.DOUBLE):
        raise SqlFaultError(wrong=f"the query's value is a {value.kind}", allowed="a number")
    counts_rows = isinstance(expression, exp.Count) and isinstance(expression.this, exp.Star)
    return Query(
        value=value.tree,
        aggregates=tuple(aggregates),
        shown=expression.sql() + (f" WHERE {where.this.sql()}" if where else ""),
        condition=condition if counts_rows else None,
        condition_shown=where.this.sql() if where else "",
        columns=tuple(translator.used),
    )


@dataclass(frozen=True)
class _Collector:
    """Replaces each aggregate by its number in a list."""

    translator: Translator
    where: Expression | None
    found: list[Aggregate]

    def add(self, node: Expr) -> Typed:
        aggregation = _AGGREGATIONS.get(type(node))
        surplus = {name for name, value in node.args.items() if value} - {"this", "big_int"}
        if aggregation is None or surplus or isinstance(node.this, exp.Distinct):
            raise SqlFaultError(wrong=f"{node.sql()} is not supported", allowed=ALLOWED_QUERY)
        of = None
        if not (aggregation is Aggregation.COUNT and isinstance(node.this, exp.Star)):
            # An aggregate within an aggregate is refused as what it is: no expression of a row.
            row = Translator(
                dataset=self.translator.dataset,
                columns=self.translator.columns,
                used=self.translator.used,
            )
            of = row.translate(node.this)
        self.found.append(
            Aggregate(aggregation=aggregation, of=of.tree if of else None, where=self.where)
        )
        tree = [AGGREGATE, len(self.found) - 1]
        if aggregation is Aggregation.COUNT or of is None:
            return Typed(tree=tree, kind=ColumnKind.INTEGER, digits=(19, 0))
        if of.kind not in (ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.DOUBLE):
            raise SqlFaultError(wrong=f"{node.sql()} is of a {of.kind}", allowed="numbers")
        if aggregation is Aggregation.SUM and of.kind is not ColumnKind.DOUBLE:
            return Typed(tree=tree, kind=ColumnKind.DECIMAL, digits=(_SUM_DIGITS, of.digits[1]))
        return Typed(tree=tree, kind=of.kind, digits=of.digits)


def _parsed(text: str, dataset: str) -> exp.Select:
    try:
        statements = sqlglot.parse(text)
    except ParseError as error:
        first = error.errors[0]
        place = f"line {first['line']}, column {first['col']} of the query"
        raise SqlFaultError(wrong=f"is not SQL: {place}", allowed=ALLOWED_QUERY) from error
    except SqlglotError as error:
        raise SqlFaultError(wrong=f"is not SQL: {error}", allowed=ALLOWED_QUERY) from error
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise SqlFaultError(wrong="is not one SELECT of one value", allowed=ALLOWED_QUERY)
    surplus = sorted(
        name.rstrip("_")
        for name, value in select.args.items()
        if value and name not in _SELECT_PARTS
    )
    if surplus:
        raise SqlFaultError(wrong=f"{', '.join(surplus)} is not supported", allowed=ALLOWED_QUERY)
    source = cast("exp.From | None", select.args.get("from_"))
    table = source.this if source else None
    if not isinstance(table, exp.Table) or table.sql().lower() != dataset:
        raise SqlFaultError(
            wrong=f"reads from {table.sql() if table else 'nothing'}",
            allowed=f"FROM {{object}} ({dataset})",
        )
    return select
