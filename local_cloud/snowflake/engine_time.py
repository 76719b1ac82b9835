"""CURRENT_TIMESTAMP and its kin follow the cloud's clock, in views and defaults as well.

The engine's own functions give real time; a macro beside every database holds what was skipped.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlglot
from sqlglot import Expr, exp

_SKIPPED: Final = "memory.main.tarn_skipped()"
_NOW: Final = f"(CURRENT_TIMESTAMP + {_SKIPPED})"
_UTC: Final = f"({_NOW} AT TIME ZONE 'UTC')"
_MEANINGS: Final[dict[type[Expr], str]] = {
    exp.CurrentTimestamp: _NOW,
    exp.CurrentDate: f"CAST({_NOW} AS DATE)",
    exp.CurrentTime: f"CAST({_UTC} AS TIME)",
    exp.Localtime: f"CAST({_UTC} AS TIME)",
    exp.Localtimestamp: _UTC,
}
_NAMES: Final[dict[type[Expr], str]] = {
    exp.CurrentTimestamp: "CURRENT_TIMESTAMP()",
    exp.CurrentDate: "CURRENT_DATE()",
    exp.CurrentTime: "CURRENT_TIME()",
    exp.Localtime: "CURRENT_TIME()",
    exp.Localtimestamp: "LOCALTIMESTAMP()",
}
_PARSED: Final = {kind: sqlglot.parse_one(text, read="duckdb") for kind, text in _MEANINGS.items()}


def skip_statement(span: timedelta) -> str:
    """Return the DuckDB statement after which time runs ahead by a span."""
    microseconds = span // timedelta(microseconds=1)
    return f"CREATE OR REPLACE MACRO {_SKIPPED} AS to_microseconds({microseconds})"


def follow_clock(expression: Expr) -> Expr:
    """Let the functions of time in a translated statement ask the cloud's clock."""
    nodes = [node for kind in _PARSED for node in expression.find_all(kind)]
    for node in nodes:
        replacement = _replacement(node)
        if node is expression:
            return replacement
        node.replace(replacement)
    return expression


def _replacement(node: Expr) -> Expr:
    if isinstance(node, exp.CurrentTimestamp) and node.args.get("sysdate"):
        now: Expr = sqlglot.parse_one(_UTC, read="duckdb")
        name = "SYSDATE()"
    else:
        now = _PARSED[type(node)].copy()
        name = _NAMES[type(node)]
    if isinstance(node.parent, exp.Select):
        return exp.alias_(now, name, quoted=True)
    return now
