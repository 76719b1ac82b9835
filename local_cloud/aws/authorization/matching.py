"""Matching of names and ARNs against patterns with ``*`` and ``?``, as IAM does it."""

from __future__ import annotations

import functools
import re

ARN_PARTS = 6


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    expression = "".join(
        ".*" if character == "*" else "." if character == "?" else re.escape(character)
        for character in pattern
    )
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """Whether a pattern covers a value, all of it."""
    if pattern == "*":
        return True
    return _compiled(pattern, ignore_case).fullmatch(value) is not None


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN pattern covers an ARN, part by part: a ``*`` does not cross a colon.

    The sixth part, the resource, may hold colons itself.
    """
    wanted, given = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    if len(wanted) != ARN_PARTS or len(given) != ARN_PARTS:
        return False
    return all(matches(want, give) for want, give in zip(wanted, given, strict=True))
