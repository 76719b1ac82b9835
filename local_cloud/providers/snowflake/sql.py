"""Writes Snowflake SQL: identifiers, literals and property clauses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from local_cloud.providers.snowflake.identifiers import bare, parts
from local_cloud.providers.values import Properties, Value


class Form(StrEnum):
    """How a property's value is written."""

    TEXT = "text"
    WORD = "word"
    NUMBER = "number"
    FLAG = "flag"
    NAME = "name"
    TEXTS = "texts"
    NAMES = "names"


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One input as a property: ``WAREHOUSE_SIZE`` of form WORD. ``unset`` False: set '' instead."""

    name: str
    form: Form
    unset: bool = True


def quoted(*parts: str) -> str:
    """Write an identifier of one or several parts."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def requoted(identifier: str) -> str:
    """Write an identifier, given in either spelling, with quotes."""
    return quoted(*parts(identifier))


def literal(text: str) -> str:
    """Write a string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def pattern(name: str) -> str:
    """Write a name as a pattern of SHOW ... LIKE that matches only it."""
    escaped = name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    return literal(escaped)


def written(value: Value, form: Form) -> str:
    """Write a value in a form."""
    if form is Form.FLAG:
        return "TRUE" if str(value).lower() == "true" else "FALSE"
    if form in (Form.TEXTS, Form.NAMES):
        members = value if isinstance(value, list) else []
        write = literal if form is Form.TEXTS else _name
        return "(" + ", ".join(write(str(one)) for one in members) + ")"
    if form is Form.TEXT:
        return literal(str(value))
    return _name(str(value)) if form is Form.NAME else str(value)


def _name(given: str) -> str:
    return quoted(bare(given))


def assignments(clauses: Iterable[tuple[str, Clause]], values: Properties) -> list[str]:
    """Write ``NAME = value`` for every input that is given."""
    return [
        f"{clause.name} = {written(values[name], clause.form)}"
        for name, clause in clauses
        if values.get(name) is not None
    ]
