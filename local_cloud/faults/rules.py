"""A fault rule, read from and written as JSON; a rule that could never act is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from local_cloud.faults.actions import ANY, SPECS, Action, Moment
from local_cloud.faults.codes import codes_of
from local_cloud.faults.errors import FaultRuleError

MOST_SECONDS: Final = 3600.0
MOST_COPIES: Final = 1000
_NAMES: Final = frozenset(("id", "action", "service", "operation", "resource", "principal"))
_COUNTS: Final = frozenset(("nth", "probability", "seed", "times"))


@dataclass(frozen=True, kw_only=True)
class FaultRule:
    """What is hit, how often, and what happens to it.

    Names are shell patterns. Without ``nth`` and ``probability`` it acts on every call that fits.
    """

    id: str
    action: Action
    service: str
    operation: str = ANY
    resource: str = ANY
    principal: str | None = None
    """None is everybody but root."""
    nth: tuple[int, ...] = ()
    """Which of the calls that fit, counted from 1."""
    probability: float | None = None
    seed: int = 0
    times: int | None = None
    """The most that it acts; None is without end."""
    when: Moment = Moment.BEFORE
    seconds: tuple[float, float] = (0.0, 0.0)
    code: str = ""
    copies: int = 1
    events: int = 2

    def to_json(self) -> dict[str, object]:
        """Return the rule as one JSON object, without what its action does not use."""
        low, high = self.seconds
        options: dict[str, object] = {
            "code": self.code,
            "when": self.when.value,
            "seconds": low if low == high else [low, high],
            "copies": self.copies,
            "events": self.events,
        }
        answer: dict[str, object] = {
            "id": self.id,
            "action": self.action.value,
            "service": self.service,
            "operation": self.operation,
            "resource": self.resource,
        }
        if self.principal is not None:
            answer["principal"] = self.principal
        if self.nth:
            answer["nth"] = list(self.nth)
        if self.probability is not None:
            answer["probability"] = self.probability
        if self.probability is not None or low != high:
            answer["seed"] = self.seed
        if self.times is not None:
            answer["times"] = self.times
        used = {name: options[name] for name in SPECS[self.action].options if options[name] != ""}
        return {**answer, **used}


def read_rule(document: object, *, name: str, seed: int) -> FaultRule:
    """Read one rule. Raises ``FaultRuleError``.

    name: the rule's id when it gives none; seed: its seed when it gives none.
    """
    if not isinstance(document, dict):
        raise FaultRuleError(rule=name, field="it", reason="is not a JSON object")
    return _Reader(cast("dict[str, object]", document), name=name, seed=seed).rule()


class _Reader:
    """Takes one rule's fields, and complains by the rule's id."""

    def __init__(self, document: Mapping[str, object], *, name: str, seed: int) -> None:
        self._fields = document
        self._id = str(document.get("id", name))
        self._seed = seed

    def rule(self) -> FaultRule:
        action = self._action()
        service = self._text("service", "")
        spec = SPECS[action]
        if service not in spec.services:
            allowed = ", ".join(sorted(spec.services))
            raise self._wrong(
                field="service", reason=f"is {service!r}; {action.value} is for {allowed}"
            )
        self._refuse_unknown(action)
        probability = self._probability()
        nth = self._nth()
        if nth and probability is not None:
            raise self._wrong(field="nth", reason="and probability exclude each other")
        return FaultRule(
            id=self._text("id", self._id),
            action=action,
            service=service,
            operation=self._text("operation", ANY),
            resource=self._text("resource", ANY),
            principal=self._text("principal", "") or None,
            nth=nth,
            probability=probability,
            seed=self._whole("seed", self._seed, least=0),
            times=self._whole("times", 0, least=1) or None,
            when=self._when(),
            seconds=self._seconds(spec.options.get("seconds", 0)),
            code=self._code(action, service),
            copies=self._whole("copies", 1, least=1, most=MOST_COPIES),
            events=self._whole("events", 2, least=2, most=MOST_COPIES),
        )

    def _action(self) -> Action:
        given = self._fields.get("action")
        try:
            return Action(str(given))
        except ValueError:
            known = ", ".join(SPECS)
            raise self._wrong(field="action", reason=f"is {given!r}, and none of {known}") from None

    def _refuse_unknown(self, action: Action) -> None:
        known = _NAMES | SPECS[action].options.keys()
        if action is not Action.STOP_PIPE:
            # A pipe is stopped for as long as the rule is in force: there is nothing to count.
            known |= _COUNTS
        for field in self._fields:
            if field not in known:
                names = ", ".join(sorted(known))
                raise self._wrong(
                    field=field, reason=f"is not a field of {action.value}; it has {names}"
                )

    def _text(self, field: str, default: str) -> str:
        value = self._fields.get(field, default)
        if not isinstance(value, str) or (field in self._fields and not value):
            raise self._wrong(
                field=field, reason=f"is {value!r}, and must be a text that is not empty"
            )
        return value

    def _whole(self, field: str, default: int, *, least: int, most: int = 2**63) -> int:
        value = self._fields.get(field, default)
        if field in self._fields and not _is_whole(value, least, most):
            raise self._wrong(
                field=field, reason=f"is {value!r}, and must be a whole number from {least}"
            )
        return cast("int", value)

    def _nth(self) -> tuple[int, ...]:
        given = self._fields.get("nth", [])
        listed: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
        if "nth" in self._fields and not listed:
            raise self._wrong(field="nth", reason="is empty, so the rule would never act")
        if not all(_is_whole(each, 1, 2**63) for each in listed):
            raise self._wrong(field="nth", reason=f"is {given!r}; calls are counted from 1")
        return tuple(sorted(set(listed)))

    def _probability(self) -> float | None:
        value = self._fields.get("probability")
        if value is None:
            return None
        if not _is_number(value) or not 0 < cast("float", value) <= 1:
            raise self._wrong(
                field="probability", reason=f"is {value!r}, and must be above 0 and at most 1"
            )
        return float(cast("float", value))

    def _when(self) -> Moment:
        value = self._fields.get("when", Moment.BEFORE.value)
        try:
            return Moment(str(value))
        except ValueError:
            raise self._wrong(
                field="when", reason=f"is {value!r}, and must be before or after"
            ) from None

    def _seconds(self, default: object) -> tuple[float, float]:
        given = self._fields.get("seconds", default)
        if given is None:
            raise self._wrong(field="seconds", reason="is missing: a number, or two for a range")
        single: list[Any] = [given, given]
        ends = cast("list[Any]", given) if isinstance(given, list) else single
        if len(ends) != len(("low", "high")) or not all(_is_number(each) for each in ends):
            raise self._wrong(
                field="seconds", reason=f"is {given!r}, and must be a number, or two for a range"
            )
        low, high = float(ends[0]), float(ends[1])
        if not 0 <= low <= high <= MOST_SECONDS:
            reason = f"is {given!r}: from 0 to {MOST_SECONDS:.0f}, the smaller one first"
            raise self._wrong(field="seconds", reason=reason)
        return low, high

    def _code(self, action: Action, service: str) -> str:
        code = self._text("code", "")
        known = [each.code for each in codes_of(action, service)]
        if code and code not in known:
            listed = ", ".join(known) or "none, as the service is not named"
            raise self._wrong(field="code", reason=f"is {code!r}; {service} has {listed}")
        return code

    def _wrong(self, *, field: str, reason: str) -> FaultRuleError:
        return FaultRuleError(rule=self._id, field=field, reason=reason)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
