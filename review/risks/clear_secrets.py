"""Secrets that stand in clear where everybody with read access sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from review.model import JsonValue, PropertyChange, Risk, RiskClass
from review.paths import join, parse
from review.risks.facts import risk
from review.values import SECRET, UNKNOWN

_NAMED: Final = re.compile(
    r"(?:^|[_-])(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key"
    r"|credentials?)$",
    re.IGNORECASE,
)
_LOOKS_LIKE: Final = re.compile(
    r"\bA(?:KIA|SIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:ghp|gho|ghs)_[A-Za-z0-9]{36}\b|\bxox[bap]-[A-Za-z0-9-]{10,}"
)
_REFERENCE: Final = re.compile(r"^(?:arn:|\[|<|\{\{|\$\{|s3://|https?://)")
"""Where a secret is, not what it is."""


def clear_secret_risks(properties: tuple[PropertyChange, ...]) -> Iterator[Risk]:
    """Yield a risk for each value that comes in clear and is named or made like a secret."""
    for change in properties:
        for path, value in _texts(change.new, change.path):
            names = [str(step) for step in parse(path) if isinstance(step, str)]
            named = bool(names) and _NAMED.search(_words(names[-1])) is not None
            if value in (SECRET, UNKNOWN, "") or _REFERENCE.match(value):
                continue
            if named or _LOOKS_LIKE.search(value):
                yield risk(RiskClass.SECURITY, f"a secret stands in clear in {path}")


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def _texts(value: JsonValue, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, join(path, name))
    elif isinstance(value, list):
        for position, one in enumerate(value):
            yield from _texts(one, join(path, position))
