"""The changelog of one column that is on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from review.contracts.line import Line, Move, Party, broken_by, consequence
from review.contracts.types import type_lines
from review.model import JsonValue
from tarn.contract.model import Column
from tarn.contract.rules import Severity
from tarn.contract.scalars import scalar_parser
from tarn.quarantine import Rule

_ORDER: Final = (Severity.WARN, Severity.QUARANTINE, Severity.HALT)


def column_lines(old: Column, new: Column) -> Iterator[Line]:
    """Compare a column of the base with that of the head; the names may differ (a rename)."""
    yield from type_lines(old, new)
    yield from _rules(old, new)
    yield from _severities(old, new)
    yield from _protection(old, new)
    for field, kind in _NOTES.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Line(
                kind=kind,
                column=new.name,
                old=_plain(before),
                new=_plain(after),
                sentence=_NOTE_SENTENCES[kind].format(new.name),
            )


_NOTES: Final = {
    "classification": "classification-changed",
    "references": "reference-changed",
    "description": "description-changed",
}
_NOTE_SENTENCES: Final = {
    "classification-changed": "`{}` is classified differently; its values are written as before.",
    "reference-changed": (
        "`{}` refers to something else: the view of values without a parent changes, no verdict."
    ),
    "description-changed": "The description of `{}` is another.",
}


def _rules(old: Column, new: Column) -> Iterator[Line]:
    required = _flag(old.required, new.required)
    yield from _rule(new, Rule.REQUIRED, "required", old.required, new.required, required)
    unique = _flag(old.unique, new.unique)
    yield from _rule(new, Rule.UNIQUE, "unique in a file", old.unique, new.unique, unique)
    lower, upper = _limit(old, new, "minimum"), _limit(old, new, "maximum")
    yield from _rule(new, Rule.RANGE, "minimum", old.minimum, new.minimum, lower)
    yield from _rule(new, Rule.RANGE, "maximum", old.maximum, new.maximum, upper)
    yield from _rule(
        new, Rule.ENUM, "allowed values", list(old.enum), list(new.enum), _enum(old, new)
    )
    pattern = _presence(old.pattern, new.pattern)
    yield from _rule(new, Rule.PATTERN, "pattern", old.pattern, new.pattern, pattern)
    shortest = _number(old.min_length, new.min_length, larger=Move.TIGHTENED)
    longest = _number(old.max_length, new.max_length, larger=Move.LOOSENED)
    yield from _rule(new, Rule.LENGTH, "shortest length", old.min_length, new.min_length, shortest)
    yield from _rule(new, Rule.LENGTH, "longest length", old.max_length, new.max_length, longest)
    notation = Move.CHANGED if old.date_format != new.date_format else None
    yield from _rule(
        new, Rule.TYPE, "notation of dates", old.date_format, new.date_format, notation
    )
    zone = _flag(old.zone_required, new.zone_required)
    yield from _rule(
        new, Rule.TYPE, "zone of its timestamps", old.zone_required, new.zone_required, zone
    )


def _rule(
    column: Column, rule: Rule, what: str, old: JsonValue, new: JsonValue, move: Move | None
) -> Iterator[Line]:
    if move is None:
        return
    severity = column.severity(rule)
    effect = "" if move is Move.LOOSENED else f": {consequence(severity)}"
    if rule is Rule.REQUIRED and move is Move.LOOSENED:
        effect = ": readers may meet nulls"
    yield Line(
        kind=f"rule-{move}",
        column=column.name,
        old=_unless_empty(old),
        new=_unless_empty(new),
        breaks=broken_by(move, severity),
        sentence=f"The rule on `{column.name}` ({what}) is {move}, from {_said(old)} to "
        f"{_said(new)}{effect}.",
    )


def _severities(old: Column, new: Column) -> Iterator[Line]:
    for rule in sorted({*old.severities, *new.severities}):
        before, after = old.severity(rule), new.severity(rule)
        if before is after:
            continue
        raised = _ORDER.index(after) > _ORDER.index(before)
        yield Line(
            kind="severity-raised" if raised else "severity-lowered",
            column=new.name,
            old=before.value,
            new=after.value,
            breaks=(Party.PRODUCERS,) if raised else (),
            sentence=f"The rule {rule} on `{new.name}` goes from {before} to {after}: "
            f"{consequence(after)}.",
        )


def _protection(old: Column, new: Column) -> Iterator[Line]:
    if old.protection is new.protection:
        return
    before = old.protection.value if old.protection else None
    after = new.protection.value if new.protection else None
    kind, effect = "changed", "old and new values of one person no longer match"
    if before is None:
        kind, effect = "added", "readers get text in place of the values"
    elif after is None:
        kind, effect = "removed", "values are written in clear, where they were not"
    yield Line(
        kind=f"protection-{kind}",
        column=new.name,
        old=before,
        new=after,
        breaks=(Party.READERS,),
        sentence=f"The protection of `{new.name}` is {kind} ({before or 'none'} to "
        f"{after or 'none'}): {effect}.",
    )


def _flag(old: bool, new: bool) -> Move | None:
    if old == new:
        return None
    return Move.TIGHTENED if new else Move.LOOSENED


def _presence(old: object, new: object) -> Move | None:
    if old == new:
        return None
    if old is None:
        return Move.TIGHTENED
    return Move.LOOSENED if new is None else Move.CHANGED


def _number(old: int | None, new: int | None, *, larger: Move) -> Move | None:
    move = _presence(old, new)
    if move is not Move.CHANGED or old is None or new is None:
        return move
    opposite = Move.LOOSENED if larger is Move.TIGHTENED else Move.TIGHTENED
    return larger if new > old else opposite


def _limit(old: Column, new: Column, name: str) -> Move | None:
    """Compare limits as values: ``10`` and ``10.0`` are one, dates are in their own notation."""
    before, after = _value(old, name), _value(new, name)
    if (before is None) is not (after is None):
        return _presence(before, after)
    if before is None or getattr(old, name) == getattr(new, name):
        return None
    try:
        if before == after:
            return None
        above = bool(after > before)  # pyright: ignore[reportOperatorIssue] - of one kind, or
    except TypeError:  # of two that have no order
        return Move.CHANGED
    return Move.TIGHTENED if above is (name == "minimum") else Move.LOOSENED


def _value(column: Column, name: str) -> object:
    text: str | None = getattr(column, name)
    return None if text is None else scalar_parser(column)(text)


def _enum(old: Column, new: Column) -> Move | None:
    before, after = set(old.enum), set(new.enum)
    if before == after:
        return None
    if not before or (after and after < before):
        return Move.TIGHTENED
    return Move.LOOSENED if not after or before < after else Move.CHANGED


def _plain(value: object) -> JsonValue:
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportReturnType]


def _unless_empty(value: JsonValue) -> JsonValue:
    return None if value == [] else value


def _said(value: JsonValue) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"`{shown}`"
