"""A review as JSON: the model itself, in camelCase, as ``review.schema.json`` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, cast

from review.model import JsonValue, Review
from review.views.words import count_by_class, count_by_operation, total

SCHEMA: Final = Path(__file__).with_name("review.schema.json")
"""JSON Schema, draft 2020-12, of the model's current version."""


def as_json(review: Review) -> str:
    """Return the whole review and a summary of it, with a line feed at the end."""
    document: dict[str, JsonValue] = {"version": review.version, "summary": _summary(review)}
    document |= cast("dict[str, JsonValue]", _plain(review))
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def camel_case(name: str) -> str:
    """Write a field's name as JSON does."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _summary(review: Review) -> dict[str, JsonValue]:
    delta: JsonValue = None
    if review.cost is not None:
        before, after = total(review.cost)
        delta = round(after - before, 2)
    return {
        "riskClasses": {one.value: count for one, count in count_by_class(review).items()},
        "operations": {one.value: count for one, count in count_by_operation(review).items()},
        "monthlyCostDelta": delta,
    }


def _plain(value: object) -> JsonValue:
    if is_dataclass(value):
        return {camel_case(each.name): _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        # Mappings come from the engine and from the program: only sorted they are the same bytes.
        entries = cast("Mapping[object, object]", value).items()
        return {str(key): _plain(each) for key, each in sorted(entries, key=_text_of_key)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in cast("Sequence[object]", value)]
    return cast("JsonValue", value)


def _text_of_key(entry: tuple[object, object]) -> str:
    return str(entry[0])
