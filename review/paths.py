"""Pulumi's property paths, e.g. ``environment.variables["a.b"][0]``: reading and writing them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from review.model import JsonValue

_STEP: Final = re.compile(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]]+)')


def parse(path: str) -> tuple[str | int, ...]:
    """Return the steps of a path: names of fields and positions in lists."""
    return tuple(
        int(position) if position else json.loads(f'"{quoted}"') if quoted else name
        for position, quoted, name in _STEP.findall(path)
    )


def join(path: str, step: str | int) -> str:
    """Return the path of what lies one step below."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    if not re.fullmatch(r"[\w-]+", step):
        return f"{path}[{json.dumps(step)}]"
    return f"{path}.{step}" if path else step


def value_at(value: JsonValue | Mapping[str, JsonValue], path: str) -> JsonValue:
    """Return what lies at a path, or None where it leads nowhere."""
    for step in parse(path):
        if isinstance(value, Mapping) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value if not isinstance(value, Mapping) else dict(value)
