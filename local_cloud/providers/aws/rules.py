"""Rules for single input values, as the real provider checks them at preview."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
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


def at_least(least: int) -> Rule:
    """A number that is not below a bound."""

    def rule(value: Value) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            return f"must be a number of at least {least}, not {value!r}"
        return None

    return rule


def one_of(*allowed: Value) -> Rule:
    """One of a few values."""

    def rule(value: Value) -> str | None:
        if value in allowed:
            return None
        return f"{value!r} is not allowed; one of {', '.join(map(repr, allowed))} is"

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


def period(*short: int) -> Rule:
    """A number of seconds that divides by 60, or one of a few short ones.

    terraform-provider-aws, internal/service/cloudwatch/metric_alarm.go.
    """

    def rule(value: Value) -> str | None:
        if isinstance(value, int) and value in short:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value % 60 == 0:
            return None
        few = ", ".join(map(str, short))
        return f"must be {few} or a number that divides by 60, not {value!r}"

    return rule


def policy_document(most: int) -> Rule:
    """A policy as IAM takes it: an object, starting at once, without a key twice, not too long.

    terraform-provider-aws, internal/verify/validate.go (ValidIAMPolicyJSON).
    """

    def rule(value: Value) -> str | None:
        problem = json_document(value)
        if problem is not None or not isinstance(value, str):
            return problem
        if not value.startswith("{"):
            return f"must be a JSON object that starts with '{{', not {value[:40]!r}"
        try:
            document = json.loads(value, object_pairs_hook=_without_twins)
        except ValueError as error:
            return str(error)
        size = len(json.dumps(document, separators=(",", ":")))
        return None if size <= most else f"must have at most {most} characters, but has {size}"

    return rule


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        message = f"must not have a key twice: {', '.join(twins)}"
        raise ValueError(message)
    return dict(pairs)


def base64_text(value: Value) -> str | None:
    """A string that holds bytes in base64."""
    try:
        base64.b64decode(str(value), validate=True)
    except ValueError as error:
        return f"must be base64: {error}"
    return None


def timestamp(value: Value) -> str | None:
    """A point in time as RFC 3339 writes it."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return None
    return f"must be a time like 2030-01-31T00:00:00Z, not {value!r}"


def lower_case_keys(value: Value) -> str | None:
    """A map whose keys have no capitals (metadata of S3 objects)."""
    keys = value if isinstance(value, dict) else {}
    bad = sorted(key for key in keys if key != key.lower())
    return f"must have keys in lower case, not {', '.join(bad)}" if bad else None


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


_ARN = re.compile(
    r"arn:aws(-[a-z]+)*:[^:]*:([a-z]{2}(-[a-z]+)+-\d)?:(aws|aws-managed|third-party|\d{12}|cw.{10})?:.+",
    re.DOTALL,
)


def arn(value: Value) -> str | None:
    """An ARN (terraform-provider-aws, internal/verify/validate.go)."""
    if isinstance(value, str) and _ARN.fullmatch(value):
        return None
    return f"must be an ARN like arn:aws:<service>:<region>:<account>:<resource>, not {value!r}"
