"""Rules for single input values, as the real provider checks them at preview."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeAlias

from local_cloud.providers.values import Value

Rule: TypeAlias = "Callable[[Value], str | None]"


def between(least: int, most: int) -> Rule:
    """A number within two bounds, both allowed."""

    def rule(value: Value) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"must be a number from {least} to {most}, not {value!r}"
        return None if least <= value <= most else f"must be {least} to {most}, not {value}"

    return rule


def length(least: int, most: int) -> Rule:
    """A string whose length is within two bounds."""

    def rule(value: Value) -> str | None:
        if not isinstance(value, str):
            return f"must be a string, not {value!r}"
        if least <= len(value) <= most:
            return None
        return f"must have {least} to {most} characters, but has {len(value)}: {value[:80]!r}"

    return rule


def pattern(expression: str, description: str) -> Rule:
    """A string that matches an expression as a whole."""
    compiled = re.compile(expression)

    def rule(value: Value) -> str | None:
        if isinstance(value, str) and compiled.fullmatch(value):
            return None
        return f"must be like {description}, not {value!r}"

    return rule


def every(*rules: Rule) -> Rule:
    """All of several rules; the first broken one is reported."""

    def rule(value: Value) -> str | None:
        return next((problem for each in rules if (problem := each(value)) is not None), None)

    return rule


def json_document(value: Value) -> str | None:
    """A string that holds a JSON document."""
    if not isinstance(value, str):
        return f"must be a JSON document in a string, not {value!r}"
    try:
        json.loads(value)
    except ValueError as error:
        return f"must be a JSON document: {error}"
    return None


def region(value: Value) -> str | None:
    """The name of a region (terraform-provider-aws, internal/verify/validate.go)."""
    if isinstance(value, str) and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", value):
        return None
    return f"must be the name of a region like eu-central-1, not {value!r}"


def arn(value: Value) -> str | None:
    """An ARN."""
    if isinstance(value, str) and re.fullmatch(r"arn:[^:]+:[^:]+:[^:]*:(\d{12})?:.+", value):
        return None
    return f"must be an ARN, not {value!r}"
