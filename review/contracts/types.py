"""Which values of one column type are values of another, and which tables can follow."""

from __future__ import annotations

from collections.abc import Iterator

from review.contracts.line import Line, Party
from tarn.contract.model import Column, ColumnKind, ColumnType
from tarn.contract.types import type_names

INTEGER_DIGITS = 19


def accepts(new: ColumnType, old: ColumnType) -> bool:
    """Whether every value of the old type is accepted as one of the new (``tarn.contract``)."""
    if new == old or new.kind is ColumnKind.STRING:
        return True
    match old.kind, new.kind:
        case (ColumnKind.INTEGER | ColumnKind.DECIMAL, ColumnKind.DOUBLE):
            return True
        case (ColumnKind.INTEGER, ColumnKind.DECIMAL):
            return _whole_digits(new) >= INTEGER_DIGITS
        case (ColumnKind.DECIMAL, ColumnKind.DECIMAL):
            scales = (new.scale or 0) >= (old.scale or 0)
            return scales and _whole_digits(new) >= _whole_digits(old)
        case _:
            return False


def table_follows(new: ColumnType, old: ColumnType) -> bool:
    """Whether an Iceberg table can take the new type over: decimals gain digits, nothing else."""
    if new == old:
        return True
    decimals = new.kind is old.kind is ColumnKind.DECIMAL
    return decimals and new.scale == old.scale and (new.precision or 0) >= (old.precision or 0)


def type_lines(old: Column, new: Column) -> Iterator[Line]:
    """Compare the types of one column."""
    if old.type == new.type:
        return
    takes, gives = accepts(new.type, old.type), accepts(old.type, new.type)
    kind = "widened" if takes else "narrowed" if gives else "changed"
    breaks: list[Party] = []
    effects: list[str] = []
    if not takes:
        breaks.append(Party.PRODUCERS)
        effects.append("values that passed no longer do")
    if not table_follows(_stored(new), _stored(old)):
        breaks.append(Party.READERS)
        effects.append(
            "the curated Iceberg table cannot take the type over, so its job would stop: give the "
            "column another name, or build the table anew"
        )
    effect = f": {'; '.join(effects)}" if effects else ""
    before, after = _spelled(old.type), _spelled(new.type)
    yield Line(
        kind=f"type-{kind}",
        column=new.name,
        old=before,
        new=after,
        breaks=tuple(breaks),
        sentence=f"The type of `{new.name}` is {kind} from {before} to {after}{effect}.",
    )


def _spelled(column_type: ColumnType) -> str:
    if column_type.kind is ColumnKind.DECIMAL:
        return type_names(column_type).iceberg
    return column_type.kind.value


def _stored(column: Column) -> ColumnType:
    # What is protected is text, whatever its type.
    return ColumnType(kind=ColumnKind.STRING) if column.protection else column.type


def _whole_digits(column_type: ColumnType) -> int:
    return (column_type.precision or 38) - (column_type.scale or 0)
