"""How results look: tables for people, JSON for programs."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum

from rich.console import Console
from rich.table import Table

console = Console()
errors = Console(stderr=True)


class Format(StrEnum):
    """What a command prints."""

    TABLE = "table"
    JSON = "json"


def print_json(value: object) -> None:
    """Print one JSON document on standard output, and nothing else."""
    print(json.dumps(value, indent=2, default=_plain))


def print_rows(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, output: Format, title: str = ""
) -> None:
    """Print rows as a table or as a list of JSON objects; numbers stand right."""
    rows = list(rows)
    if output is Format.JSON:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for position, column in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[position]) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    console.print(table)


def cell(value: object) -> str:
    """Return how one value is shown: thousands separated, null named."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool)


def _plain(value: object) -> object:
    match value:
        case decimal.Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime.date() | datetime.datetime() | datetime.time():
            return value.isoformat()
        case bytes():
            return value.decode(errors="backslashreplace")
        case _:
            return str(value)
