"""When two spellings of a column type mean the same, as the provider decides it."""

from __future__ import annotations

import re
from typing import Final

from local_cloud.providers.values import Value

_SYNONYMS: Final = {
    "STRING": "VARCHAR",
    "TEXT": "VARCHAR",
    "NVARCHAR": "VARCHAR",
    "INT": "NUMBER",
    "INTEGER": "NUMBER",
    "BIGINT": "NUMBER",
    "SMALLINT": "NUMBER",
    "DECIMAL": "NUMBER",
    "NUMERIC": "NUMBER",
    "DOUBLE": "FLOAT",
    "DOUBLE PRECISION": "FLOAT",
    "REAL": "FLOAT",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "DATETIME": "TIMESTAMP_NTZ",
}
_DEFAULT_SIZES: Final = {
    "VARCHAR": "16777216",
    "NUMBER": "38,0",
    "TIMESTAMP_NTZ": "9",
    "TIMESTAMP_LTZ": "9",
    "TIMESTAMP_TZ": "9",
    "TIME": "9",
    "BINARY": "8388608",
}
_SPELLING: Final = re.compile(r"\s*([A-Za-z_ ]+?)\s*(?:\(([\d\s,]+)\))?\s*")


def canonical(spelling: str) -> str:
    """The type as Snowflake shows it, e.g. ``NUMBER(38,0)`` for ``int``."""
    match = _SPELLING.fullmatch(spelling)
    if match is None:
        return spelling.upper()
    name = _SYNONYMS.get(match[1].upper(), match[1].upper())
    sizes = (match[2] or _DEFAULT_SIZES.get(name, "")).replace(" ", "")
    if name == "NUMBER" and "," not in sizes:
        sizes += ",0"
    return f"{name}({sizes})" if sizes else name


def same_type(one: Value, other: Value) -> bool:
    """Whether two spellings mean one type."""
    return isinstance(one, str) and isinstance(other, str) and canonical(one) == canonical(other)


def shortest(spelling: str) -> str:
    """A text type of the default length without its length, as people write it."""
    return "VARCHAR" if canonical(spelling) == canonical("VARCHAR") else spelling
