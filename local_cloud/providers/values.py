"""The values that travel between the engine and an adapter, and typed access to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

from local_cloud.providers.errors import InputTypeError


@dataclass(frozen=True)
class Unknown:
    """Stands for a value that is only known after another resource exists (previews)."""


UNKNOWN = Unknown()


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file given by text, path or URI. `digest` is the engine's hash of its content."""

    digest: str
    text: str | None = None
    path: str | None = None
    uri: str | None = None


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Files given by a path (archive or directory), a URI, or by name."""

    digest: str
    path: str | None = None
    uri: str | None = None
    assets: tuple[tuple[str, Asset | Archive], ...] | None = None


Value: TypeAlias = (
    "bool | int | float | str | Unknown | Asset | Archive | list[Value] | dict[str, Value] | None"
)
Properties: TypeAlias = "dict[str, Value]"


def is_known(value: Value) -> bool:
    """Whether no part of the value is unknown."""
    if isinstance(value, Unknown):
        return False
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    return True


def _is_text(value: Value) -> TypeGuard[str]:
    return isinstance(value, str)


def text(properties: Properties, name: str) -> str:
    """The string `name`; an error when it is absent or of another type."""
    value = properties.get(name)
    if not _is_text(value):
        raise InputTypeError(name, "a string", value)
    return value


def text_or(properties: Properties, name: str, otherwise: str) -> str:
    """The string `name`, or `otherwise` when it is absent."""
    return otherwise if properties.get(name) is None else text(properties, name)


def integer(properties: Properties, name: str, otherwise: int | None = None) -> int:
    """The whole number `name`, or `otherwise` when it is absent."""
    value = properties.get(name)
    if value is None and otherwise is not None:
        return otherwise
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputTypeError(name, "a whole number", value)
    return value


def flag(properties: Properties, name: str, *, otherwise: bool = False) -> bool:
    """The boolean `name`, or `otherwise` when it is absent."""
    value = properties.get(name)
    if value is None:
        return otherwise
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise InputTypeError(name, "true or false", value)


def mapping(properties: Properties, name: str) -> Properties:
    """The object `name`, empty when it is absent."""
    value = properties.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputTypeError(name, "an object", value)
    return value


def items(properties: Properties, name: str) -> list[Value]:
    """The list `name`, empty when it is absent."""
    value = properties.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputTypeError(name, "a list", value)
    return value


def objects(properties: Properties, name: str) -> list[Properties]:
    """The list of objects `name`, empty when it is absent."""
    found: list[Properties] = []
    for item in items(properties, name):
        if not isinstance(item, dict):
            raise InputTypeError(name, "a list of objects", item)
        found.append(item)
    return found


def texts(properties: Properties, name: str) -> list[str]:
    """The list of strings `name`, empty when it is absent."""
    found: list[str] = []
    for item in items(properties, name):
        if not _is_text(item):
            raise InputTypeError(name, "a list of strings", item)
        found.append(item)
    return found


def text_map(properties: Properties, name: str) -> dict[str, str]:
    """The object `name` whose values are strings, empty when it is absent."""
    found: dict[str, str] = {}
    for key, value in mapping(properties, name).items():
        if not _is_text(value):
            path = f"{name}.{key}"
            raise InputTypeError(path, "a string", value)
        found[key] = value
    return found
