"""Reads a frozen dataclass from configuration: types, bounds and unknown keys, all at once.

Knows nothing of what is configured; infra/settings.py declares that. A field's rule travels in
its metadata, so that declaring a setting is one line.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Any,
    Protocol,
    TypeVar,
    cast,
    get_type_hints,
    runtime_checkable,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Section = TypeVar("Section", bound=DataclassInstance)

Rule = Callable[[object], str | None]
"""Takes a value of the right type; returns what is allowed when the value is not."""

_REQUIRED: Any = dataclasses.MISSING


def at_least(minimum: int, *, default: int = _REQUIRED) -> int:
    """Declare a whole number with a lower bound."""
    return _declare(
        lambda value: None if cast("int", value) >= minimum else f"at least {minimum}", default
    )


def between(minimum: int, maximum: int, *, default: int = _REQUIRED) -> int:
    """Declare a whole number within bounds, both allowed."""
    allowed = f"from {minimum} to {maximum}"
    return _declare(
        lambda value: None if minimum <= cast("int", value) <= maximum else allowed, default
    )


Choice = TypeVar("Choice", int, str)


def one_of(choices: Sequence[Choice], *, default: Choice = _REQUIRED) -> Choice:
    """Declare a value from a closed list."""
    allowed = f"one of {', '.join(map(str, choices))}"
    return _declare(lambda value: None if value in choices else allowed, default)


def matching(pattern: str, *, default: str = _REQUIRED) -> str:
    """Declare text that a regular expression matches as a whole."""
    return _declare(
        lambda value: (
            None if re.fullmatch(pattern, cast("str", value)) else f"text matching {pattern}"
        ),
        default,
    )


def read_section(
    section: type[Section], value: object, *, path: str
) -> tuple[Section | None, list[str]]:
    """Read a section and those inside it. Returns None and the problems when there are any.

    path: how the section's keys are written by whoever configures it, e.g. ``tarn:``.
    """
    given = _as_mapping(value)
    if given is None:
        return None, [f"{path.rstrip('.')} is {_shown(value)}; allowed: an object of settings"]
    fields = {_camel_case(field.name): field for field in dataclasses.fields(section)}
    problems = [
        f"{path}{key} is not a setting; allowed: {', '.join(sorted(fields))}"
        for key in sorted(given.keys() - fields.keys())
    ]
    hints = get_type_hints(section)
    accepted: dict[str, object] = {}
    for key, field in fields.items():
        if key not in given:
            if _is_required(field):
                problems.append(f"{path}{key} is missing; it has no default")
            continue
        read, found = _read_value(
            hints[field.name], given[key], rule=field.metadata.get("rule"), path=path + key
        )
        accepted[field.name] = read
        problems.extend(found)
    if problems:
        return None, problems
    read = section(**accepted)
    conflicts = [f"{path}{conflict}" for conflict in _conflicts(read)]
    return (None, conflicts) if conflicts else (read, [])


@runtime_checkable
class Consistent(Protocol):
    """A section whose values may each be allowed and still not go together."""

    def conflicts(self) -> Iterable[str]:
        """Say what does not go together, each beginning with the key, without the section's."""
        ...


def _conflicts(section: object) -> Iterable[str]:
    return section.conflicts() if isinstance(section, Consistent) else ()


def _declare(rule: Rule, default: Any) -> Any:  # noqa: ANN401 as dataclasses.field does
    return dataclasses.field(default=default, metadata={"rule": rule})


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _read_value(
    kind: type, value: object, *, rule: Rule | None, path: str
) -> tuple[object, list[str]]:
    if dataclasses.is_dataclass(kind):
        return read_section(kind, value, path=f"{path}.")
    converted, allowed = _convert(kind, value)
    if allowed is None and rule is not None:
        allowed = rule(converted)
    problems = [] if allowed is None else [f"{path} is {_shown(value)}; allowed: {allowed}"]
    return converted, problems


def _convert(kind: type, value: object) -> tuple[object, str | None]:
    """Convert a value; Pulumi hands top-level ones over as text. Second: what is allowed."""
    if issubclass(kind, StrEnum):
        members = [member.value for member in kind]
        return (kind(value), None) if value in members else (value, f"one of {', '.join(members)}")
    if kind is bool:
        known = {"true": True, "false": False, True: True, False: False}
        is_known = isinstance(value, bool | str) and value in known
        return (known[cast("bool", value)], None) if is_known else (value, "true or false")
    if kind is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value, None
        is_number = isinstance(value, str) and re.fullmatch(r"-?\d+", value)
        return (int(cast("str", value)), None) if is_number else (value, "a whole number")
    return (value, None) if isinstance(value, str) else (value, "text")


def _as_mapping(value: object) -> Mapping[str, object] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def _shown(value: object) -> str:
    return json.dumps(value, default=str)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
