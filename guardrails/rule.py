"""What a rule is: data, and a function from a resource to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from guardrails.resources import Resource, Stack, StackFacts, UndecidedError


class Severity(StrEnum):
    """What follows from a violation."""

    MANDATORY = "mandatory"
    """Nothing is deployed."""
    ADVISORY = "advisory"
    """It is told, and the deployment goes on."""


def _always(_facts: StackFacts) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What must hold for every resource of ``types`` in the stacks that it is for.

    ``summary`` says what holds when the rule is kept, ``reason`` what happens otherwise, ``fix``
    what to do, ``source`` who says so: an address of AWS's or Snowflake's documentation, whose
    rule's number, where it has one, is in ``reference``.
    """

    name: str
    types: tuple[str, ...]
    summary: str
    reason: str
    fix: str
    source: str
    reference: str = ""
    severity: Severity = Severity.MANDATORY
    holds_for: Callable[[StackFacts], bool] = _always
    only: str = ""
    """For which stacks, in words, when ``holds_for`` does not mean all."""


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """Looks at one resource at a time, so a bad one is refused before it is made.

    ``check`` yields a sentence for each thing that is wrong.
    """

    check: Callable[[Resource], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """Looks at a resource among all others, so it is asked when the program has named them all."""

    check: Callable[[Resource, Stack], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A resource that breaks a rule, and how."""

    rule: Rule
    resource: Resource
    sentence: str

    @property
    def message(self) -> str:
        """What is wrong, why it matters, what to do."""
        return f"{self.sentence} {self.rule.reason} {self.rule.fix} ({self.rule.source})"


def findings_of_one(rule: ResourceRule, resource: Resource, facts: StackFacts) -> Iterator[Finding]:
    """Ask a rule about one resource."""
    if resource.type not in rule.types or not rule.holds_for(facts):
        return
    try:
        for sentence in rule.check(resource):
            yield Finding(rule=rule, resource=resource, sentence=sentence)
    except UndecidedError:
        return


def findings_among(rule: StackRule, stack: Stack, facts: StackFacts) -> Iterator[Finding]:
    """Ask a rule about every resource of a stack."""
    if not rule.holds_for(facts):
        return
    for resource in stack.of_type(*rule.types):
        try:
            for sentence in rule.check(resource, stack):
                yield Finding(rule=rule, resource=resource, sentence=sentence)
        except UndecidedError:
            continue


def findings(rules: Iterable[Rule], stack: Stack, facts: StackFacts) -> Iterator[Finding]:
    """Ask all rules about a whole stack."""
    for rule in rules:
        match rule:
            case ResourceRule():
                for resource in stack.of_type(*rule.types):
                    yield from findings_of_one(rule, resource, facts)
            case StackRule():
                yield from findings_among(rule, stack, facts)
            case _:
                continue
