"""What IAM documents allow: which access one gives that another does not.

Compared is the effect, not the text: statements that are merged, split or put in another order, a
word written as a list of one, or ``s3:Get*`` beside ``s3:GetObject`` are no difference. Patterns
are taken as patterns. What a document denies is compared the same way.

Source of the rules: AWS IAM, "Policy evaluation logic" and "IAM JSON policy elements reference".
``NotAction``, ``NotResource`` and ``NotPrincipal`` are only compared as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from review.documents import opened
from review.model import JsonValue

ANYBODY: Final = "*"
_NEGATIVE: Final = re.compile(r"Not|IfExists$|^Null$|^ForAllValues:")
"""Operators whose values do not simply add up."""

Condition = tuple[str, str, frozenset[str]]
"""Operator, key, values."""


@dataclass(frozen=True, kw_only=True, order=True)
class Access:
    """One action on one resource by one principal, all of which may be patterns.

    ``principal`` is empty in the document of a role, which speaks for that role.
    """

    allows: bool
    principal: str
    action: str
    resource: str
    conditions: frozenset[Condition]

    @property
    def is_open(self) -> bool:
        """Whether anybody has it, without a condition."""
        return self.allows and self.principal == ANYBODY and not self.conditions

    def covers(self, other: Access) -> bool:
        """Whether everything that the other says is said here too."""
        return (
            self.allows == other.allows
            and _covers(self.action.lower(), other.action.lower())
            and _covers(self.resource, other.resource)
            and _covers(self.principal, other.principal)
            and all(_holds(one, other.conditions) for one in self.conditions)
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What is allowed by the new document only, and by the old one only.

    ``undenied`` was denied, ``denied`` is denied now.
    """

    gained: tuple[Access, ...]
    lost: tuple[Access, ...]
    undenied: tuple[Access, ...]
    denied: tuple[Access, ...]


def compare(old: JsonValue, new: JsonValue) -> Comparison:
    """Compare two documents, each a text or an object; None allows and denies nothing."""
    before, after = accesses(old), accesses(new)
    come = tuple(one for one in after if not any(other.covers(one) for other in before))
    gone = tuple(one for one in before if not any(other.covers(one) for other in after))
    return Comparison(
        gained=tuple(one for one in come if one.allows),
        lost=tuple(one for one in gone if one.allows),
        undenied=tuple(one for one in gone if not one.allows),
        denied=tuple(one for one in come if not one.allows),
    )


def accesses(document: JsonValue) -> tuple[Access, ...]:
    """Take a document apart; what another part covers is left out."""
    opened_document = opened(document)
    if not isinstance(opened_document, dict):
        return ()
    found = sorted(
        {
            access
            for statement in _many(opened_document.get("Statement"))
            if isinstance(statement, dict)
            for access in _of_statement(statement)
        },
        key=_order,
    )
    return tuple(
        one
        for one in found
        if not any(other != one and other.covers(one) and not one.covers(other) for other in found)
    )


def _order(access: Access) -> tuple[str, ...]:
    conditions = sorted((one[0], one[1], *sorted(one[2])) for one in access.conditions)
    return (str(access.allows), access.principal, access.action, access.resource, str(conditions))


def _of_statement(statement: Mapping[str, JsonValue]) -> Iterator[Access]:
    conditions = frozenset(_conditions(statement.get("Condition")))
    for principal in _principals(statement):
        for action in _named(statement, "Action"):
            for resource in _named(statement, "Resource"):
                yield Access(
                    allows=statement.get("Effect") == "Allow",
                    principal=principal,
                    action=action,
                    resource=resource,
                    conditions=conditions,
                )


def _named(statement: Mapping[str, JsonValue], element: str) -> list[str]:
    opposite = f"Not{element}"
    if opposite in statement:
        return [f"anything but {', '.join(sorted(map(str, _many(statement[opposite]))))}"]
    # A trust policy names no resource: it is about its role.
    return [str(one) for one in _many(statement.get(element))] or [""]


def _principals(statement: Mapping[str, JsonValue]) -> list[str]:
    if "NotPrincipal" in statement:
        return [f"anybody but {statement['NotPrincipal']}"]
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        found = [
            ANYBODY if kind == "AWS" and name == ANYBODY else f"{kind} {name}"
            for kind, names in principal.items()
            for name in _many(names)
        ]
        return found or [""]
    return [str(one) for one in _many(principal)] or [""]


def _conditions(condition: JsonValue) -> Iterator[Condition]:
    if isinstance(condition, dict):
        for operator, tests in condition.items():
            for key, values in cast("Mapping[str, JsonValue]", tests).items():
                yield operator, key.lower(), frozenset(_word(one) for one in _many(values))


def _word(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds(condition: Condition, others: Iterable[Condition]) -> bool:
    """Whether one of the others asks for at least as much."""
    operator, key, values = condition
    exact = bool(_NEGATIVE.search(operator))
    return any(
        other_operator == operator
        and other_key == key
        and (
            other_values == values
            if exact
            else all(any(_covers(one, two) for one in values) for two in other_values)
        )
        for other_operator, other_key, other_values in others
    )


def _many(value: JsonValue) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _covers(pattern: str, text: str) -> bool:
    """Whether a pattern matches whatever the text, which may be a pattern too, matches."""
    return pattern == text or (
        ("*" in pattern or "?" in pattern) and bool(_compiled(pattern).fullmatch(text))
    )


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if one == "*" else "[^*]" if one == "?" else re.escape(one) for one in pattern)
    return re.compile("".join(parts), re.DOTALL)
