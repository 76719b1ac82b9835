"""Rules for single values, as the provider checks them at preview."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from local_cloud.providers.values import Value

Rule: TypeAlias = "Callable[[Value], str | None]"
_ROLE_ARN: Final = re.compile(r"arn:aws(-[a-z]+)*:iam::\d{12}:role/.+")
_S3_URL: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")
_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


def _number(value: Value) -> int | None:
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def between(least: int, most: int) -> Rule:
    """A whole number within two bounds, both allowed."""

    def rule(value: Value) -> str | None:
        number = _number(value)
        if number is not None and least <= number <= most:
            return None
        return f"must be a whole number from {least} to {most}, not {value!r}"

    return rule


def at_least(least: int) -> Rule:
    """A whole number from a bound upwards."""

    def rule(value: Value) -> str | None:
        number = _number(value)
        if number is not None and number >= least:
            return None
        return f"must be a whole number from {least}, not {value!r}"

    return rule


def each(rule: Rule) -> Rule:
    """A list whose elements all keep a rule; the first that breaks it is named."""

    def of_list(value: Value) -> str | None:
        for element in value if isinstance(value, list) else []:
            problem = rule(element)
            if problem is not None:
                return problem
        return None

    return of_list


def some(rule: Rule) -> Rule:
    """A list of at least one element, all of which keep a rule."""

    def of_list(value: Value) -> str | None:
        return each(rule)(value) if value else "at least one is needed"

    return of_list


def not_empty(value: Value) -> str | None:
    """A text that is not empty."""
    return None if isinstance(value, str) and value else f"must be a text, not {value!r}"


def _like(expression: re.Pattern[str], form: str) -> Rule:
    def rule(value: Value) -> str | None:
        if isinstance(value, str) and expression.fullmatch(value):
            return None
        return f"must be like {form}, not {value!r}"

    return rule


role_arn: Final = _like(_ROLE_ARN, "arn:aws:iam::123456789012:role/name")
"""The ARN of a role."""
s3_url: Final = _like(_S3_URL, "s3://bucket/path/, with the protocol")
"""A place in S3."""
account_id: Final = _like(_ACCOUNT, "123456789012")
"""The number of an AWS account."""
region: Final = _like(_REGION, "eu-central-1")
"""The name of an AWS region."""


def s3_location(value: Value) -> str | None:
    """A place in S3, or * for every place."""
    return None if value == "*" else s3_url(value)
