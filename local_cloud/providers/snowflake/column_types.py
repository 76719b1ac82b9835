"""Column types as the provider parses them, and when two spellings mean the same.

Source: pkg/sdk/datatypes of the provider. A type that it cannot parse is refused at preview, also
where Snowflake itself would know it: a plain TIMESTAMP, an INTEGER with a precision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local_cloud.providers.values import Value


@dataclass(frozen=True, kw_only=True)
class _Family:
    """Names of one type: ``sizes`` are its arguments where none are given, outermost first."""

    name: str
    names: tuple[str, ...]
    sizes: tuple[int, ...] = ()
    fixed: bool = False
    """Whether these names take no arguments, although the type has sizes."""


_FAMILIES: Final = (
    _Family(name="NUMBER", names=("NUMBER", "DECIMAL", "DEC", "NUMERIC"), sizes=(38, 0)),
    _Family(
        name="NUMBER",
        names=("INTEGER", "INT", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"),
        sizes=(38, 0),
        fixed=True,
    ),
    _Family(
        name="FLOAT",
        names=("FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL"),
    ),
    _Family(
        name="VARCHAR",
        names=(
            "VARCHAR",
            "STRING",
            "TEXT",
            "NVARCHAR2",
            "NVARCHAR",
            "CHAR VARYING",
            "NCHAR VARYING",
        ),
        sizes=(16777216,),
    ),
    _Family(name="VARCHAR", names=("CHARACTER", "CHAR", "NCHAR"), sizes=(1,)),
    _Family(name="BINARY", names=("BINARY", "VARBINARY"), sizes=(8388608,)),
    _Family(name="BOOLEAN", names=("BOOLEAN", "BOOL")),
    _Family(name="DATE", names=("DATE",)),
    _Family(
        name="TIMESTAMP_LTZ",
        names=("TIMESTAMP_LTZ", "TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE"),
        sizes=(9,),
    ),
    _Family(
        name="TIMESTAMP_NTZ",
        names=("TIMESTAMP_NTZ", "TIMESTAMPNTZ", "TIMESTAMP WITHOUT TIME ZONE", "DATETIME"),
        sizes=(9,),
    ),
    _Family(
        name="TIMESTAMP_TZ",
        names=("TIMESTAMP_TZ", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"),
        sizes=(9,),
    ),
    _Family(name="TIME", names=("TIME",), sizes=(9,)),
    _Family(name="VARIANT", names=("VARIANT",)),
    _Family(name="OBJECT", names=("OBJECT",)),
    _Family(name="ARRAY", names=("ARRAY",)),
    _Family(name="GEOGRAPHY", names=("GEOGRAPHY",)),
    _Family(name="GEOMETRY", names=("GEOMETRY",)),
)
_BY_NAME: Final[Mapping[str, _Family]] = {
    name: family for family in _FAMILIES for name in family.names
}
_SPELLING: Final = re.compile(r"\s*([A-Z][A-Z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*")


def canonical(spelling: str) -> str | None:
    """The type as Snowflake shows it, e.g. ``NUMBER(38,0)`` for ``int``; None: no type."""
    match = _SPELLING.fullmatch(spelling.upper())
    family = _BY_NAME.get(match[1]) if match is not None else None
    if match is None or family is None:
        return None
    given = tuple(int(size) for size in match.groups()[1:] if size is not None)
    if len(given) > len(family.sizes) or (given and family.fixed):
        return None
    sizes = (*given, *family.sizes[len(given) :])
    return f"{family.name}({','.join(map(str, sizes))})" if sizes else family.name


def same_type(one: Value, other: Value) -> bool:
    """Whether two spellings mean one type."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    return canonical(one) is not None and canonical(one) == canonical(other)


def shortest(spelling: str) -> str:
    """A text type of the default length without its length, as people write it."""
    return "VARCHAR" if canonical(spelling) == canonical("VARCHAR") else spelling


def data_type(value: Value) -> str | None:
    """A column type that the provider can parse."""
    if isinstance(value, str) and canonical(value) is not None:
        return None
    return (
        f"{value!r} is no data type that the provider can parse; write one of"
        f" {', '.join(dict.fromkeys(family.name for family in _FAMILIES))}, with its arguments"
    )
