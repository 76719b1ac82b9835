"""Events delivered twice, late, or in another order: what is held back, and when it goes on.

Real services promise at-least-once delivery in any order, so none of this is an error of theirs.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from local_cloud.faults.actions import DELIVERY_ACTIONS, Action
from local_cloud.faults.matching import Occasion
from local_cloud.faults.registry import FAULTS, Faults, Injection

Deliver = Callable[[], None]


@dataclass(order=True, kw_only=True)
class _Held:
    due: float
    number: int
    injection: Injection = field(compare=False)
    deliver: Deliver = field(compare=False)


@dataclass(kw_only=True)
class _Gathered:
    """The deliveries of one reordering rule that wait for their successors."""

    injection: Injection
    waiting: list[Deliver] = field(default_factory=list[Deliver])


class Deliveries:
    """Thread-safe. A rule that is cleared lets go at once what it holds back."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._held: list[_Held] = []
        self._gathered: dict[str, _Gathered] = {}
        self._thread: threading.Thread | None = None
        faults.on_lift(self._let_go)

    def pass_on(self, occasion: Occasion, deliver: Deliver) -> None:
        """Deliver now, or as the rules in force say. ``deliver`` never raises."""
        for injection in self._faults.decide(occasion, DELIVERY_ACTIONS):
            match injection.rule.action:
                case Action.DUPLICATE:
                    deliver()
                    for _ in range(injection.rule.copies):
                        self._hold(injection, deliver)
                case Action.LATE:
                    self._hold(injection, deliver)
                case _:
                    self._gather(injection, deliver)
            return
        deliver()

    def _hold(self, injection: Injection, deliver: Deliver) -> None:
        if not injection.seconds or injection.lifted.is_set():
            deliver()
            return
        with self._changed:
            due = time.monotonic() + injection.seconds
            number = next(self._numbers)
            held = _Held(due=due, number=number, injection=injection, deliver=deliver)
            heapq.heappush(self._held, held)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="held-deliveries", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def _gather(self, injection: Injection, deliver: Deliver) -> None:
        rule = injection.rule
        with self._changed:
            gathered = self._gathered.setdefault(rule.id, _Gathered(injection=injection))
            gathered.waiting.append(deliver)
            first = len(gathered.waiting) == 1
            full = len(gathered.waiting) >= rule.events or injection.lifted.is_set()
            if full:
                del self._gathered[rule.id]
        if full:
            _deliver_backwards(gathered)
        elif first:
            # What gathers too slowly goes on when the rule's time has passed.
            self._hold(injection, lambda: self._give_up(rule.id, gathered))

    def _give_up(self, rule_id: str, gathered: _Gathered) -> None:
        with self._changed:
            if self._gathered.get(rule_id) is not gathered:
                return
            del self._gathered[rule_id]
        _deliver_backwards(gathered)

    def _let_go(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due():
                    self._changed.wait(self._pause())
                now = time.monotonic()
                due = [each for each in self._held if each.due <= now or _lifted(each)]
                self._held = [each for each in self._held if each not in due]
                heapq.heapify(self._held)
            for each in sorted(due):
                each.deliver()

    def _due(self) -> bool:
        now = time.monotonic()
        return any(each.due <= now or _lifted(each) for each in self._held)

    def _pause(self) -> float | None:
        return max(self._held[0].due - time.monotonic(), 0) if self._held else None


def _lifted(held: _Held) -> bool:
    return held.injection.lifted.is_set()


def _deliver_backwards(gathered: _Gathered) -> None:
    for deliver in reversed(gathered.waiting):
        deliver()


DELIVERIES: Final = Deliveries(FAULTS)
"""What the rules of this process hold back."""
