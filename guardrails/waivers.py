"""Exceptions from rules, in the open: configured, with a reason and a last day.

``guardrails:waivers`` is a list in a stack's configuration, or in Pulumi.yaml for all stacks. Each
names a rule, a resource by its name in the program (``*`` matches anything), a reason and the last
day on which it counts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from guardrails.rule import Finding

KEYS: Final = ("rule", "resource", "reason", "expires")


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """One exception."""

    rule: str
    resource: str
    reason: str
    expires: date

    def covers(self, finding: Finding) -> bool:
        """Tell whether the exception is for this finding."""
        return finding.rule.name == self.rule and fnmatchcase(finding.resource.name, self.resource)


@dataclass(frozen=True, kw_only=True)
class Waivers:
    """The exceptions that count today, and what is wrong with the others."""

    valid: tuple[Waiver, ...] = ()
    problems: tuple[str, ...] = ()

    def covering(self, finding: Finding) -> Waiver | None:
        """Return the exception for a finding."""
        return next((one for one in self.valid if one.covers(finding)), None)

    def idle(self, names: Collection[str]) -> Iterator[str]:
        """Say which exceptions match none of the stack's resources, given their names."""
        for one in self.valid:
            if not any(fnmatchcase(name, one.resource) for name in names):
                yield (
                    f"The waiver of {one.rule} for {one.resource} matches no resource of this "
                    "stack. It would hide the next one of that name: delete it."
                )


def read_waivers(value: object, *, rules: Collection[str], today: date) -> Waivers:
    """Read the configuration's value, a list or its JSON text. None: there are no waivers."""
    valid: list[Waiver] = []
    problems: list[str] = []
    entries, problem = _entries(value)
    if problem:
        problems.append(problem)
    for number, entry in enumerate(entries):
        waiver, found = _read_one(entry, f"guardrails:waivers[{number}]", rules)
        if waiver is not None and waiver.expires < today:
            found.append(
                f"The waiver of {waiver.rule} for {waiver.resource} expired on "
                f"{waiver.expires}; today is {today}. Keep the rule now, or give the waiver a new "
                "reason and date."
            )
            waiver = None
        problems.extend(found)
        if waiver is not None:
            valid.append(waiver)
    return Waivers(valid=tuple(valid), problems=tuple(problems))


def _entries(value: object) -> tuple[list[Any], str]:
    if value is None:
        return [], ""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if not isinstance(value, list):
        return [], f"guardrails:waivers must be a list of objects with {', '.join(KEYS)}."
    return cast("list[Any]", value), ""


def _read_one(entry: object, place: str, rules: Collection[str]) -> tuple[Waiver | None, list[str]]:
    if not isinstance(entry, Mapping):
        return None, [f"{place} must be an object with {', '.join(KEYS)}."]
    given = cast("Mapping[str, object]", entry)
    problems = [
        f"{place} has the key {key!r}; allowed: {', '.join(KEYS)}."
        for key in sorted(given.keys() - set(KEYS))
    ]
    problems.extend(
        f"{place} has no {key}: a waiver says what it is for, why, and until when."
        for key in KEYS
        if not str(given.get(key) or "").strip()
    )
    rule, expires = str(given.get("rule") or ""), str(given.get("expires") or "")
    if rule and rule not in rules:
        problems.append(f"{place} is for {rule!r}, which is no rule. See docs/guardrails.md.")
    day = _day(expires)
    if expires and day is None:
        problems.append(f"{place} expires on {expires!r}; allowed: a day like 2027-01-31.")
    if problems or day is None:
        return None, problems
    return (
        Waiver(
            rule=rule, resource=str(given["resource"]), reason=str(given["reason"]), expires=day
        ),
        [],
    )


def _day(text: str) -> date | None:
    # YAML reads a day as a point in time, and the engine hands it over with hours.
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
