"""The rules of one column, over the values of a batch.

Each check first asks whether the whole column passes, which is cheap; only a column that does not
is looked at value by value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, cast

from tarn.contract.model import Column
from tarn.contract.scalars import scalar_parser
from tarn.quarantine import Rule

Faults = Iterator[tuple[int, str]]
"""Index of a value and what is wrong with it, as the end of the sentence "the value ..."."""

_GOOD_TEXTS: Final = 1 << 16


class _Ordered(Protocol):
    def __lt__(self, other: _Ordered, /) -> bool: ...


class Check(Protocol):
    """One rule; None is never a fault here, because that is the rule ``required``."""

    rule: Rule

    def faults(self, values: Sequence[object]) -> Faults:
        """Yield what breaks the rule."""
        ...


def column_checks(column: Column) -> tuple[Check, ...]:
    """Return the checks that a contract asks of a column's values."""
    checks: list[Check] = []
    if column.minimum is not None or column.maximum is not None:
        checks.append(_Range(column))
    if column.enum:
        checks.append(_Enum(column))
    if column.pattern is not None:
        checks.append(_Pattern(column.pattern))
    if column.min_length is not None or column.max_length is not None:
        checks.append(_Length(column.min_length, column.max_length))
    return tuple(checks)


class _Range:
    rule: Rule = Rule.RANGE

    def __init__(self, column: Column) -> None:
        parse = scalar_parser(column)
        self._low = None if column.minimum is None else cast("_Ordered", parse(column.minimum))
        self._high = None if column.maximum is None else cast("_Ordered", parse(column.maximum))
        self._below = f"is below the minimum {column.minimum}"
        self._above = f"is above the maximum {column.maximum}"

    def faults(self, values: Sequence[object]) -> Faults:
        if not any(self._message(extreme) for extreme in _extremes(values)):
            return
        for index, value in enumerate(values):
            if value is not None and (message := self._message(cast("_Ordered", value))):
                yield index, message

    def _message(self, value: _Ordered) -> str | None:
        if self._low is not None and value < self._low:
            return self._below
        if self._high is not None and self._high < value:
            return self._above
        return None


def _extremes(values: Sequence[object]) -> tuple[_Ordered, ...]:
    """Return the least and the greatest value; nothing when all are null."""
    present = values if None not in values else [v for v in values if v is not None]
    ordered = cast("Sequence[_Ordered]", present)
    return (min(ordered), max(ordered)) if ordered else ()


class _Enum:
    rule: Rule = Rule.ENUM

    def __init__(self, column: Column) -> None:
        parse = scalar_parser(column)
        self._allowed = frozenset([None, *map(parse, column.enum)])
        self._message = f"is none of {', '.join(column.enum)}"

    def faults(self, values: Sequence[object]) -> Faults:
        if self._allowed.issuperset(values):
            return
        for index, value in enumerate(values):
            if value not in self._allowed:
                yield index, self._message


class _Pattern:
    rule: Rule = Rule.PATTERN

    def __init__(self, pattern: str) -> None:
        # ASCII: ECMA-262, which ODCS names, gives \d and \w no other letters.
        self._fits: Callable[[str], object] = re.compile(pattern, re.ASCII).fullmatch
        self._message = f"does not match {pattern}"
        self._good: set[object] = {None}

    def faults(self, values: Sequence[object]) -> Faults:
        unseen = set(values) - self._good
        bad = {text for text in unseen if self._fits(cast("str", text)) is None}
        if len(self._good) > _GOOD_TEXTS:
            self._good = {None}
        self._good |= unseen - bad
        if not bad:
            return
        for index, value in enumerate(values):
            if value in bad:
                yield index, self._message


class _Length:
    rule: Rule = Rule.LENGTH

    def __init__(self, shortest: int | None, longest: int | None) -> None:
        self._shortest = shortest or 0
        self._longest = longest

    def faults(self, values: Sequence[object]) -> Faults:
        texts = cast("Sequence[str | None]", values)
        lengths = [None if text is None else len(text) for text in texts]
        if not any(self._message(cast("int", length)) for length in _extremes(lengths)):
            return
        for index, text in enumerate(texts):
            if text is not None and (message := self._message(len(text))):
                yield index, message

    def _message(self, length: int) -> str | None:
        if length < self._shortest:
            return f"has {length} characters, fewer than {self._shortest}"
        if self._longest is not None and length > self._longest:
            return f"has {length} characters, more than {self._longest}"
        return None
