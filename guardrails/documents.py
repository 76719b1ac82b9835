"""Policy documents of IAM as rules read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from guardrails.resources import Values


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement, its one-or-many values as tuples. ``principals``: kind -> who."""

    sid: str
    allows: bool
    actions: tuple[str, ...]
    spares_actions: bool
    """It is for all actions but these (``NotAction``)."""
    resources: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]]
    conditions: Mapping[str, Mapping[str, Any]]

    @property
    def is_for_anyone(self) -> bool:
        """Whether every principal of AWS is meant."""
        return "*" in self.principals.get("AWS", ())

    def condition_keys(self) -> frozenset[str]:
        """The keys that conditions look at, in lower case, as IAM compares them."""
        return frozenset(key.lower() for tests in self.conditions.values() for key in tests)


def statements(values: Values, path: str) -> list[Statement]:
    """Read the document at a path; none where there is none. Raises UndecidedError."""
    text = values.value(path)
    if not text:
        return []
    document = cast("Mapping[str, Any]", json.loads(text) if isinstance(text, str) else text)
    return [_statement(one) for one in _listed(document.get("Statement"))]


def allowing(found: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements that allow something."""
    return (one for one in found if one.allows)


def denies_plain_http(found: Iterable[Statement]) -> bool:
    """Tell whether everybody is denied every action without TLS."""
    return any(
        not one.allows
        and one.is_for_anyone
        and any(action == "*" or action.endswith(":*") for action in one.actions)
        and _is_false(one.conditions, "aws:securetransport")
        for one in found
    )


def _is_false(conditions: Mapping[str, Mapping[str, Any]], wanted: str) -> bool:
    tests = conditions.get("Bool", {})
    return len(conditions) == 1 and any(
        key.lower() == wanted and str(_listed(value)[0]).lower() == "false"
        for key, value in tests.items()
    )


def _statement(data: Mapping[str, Any]) -> Statement:
    given = data.get("Principal")
    principals: Mapping[str, Any] = {"AWS": given} if isinstance(given, str) else (given or {})
    spared = "NotAction" in data
    return Statement(
        sid=str(data.get("Sid", "")),
        allows=data.get("Effect") == "Allow",
        actions=tuple(map(str, _listed(data.get("NotAction" if spared else "Action")))),
        spares_actions=spared,
        resources=tuple(map(str, _listed(data.get("Resource")))),
        principals={kind: tuple(map(str, _listed(who))) for kind, who in principals.items()},
        conditions=data.get("Condition") or {},
    )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - one or many, as IAM allows
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]
