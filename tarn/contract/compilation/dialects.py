"""The custom property ``dialect``: how a dataset's text files are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from tarn.contract.compilation.positions import FieldPath
from tarn.contract.compilation.problems import ProblemList
from tarn.contract.dialect import ENCODINGS, UTF8, Dialect

_FIELDS: Final = ("delimiter", "quoteChar", "escapeChar", "header", "encoding")
_LINE_ENDS: Final = "\r\n"


def read_dialect(value: object, path: FieldPath, problems: ProblemList) -> Dialect:
    """Return the dialect; what is wrong with it is added to the problems."""
    if not isinstance(value, Mapping):
        problems.add(path, f"is {value!r}", allowed=f"an object of {', '.join(_FIELDS)}")
        return Dialect()
    given = cast("Mapping[str, object]", value)
    for name in sorted(map(str, given.keys() - set(_FIELDS))):
        problems.add((*path, name), "is no field of a dialect", allowed=", ".join(_FIELDS))
    delimiter = _character(given, "delimiter", None, path, problems)
    quote = _character(given, "quoteChar", '"', path, problems)
    escape = _character(given, "escapeChar", None, path, problems)
    used = [character for character in (delimiter or ",", quote, escape) if character]
    if len(set(used)) < len(used):
        problems.add(path, "uses a character in two ways", allowed="three different characters")
    header = given.get("header", True)
    if not isinstance(header, bool):
        problems.add((*path, "header"), f"is {header!r}", allowed="true, false")
    return Dialect(
        delimiter=delimiter,
        quote_char=quote,
        escape_char=escape,
        header=header is True,
        encoding=_encoding(given, path, problems),
    )


def _character(
    given: Mapping[str, object],
    name: str,
    default: str | None,
    path: FieldPath,
    problems: ProblemList,
) -> str | None:
    value = given.get(name, default)
    if value is None or (value == "" and name != "delimiter"):
        return None
    if isinstance(value, str) and len(value) == 1 and value.isascii() and value not in _LINE_ENDS:
        return value
    nothing = "" if name == "delimiter" else ', or "" for none'
    problems.add((*path, name), f"is {value!r}", allowed=f"one ASCII character{nothing}")
    return default


def _encoding(given: Mapping[str, object], path: FieldPath, problems: ProblemList) -> str:
    value = str(given.get("encoding", UTF8)).lower()
    if value not in ENCODINGS:
        problems.add((*path, "encoding"), f"is {given['encoding']!r}", allowed=", ".join(ENCODINGS))
        return UTF8
    return value
