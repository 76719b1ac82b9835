"""How results look: tables for people, JSON for programs."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

RECORD_COLUMNS = 4
"""Tables of more columns are shown as records when they are too wide for the screen."""

LARGE = 1e5

GAP = 2
"""Characters between two columns."""

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
    if title:
        console.print(f"[bold]{title}[/]", highlight=False)
    cells = [[cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    if len(columns) > RECORD_COLUMNS and sum(widths) + GAP * len(widths) > console.width:
        _show_records(columns, cells)
        return
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for position, column in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[position]) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(one) for one in row))
    console.print(table)


def _show_records(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    """Print rows that are wider than the screen one below the other, a line for each column."""
    width = max(map(len, columns))
    for number, row in enumerate(cells, start=1):
        console.print(f"-- row {number}", style="dim", highlight=False)
        for column, value in zip(columns, row, strict=True):
            line = f"{column:<{width}}  {value}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)


def cell(value: object) -> str:
    """Return how one value is shown: thousands separated, null named."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.6g}" if abs(value) < LARGE else f"{value:,.1f}"
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
