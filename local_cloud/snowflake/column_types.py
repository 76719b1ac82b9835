"""Snowflake's spelling of column types, and columns as a table declares them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from local_cloud.snowflake.errors import StatementUnsupportedError

_WHOLE: Final = {"INT", "BIGINT", "SMALLINT", "TINYINT", "INT128"}
_NAMES: Final = {
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "FLOAT": "FLOAT",
    "DOUBLE": "FLOAT",
    "VARIANT": "VARIANT",
    "OBJECT": "OBJECT",
    "ARRAY": "ARRAY",
}
_WITH_PRECISION: Final = {
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMPNTZ": "TIMESTAMP_NTZ",
    "DATETIME": "TIMESTAMP_NTZ",
    "TIMESTAMPLTZ": "TIMESTAMP_LTZ",
    "TIMESTAMPTZ": "TIMESTAMP_TZ",
    "TIME": "TIME",
}
_TEXTS: Final = {"VARCHAR", "TEXT", "NVARCHAR"}
_CHARACTERS: Final = {"CHAR", "NCHAR"}
_BINARIES: Final = {"BINARY", "VARBINARY"}
LONGEST_TEXT: Final = 16777216
LONGEST_BINARY: Final = 8388608

_FROM_ENGINE: Final = {
    "BIGINT": "NUMBER(38,0)",
    "INTEGER": "NUMBER(38,0)",
    "HUGEINT": "NUMBER(38,0)",
    "SMALLINT": "NUMBER(38,0)",
    "TINYINT": "NUMBER(38,0)",
    "UBIGINT": "NUMBER(38,0)",
    "DOUBLE": "FLOAT",
    "FLOAT": "FLOAT",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME(9)",
    "BLOB": f"BINARY({LONGEST_BINARY})",
    "JSON": "VARIANT",
    "VARCHAR": f"VARCHAR({LONGEST_TEXT})",
    "TIMESTAMP": "TIMESTAMP_NTZ(9)",
    "TIMESTAMP_NS": "TIMESTAMP_NTZ(9)",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ(9)",
}


@dataclass(frozen=True, kw_only=True)
class ColumnDeclaration:
    """A column as DESCRIBE TABLE shows it."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    comment: str = ""


def snowflake_type(declared: exp.DataType) -> str:
    """Spell a declared type as Snowflake shows it, e.g. ``NUMBER(38,0)`` for ``INT``."""
    name = declared.this.name
    sizes = [str(size.name) for size in declared.expressions]
    if name in _NAMES:
        return _NAMES[name]
    if name in _WHOLE:
        return "NUMBER(38,0)"
    if name == "DECIMAL":
        precision, scale = (*sizes, *("38", "0")[len(sizes) :])
        return f"NUMBER({precision},{scale})"
    if name in _WITH_PRECISION:
        return f"{_WITH_PRECISION[name]}({sizes[0] if sizes else 9})"
    if name in _TEXTS:
        return f"VARCHAR({sizes[0] if sizes else LONGEST_TEXT})"
    if name in _CHARACTERS:
        return f"VARCHAR({sizes[0] if sizes else 1})"
    if name in _BINARIES:
        return f"BINARY({sizes[0] if sizes else LONGEST_BINARY})"
    raise StatementUnsupportedError(what=f"column type {declared.sql(dialect='snowflake')}")


def engine_type(type_name: str) -> str:
    """Spell one of Snowflake's types for the engine, whose binary columns have no length."""
    return "BINARY" if type_name.startswith("BINARY") else type_name


def from_engine(type_name: str) -> str:
    """Spell one of DuckDB's types as Snowflake would show it."""
    if type_name.startswith("DECIMAL"):
        return "NUMBER" + type_name.removeprefix("DECIMAL")
    return _FROM_ENGINE.get(type_name, type_name)
