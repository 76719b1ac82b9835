"""The rules in force, and what they have done."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from local_cloud.faults import seeded
from local_cloud.faults.actions import CALL_ACTIONS, Action
from local_cloud.faults.errors import FaultRuleError, UnknownFaultError
from local_cloud.faults.matching import Occasion, fits
from local_cloud.faults.rules import FaultRule
from local_cloud.journal import Journal

STATION: Final = "fault"


@dataclass(kw_only=True)
class RuleInForce:
    """A rule with its counts. ``lifted`` is set when it is cleared: what waits goes on."""

    rule: FaultRule
    seen: int = 0
    injected: int = 0
    lifted: threading.Event = field(default_factory=threading.Event)

    def to_json(self) -> dict[str, object]:
        """Return the rule and how often it saw something that fits, and acted."""
        return {**self.rule.to_json(), "seen": self.seen, "injected": self.injected}


@dataclass(frozen=True, kw_only=True)
class Injection:
    """What a rule does to one occasion."""

    rule: FaultRule
    seconds: float
    lifted: threading.Event

    def wait(self) -> None:
        """Let the rule's time pass, or less when the rule is cleared."""
        self.lifted.wait(self.seconds)


class Faults:
    """Thread-safe. Who could be hit looks at ``armed`` first, so no rules cost nothing."""

    def __init__(self) -> None:
        self.armed = False
        self._lock = threading.Lock()
        self._rules: dict[str, RuleInForce] = {}
        self._numbers = itertools.count(1)
        self._journal = Journal()
        self._on_lift: list[Callable[[], None]] = []

    def report_to(self, journal: Journal) -> None:
        """Say where every injected fault is told."""
        self._journal = journal

    def on_lift(self, action: Callable[[], None]) -> None:
        """Call an action whenever rules have been cleared."""
        self._on_lift.append(action)

    def new_id(self) -> str:
        """Return an id that no rule of this process has had: the journal names rules by it."""
        while (rule_id := f"fault-{next(self._numbers)}") in self._rules:
            pass
        return rule_id

    def add(self, rules: Sequence[FaultRule]) -> list[dict[str, object]]:
        """Put rules in force, all or none, and return them as JSON objects."""
        with self._lock:
            taken = set(self._rules)
            for rule in rules:
                if rule.id in taken:
                    raise FaultRuleError(rule=rule.id, field="id", reason="is taken already")
                taken.add(rule.id)
            added = [RuleInForce(rule=rule) for rule in rules]
            self._rules |= {each.rule.id: each for each in added}
            self.armed = bool(self._rules)
        for rule in rules:
            self._journal.record(STATION, "rule added", rule=rule.id, seed=rule.seed)
        return [each.to_json() for each in added]

    def all(self) -> list[dict[str, object]]:
        """Return every rule with its counts, in the order in which they were added."""
        with self._lock:
            return [each.to_json() for each in self._rules.values()]

    def clear(self, rule_id: str | None = None) -> list[str]:
        """Lift one rule or all; what they hold back goes on at once. Return their ids."""
        with self._lock:
            if rule_id is not None and rule_id not in self._rules:
                raise UnknownFaultError(rule=rule_id, known=list(self._rules))
            ids = list(self._rules) if rule_id is None else [rule_id]
            lifted = [self._rules.pop(each) for each in ids]
            self.armed = bool(self._rules)
        for each in lifted:
            each.lifted.set()
            self._journal.record(
                STATION, "rule cleared", rule=each.rule.id, seen=each.seen, injected=each.injected
            )
        if lifted:
            for action in list(self._on_lift):
                action()
        return ids

    def decide(self, occasion: Occasion, actions: Iterable[Action]) -> list[Injection]:
        """Return what happens to an occasion: any number of delays, then at most one fault.

        Every rule counts what fits it, also when another one acts.
        """
        wanted = frozenset(actions)
        injections: list[Injection] = []
        numbers: list[int] = []
        ended = False
        with self._lock:
            for each in self._rules.values():
                rule = each.rule
                if rule.action not in wanted or not fits(rule, occasion):
                    continue
                each.seen += 1
                spent = rule.times is not None and each.injected >= rule.times
                delays = rule.action is Action.LATENCY
                if spent or (ended and not delays) or not seeded.acts(rule, each.seen):
                    continue
                each.injected += 1
                ended = ended or not delays
                seconds = seeded.seconds(rule, each.seen)
                injections.append(Injection(rule=rule, seconds=seconds, lifted=each.lifted))
                numbers.append(each.seen)
        for injection, number in zip(injections, numbers, strict=True):
            self._tell(injection, occasion, number)
        return injections

    def on_call(self, occasion: Occasion) -> Injection | None:
        """Let the delays of a call or statement pass, then return its fault, if it has one."""
        ending: Injection | None = None
        for injection in self.decide(occasion, CALL_ACTIONS):
            if injection.rule.action is Action.LATENCY:
                injection.wait()
            else:
                ending = injection
        return ending

    def holding(self, occasion: Occasion, action: Action) -> FaultRule | None:
        """Return the rule of an action that lasts, if one means this; nothing is counted."""
        with self._lock:
            for each in self._rules.values():
                if each.rule.action is action and fits(each.rule, occasion):
                    return each.rule
        return None

    def _tell(self, injection: Injection, occasion: Occasion, number: int) -> None:
        rule = injection.rule
        facts: dict[str, str | int | float] = {**occasion.facts(), "call": number}
        if injection.seconds:
            facts["seconds"] = round(injection.seconds, 3)
        self._journal.record(STATION, rule.action.value, rule=rule.id, **facts)


FAULTS: Final = Faults()
"""The faults of this process."""
