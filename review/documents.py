"""What differs between two values: the smallest parts, with documents inside of texts opened.

Lists are sets to most services, so what both have is no difference, wherever it stands. Objects
in a list are matched by what names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final, cast

from review.model import JsonValue
from review.paths import join

_NAMES: Final = ("Sid", "sid", "id", "Id", "ID", "name", "Name")
"""Fields that name an object in a list, the strongest first."""

Difference = tuple[str, JsonValue, JsonValue]
"""Path, old, new."""


def opened(value: JsonValue) -> JsonValue:
    """Return the document in a text, or the value itself when there is none."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return cast("JsonValue", json.loads(value))
    except ValueError:
        return value


def differences(old: JsonValue, new: JsonValue, path: str) -> Iterator[Difference]:
    """Yield the smallest parts that differ, in the order of their paths."""
    old, new = opened(old), opened(new)
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from differences(old.get(key), new.get(key), join(path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_differences(old, new, path)
    else:
        yield path, old, new


def _list_differences(
    old: Sequence[JsonValue], new: Sequence[JsonValue], path: str
) -> Iterator[Difference]:
    name = next((name for name in _NAMES if _names_all(old, name) and _names_all(new, name)), None)
    if name is not None:
        before, after = _by_name(old, name), _by_name(new, name)
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{path}[{json.dumps(key)}]")
        return
    gone = _without(old, new)
    come = _without(new, old)
    if len(gone) == len(come) == 1 and len(old) == len(new):
        yield from differences(gone[0], come[0], f"{path}[{list(new).index(come[0])}]")
    elif gone or come:
        yield path, gone or None, come or None


def _names_all(items: Sequence[JsonValue], name: str) -> bool:
    names = [str(one[name]) for one in items if isinstance(one, dict) and name in one]
    return len(names) == len(items) == len(set(names)) > 0


def _by_name(items: Sequence[JsonValue], name: str) -> dict[str, JsonValue]:
    return {str(one[name]): one for one in items if isinstance(one, dict)}


def _without(items: Sequence[JsonValue], others: Sequence[JsonValue]) -> list[JsonValue]:
    left = list(others)
    kept: list[JsonValue] = []
    for one in items:
        if one in left:
            left.remove(one)
        else:
            kept.append(one)
    return kept
