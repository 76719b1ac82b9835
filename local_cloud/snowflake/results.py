"""Answers of statements that the account itself answers, in the drivers' JSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Cell: TypeAlias = "str | int | float | bool | datetime | None"


class CellType(StrEnum):
    """A column's type in the drivers' protocol."""

    TEXT = "text"
    FIXED = "fixed"
    REAL = "real"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp_ltz"


@dataclass(frozen=True, kw_only=True)
class ResultColumn:
    """A column of an answer."""

    name: str
    type: CellType = CellType.TEXT


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer of one statement; ``affected`` marks an answer of DML."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as mappings by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def status(message: str) -> Result:
    """Answer with the one line that DDL gives."""
    return Result(columns=(ResultColumn(name="status"),), rows=((message,),))


def table(
    columns: Sequence[str | tuple[str, CellType]], records: Sequence[Mapping[str, Cell]]
) -> Result:
    """Answer with records; a column that a record lacks is NULL."""
    declared = tuple(
        ResultColumn(name=one) if isinstance(one, str) else ResultColumn(name=one[0], type=one[1])
        for one in columns
    )
    rows = tuple(tuple(record.get(column.name) for column in declared) for record in records)
    return Result(columns=declared, rows=rows)
