"""Names of objects as the provider reads them: with quotes or without, one part or several.

Source: ParseIdentifierString in pkg/sdk/identifier_parsers.go (parts between dots; quotes around a
part only; no quotes and no parentheses inside), suppressIdentifierQuoting in
pkg/resources/diff_suppressions.go. Case always counts: the provider quotes what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from local_cloud.providers.errors import ProviderError
from local_cloud.providers.values import Value

_PART: Final = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')
_LONGEST: Final = 255
_UNUSABLE: Final = '|."()'


class InvalidIdentifierError(ProviderError):
    """A text that is no identifier."""

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier
        super().__init__(
            f"{identifier!r} is no identifier: write its parts between dots, each with quotes"
            ' around it or without, as in "DATABASE"."SCHEMA"'
        )


def parts(identifier: str) -> tuple[str, ...]:
    """Read an identifier with or without quotes, e.g. ``"A"."B"``, ``A."B"`` or ``A.B``."""
    found: list[str] = []
    place = 0
    while True:
        match = _PART.match(identifier, place)
        if match is None:
            raise InvalidIdentifierError(identifier)
        found.append(match[1].replace('""', '"') if match[2] is None else match[2])
        place = match.end()
        if place == len(identifier):
            return tuple(found)
        if identifier[place] != ".":
            raise InvalidIdentifierError(identifier)
        place += 1


def bare(name: str) -> str:
    """The name of one object without the quotes that may be around it."""
    quoted = len(name) > 1 and name.startswith('"') and name.endswith('"')
    return name[1:-1].replace('""', '"') if quoted else name


def same_identifier(one: Value, other: Value) -> bool:
    """Whether two spellings, quoted or not, name one object."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    try:
        return parts(one) == parts(other)
    except InvalidIdentifierError:
        return False


def object_name(value: Value) -> str | None:
    """A name of one object, with quotes around it or without."""
    if not isinstance(value, str):
        return f"must be a name, not {value!r}"
    name = bare(value)
    if not name or len(name) > _LONGEST:
        return f"must have 1 to {_LONGEST} characters, not {len(name)}"
    unusable = [character for character in _UNUSABLE if character in name]
    if unusable:
        return (
            f"{value!r} has {' and '.join(map(repr, unusable))} in it: the provider builds ids of"
            " names and could not read this one back. Use letters, digits and _"
        )
    return None


def unquoted_name(value: Value) -> str | None:
    """A name of one object where the provider compares texts, so that quotes would count."""
    if isinstance(value, str) and value.startswith('"'):
        return (
            f"{value!r} must be written without quotes: the provider compares this input as text"
            " with the name that Snowflake shows, and every preview would show a replacement"
        )
    return object_name(value)


def path_of(*form: str) -> Callable[[Value], str | None]:
    """A rule: an identifier of as many parts as the form has, e.g. ``database``, ``schema``."""
    written = ".".join(f"<{part}>" for part in form)

    def rule(value: Value) -> str | None:
        try:
            found = parts(value) if isinstance(value, str) else ()
        except InvalidIdentifierError:
            found = ()
        if len(found) != len(form):
            return f"must be like {written}, not {value!r}"
        return next((problem for part in found if (problem := object_name(part))), None)

    return rule
