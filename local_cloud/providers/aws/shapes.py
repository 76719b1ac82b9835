"""Inputs as AWS spells them, and back, driven by the adapter's table.

An input `scriptLocation` is AWS's `ScriptLocation` unless its spec says otherwise; structures and
lists of structures are mapped field by field; free maps keep their keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from local_cloud.providers.adapter import Input
from local_cloud.providers.values import Properties, Value


def wire_name(name: str, spec: Input) -> str:
    """What AWS calls an input."""
    return spec.wire or name[:1].upper() + name[1:]


def as_attribute(value: Value) -> str:
    """A value as the services write it that keep settings as text (SNS, SQS)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def instant(value: object) -> str:
    """A point in time as the real provider writes it; the SDK gives dates as objects."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value or "")


def request(
    inputs: Properties, specs: Mapping[str, Input], *, without: Collection[str] = ()
) -> Properties:
    """The given inputs as parameters of an operation."""
    return {
        wire_name(name, specs[name]): _to_wire(value, specs[name])
        for name, value in inputs.items()
        if name in specs and name not in without
    }


def _to_wire(value: Value, spec: Input) -> Value:
    if isinstance(value, list):
        return [_to_wire(item, spec) for item in value]
    if isinstance(value, dict) and spec.fields is not None:
        return request(value, spec.fields)
    return value


def state(
    answer: Properties, specs: Mapping[str, Input], *, without: Collection[str] = ()
) -> Properties:
    """An answer as inputs; what the answer lacks is known to be unset."""
    return {
        name: _from_wire(answer.get(wire_name(name, spec)), spec)
        for name, spec in specs.items()
        if name not in without
    }


def _from_wire(value: Value, spec: Input) -> Value:
    if isinstance(value, list):
        return [_from_wire(item, spec) for item in value]
    if isinstance(value, dict) and spec.fields is not None:
        fields = state(value, spec.fields)
        return {name: item for name, item in fields.items() if item is not None}
    return value
