"""The rules as policies of Pulumi's: what the engine asks, in the rules' terms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import proxy as sentinels

from guardrails.resources import UNKNOWN, Resource, Stack, StackFacts
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
"""The day on which waivers and runtimes are judged, e.g. 2026-11-24; without it, today in UTC."""
_WAIVERS: Final = "guardrails:waivers"
_LEVELS: Final = {
    Severity.MANDATORY: EnforcementLevel.MANDATORY,
    Severity.ADVISORY: EnforcementLevel.ADVISORY,
}
_UNKNOWN_TEXTS: Final = frozenset(
    value for name, value in vars(sentinels).items() if name.startswith("UNKNOWN_")
)


class Guardrails:
    """Rules and waivers of one run of the engine."""

    def __init__(
        self, rules: Iterable[Rule], *, facts: StackFacts, waivers: Waivers, day: date
    ) -> None:
        self._rules = tuple(rules)
        self._facts = facts
        self._day = day
        self._waivers = waivers
        self._waived: list[tuple[Finding, Waiver]] = []

    def policies(self) -> list[Policy]:
        """Return one policy a rule, one about the waivers, and one that tells what they waive.

        The last comes last, because it tells what all others found.
        """
        return [
            *(self._policy(rule) for rule in self._rules),
            StackValidationPolicy(
                name="waivers-valid",
                description="A waiver names a rule and a resource, has a reason and a day to come.",
                enforcement_level=EnforcementLevel.MANDATORY,
                validate=self._judge_waivers,
            ),
            StackValidationPolicy(
                name="waived",
                description="A waiver of the stack's configuration sets a rule aside.",
                enforcement_level=EnforcementLevel.ADVISORY,
                validate=self._tell_waived,
            ),
        ]

    def _policy(self, rule: Rule) -> Policy:
        match rule:
            case ResourceRule():
                return ResourceValidationPolicy(
                    name=rule.name,
                    description=rule.summary,
                    enforcement_level=_LEVELS[rule.severity],
                    remediation_steps=rule.fix,
                    url=rule.source,
                    validate=lambda args, report: self._judge_one(rule, args, report),
                )
            case StackRule():
                return StackValidationPolicy(
                    name=rule.name,
                    description=rule.summary,
                    enforcement_level=_LEVELS[rule.severity],
                    remediation_steps=rule.fix,
                    url=rule.source,
                    validate=lambda args, report: self._judge_among(rule, args, report),
                )
            case _:
                message = f"{rule.name} is neither a ResourceRule nor a StackRule"
                raise TypeError(message)

    def _judge_one(
        self, rule: ResourceRule, args: ResourceValidationArgs, report: ReportViolation
    ) -> None:
        if args.resource_type not in rule.types:
            return
        resource = Resource(
            given=plain(args.props),
            urn=args.urn,
            type=args.resource_type,
            protected=args.opts.protect,
        )
        self._report(findings_of_one(rule, resource, self._facts), report)

    def _judge_among(
        self, rule: StackRule, args: StackValidationArgs, report: ReportViolation
    ) -> None:
        self._report(findings_among(rule, self._stack(args), self._facts), report)

    def _stack(self, args: StackValidationArgs) -> Stack:
        return Stack(resources=[_resource(one) for one in args.resources], day=self._day)

    def _report(self, found: Iterable[Finding], report: ReportViolation) -> None:
        for finding in found:
            waiver = self._waivers.covering(finding)
            if waiver is None:
                report(finding.message, finding.resource.urn)
            else:
                self._waived.append((finding, waiver))

    def _judge_waivers(self, args: StackValidationArgs, report: ReportViolation) -> None:
        names = {one.urn.rsplit("::", 1)[-1] for one in args.resources}
        for problem in (*self._waivers.problems, *self._waivers.idle(names)):
            report(problem, None)

    def _tell_waived(self, _args: StackValidationArgs, report: ReportViolation) -> None:
        for waiver in self._waivers.valid:
            names = sorted({found.resource.name for found, by in self._waived if by == waiver})
            if names:
                report(
                    f"{waiver.rule} does not count until {waiver.expires} for {', '.join(names)}: "
                    f"{waiver.reason}",
                    None,
                )


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


def engine_config() -> dict[str, str]:
    """Return the stack's configuration as the engine hands it to a policy pack."""
    return cast("dict[str, str]", json.loads(os.environ.get("PULUMI_CONFIG") or "{}"))


def _day(environment: Mapping[str, str]) -> tuple[date, str]:
    today = datetime.now(UTC).date()
    given = environment.get(DAY_VARIABLE, "")
    if not given:
        return today, ""
    try:
        return date.fromisoformat(given), ""
    except ValueError:
        return today, f"{DAY_VARIABLE} is {given!r}; allowed: a day like 2027-01-31."


def _resource(one: PolicyResource) -> Resource:
    return Resource(
        given=plain(one.props),
        urn=one.urn,
        type=one.resource_type,
        protected=one.opts.protect,
        refers_to={
            name: [source.urn for source in sources]
            for name, sources in one.property_dependencies.items()
        },
    )


def plain(props: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the engine's properties into plain values, with UNKNOWN for what it does not know."""
    return {name: _plain(value) for name, value in _items(props)}


def _items(props: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # Its own items() would raise at the first value that is not known.
    target = cast("Mapping[str, Any]", props["__target"] if _is_proxy(props) else props)
    return iter(target.items())


def _is_proxy(value: object) -> bool:
    return type(value).__module__ == sentinels.__name__


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever the engine sends
    if _is_proxy(value):
        value = value["__target"]
    if isinstance(value, str):
        return UNKNOWN if value in _UNKNOWN_TEXTS else value
    if isinstance(value, Mapping):
        return plain(cast("Mapping[str, Any]", value))
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[Any]", value)]
    return value
