"""Rules and waivers of one run of the engine: what is reported, of a resource and of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from guardrails.resources import Resource, Stack, StackFacts
from guardrails.rule import (
    Finding,
    ResourceRule,
    Rule,
    Severity,
    StackRule,
    findings_among,
    findings_of_one,
)
from guardrails.waivers import Waiver, Waivers, read_waivers

NAME: Final = "tarn-guardrails"
DAY_VARIABLE: Final = "TARN_GUARDRAILS_DAY"
"""The day by which waivers and runtimes are judged, e.g. 2026-11-24; without it, today in UTC."""
_WAIVERS: Final = "guardrails:waivers"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the engine is told of a rule, or of one of the two about waivers."""

    name: str
    summary: str
    severity: Severity
    about_stacks: bool
    fix: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A violation. Without a URN it is about the stack."""

    policy: Policy
    message: str
    urn: str = ""


WAIVERS_VALID: Final = Policy(
    name="waivers-valid",
    summary="A waiver names a rule and a resource, has a reason and a day to come.",
    severity=Severity.MANDATORY,
    about_stacks=True,
)
WAIVED: Final = Policy(
    name="waived",
    summary="A waiver of the stack's configuration sets a rule aside.",
    severity=Severity.ADVISORY,
    about_stacks=True,
)


class Guardrails:
    """The rules as they count for one stack on one day."""

    def __init__(
        self, rules: Iterable[Rule], *, facts: StackFacts, waivers: Waivers, day: date
    ) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._facts = facts
        self._waivers = waivers
        self._waived: list[tuple[Finding, Waiver]] = []
        self.day = day
        self.policies = {
            policy.name: policy
            for policy in (*map(_policy, self._rules.values()), WAIVERS_VALID, WAIVED)
        }

    def of_resource(self, resource: Resource) -> Iterator[Report]:
        """Ask the rules that look at one resource, before it is made."""
        for rule in self._rules.values():
            if isinstance(rule, ResourceRule):
                yield from self._counting(findings_of_one(rule, resource, self._facts))

    def of_stack(self, stack: Stack) -> Iterator[Report]:
        """Ask the rules that look at all resources, once all are known; then tell the waivers."""
        for rule in self._rules.values():
            if isinstance(rule, StackRule):
                yield from self._counting(findings_among(rule, stack, self._facts))
        names = {one.name for one in stack.resources}
        for problem in (*self._waivers.problems, *self._waivers.idle(names)):
            yield Report(policy=WAIVERS_VALID, message=problem)
        yield from self._used_waivers()

    def _counting(self, found: Iterable[Finding]) -> Iterator[Report]:
        for finding in found:
            waiver = self._waivers.covering(finding)
            if waiver is None:
                yield Report(
                    policy=self.policies[finding.rule.name],
                    message=finding.message,
                    urn=finding.resource.urn,
                )
            else:
                self._waived.append((finding, waiver))

    def _used_waivers(self) -> Iterator[Report]:
        for waiver in self._waivers.valid:
            names = sorted({found.resource.name for found, by in self._waived if by == waiver})
            if names:
                message = (
                    f"{waiver.rule} does not count until {waiver.expires} for {', '.join(names)}: "
                    f"{waiver.reason}"
                )
                yield Report(policy=WAIVED, message=message)


def guardrails(
    rules: Iterable[Rule], *, config: Mapping[str, str], environment: Mapping[str, str]
) -> Guardrails:
    """Set the rules up for a stack's configuration and the variables of the process."""
    listed = tuple(rules)
    day, problem = _day(environment)
    waivers = read_waivers(config.get(_WAIVERS), rules={rule.name for rule in listed}, today=day)
    if problem:
        waivers = Waivers(valid=waivers.valid, problems=(*waivers.problems, problem))
    return Guardrails(listed, facts=stack_facts(config), waivers=waivers, day=day)


def stack_facts(config: Mapping[str, str]) -> StackFacts:
    """Read what rules may know of a stack from its configuration."""
    return StackFacts(
        environment=config.get("tarn:environment", ""),
        data_removal_allowed=config.get("tarn:dataRemovalAllowed", "").lower() == "true",
    )


def _policy(rule: Rule) -> Policy:
    return Policy(
        name=rule.name,
        summary=rule.summary,
        severity=rule.severity,
        about_stacks=isinstance(rule, StackRule),
        fix=rule.fix,
        source=rule.source,
    )


def _day(environment: Mapping[str, str]) -> tuple[date, str]:
    today = datetime.now(UTC).date()
    given = environment.get(DAY_VARIABLE, "")
    if not given:
        return today, ""
    try:
        return date.fromisoformat(given), ""
    except ValueError:
        return today, f"{DAY_VARIABLE} is {given!r}; allowed: a day like 2027-01-31."
