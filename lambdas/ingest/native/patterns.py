"""Patterns as tables of states, for those that are regular: the same language, a byte at a time.

A text with a byte beyond ASCII, and a pattern with anything else (look-around, back references,
anchors in the middle), is left to Python's ``re``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

DEAD: Final = 0
UNDECIDED: Final = 1
START: Final = 2
_STATES: Final = 250
_NODES: Final = 4000
_ASCII: Final = frozenset(range(128))
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": frozenset(b"0123456789"),
    "CATEGORY_SPACE": frozenset(b" \t\n\r\f\v"),
    "CATEGORY_WORD": frozenset(b"0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
}


class _IrregularPatternError(Exception):
    """The pattern needs more than a table."""


@dataclass(frozen=True, kw_only=True)
class PatternTable:
    """``table[state * 256 + byte]`` is the next state; ``ends[state]`` is 1 where a text fits."""

    table: bytes
    ends: bytes


@cache
def pattern_table(pattern: str) -> PatternTable | None:
    """Return the table of a pattern that has to match a whole text; None if it has none."""
    # The only way to see a pattern as Python understands it.
    parse: Callable[..., Any] = importlib.import_module("re._parser").parse
    parsed = parse(pattern, 256)  # re.ASCII, as an integer
    if parsed.state.flags != 256:
        return None
    automaton = _Automaton()
    try:
        items = _without_anchors(list(parsed))
        end = automaton.sequence(items, automaton.node())
        return automaton.table(end)
    except _IrregularPatternError:
        return None


def _without_anchors(items: list[Any]) -> list[Any]:
    # All of a text has to match, so an anchor at either end says nothing.
    if items and str(items[0][0]) == "AT" and "BEGINNING" in str(items[0][1]):
        items = items[1:]
    if items and str(items[-1][0]) == "AT" and str(items[-1][1]) in ("AT_END", "AT_END_STRING"):
        items = items[:-1]
    return items


@dataclass
class _Automaton:
    """Nodes with moves on bytes and moves on nothing; the first node is the start."""

    moves: list[list[tuple[frozenset[int], int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)

    def node(self) -> int:
        if len(self.moves) >= _NODES:
            raise _IrregularPatternError
        self.moves.append([])
        self.free.append([])
        return len(self.moves) - 1

    def sequence(self, items: Iterable[Any], start: int) -> int:
        for operation, argument in items:
            start = self._item(str(operation), argument, start)
        return start

    def _item(self, operation: str, argument: Any, start: int) -> int:  # noqa: ANN401 - sre's trees
        match operation:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                end = self.node()
                self.moves[start].append((_characters(operation, argument), end))
                return end
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, items = argument
                return self._repeat(least, most, items, start)
            case "SUBPATTERN":
                _, added, removed, items = argument
                if added or removed:
                    raise _IrregularPatternError
                return self.sequence(items, start)
            case "BRANCH":
                end = self.node()
                for items in argument[1]:
                    self.free[self.sequence(items, self._after(start))].append(end)
                return end
            case _:
                raise _IrregularPatternError

    def _repeat(self, least: int, most: Any, items: Any, start: int) -> int:  # noqa: ANN401
        for _ in range(least):
            start = self.sequence(items, start)
        if str(most) == "MAXREPEAT":
            loop = self._after(start)
            self.free[self.sequence(items, loop)].append(loop)
            return self._after(loop)
        end = self.node()
        self.free[start].append(end)
        for _ in range(int(most) - least):
            start = self.sequence(items, start)
            self.free[start].append(end)
        return end

    def _after(self, start: int) -> int:
        node = self.node()
        self.free[start].append(node)
        return node

    def table(self, end: int) -> PatternTable:
        """Return the states that sets of nodes make."""
        numbers = {self._closed([0]): START}
        waiting = list(numbers)
        rows = {DEAD: bytes(256), UNDECIDED: bytes([UNDECIDED]) * 256}
        while waiting:
            nodes = waiting.pop()
            row = bytearray(256)
            row[128:] = bytes([UNDECIDED]) * 128
            for byte in _ASCII:
                reached = [to for node in nodes for on, to in self.moves[node] if byte in on]
                if not reached:
                    continue
                target = self._closed(reached)
                if target not in numbers:
                    numbers[target] = len(numbers) + START
                    waiting.append(target)
                row[byte] = self._bounded(numbers[target])
            rows[numbers[nodes]] = bytes(row)
        ends = bytearray(len(rows))
        for nodes, number in numbers.items():
            ends[number] = end in nodes
        return PatternTable(table=b"".join(rows[n] for n in range(len(rows))), ends=bytes(ends))

    def _bounded(self, state: int) -> int:
        if state >= _STATES:
            raise _IrregularPatternError
        return state

    def _closed(self, nodes: Sequence[int]) -> frozenset[int]:
        reached, waiting = set(nodes), list(nodes)
        while waiting:
            for node in self.free[waiting.pop()]:
                if node not in reached:
                    reached.add(node)
                    waiting.append(node)
        return frozenset(reached)


def _characters(operation: str, argument: Any) -> frozenset[int]:  # noqa: ANN401 - sre's trees
    match operation:
        case "LITERAL":
            return frozenset([argument])
        case "NOT_LITERAL":
            return _ASCII - {argument}
        case "ANY":
            return _ASCII - frozenset(b"\n")
        case _:
            return _set_of(argument)


def _set_of(parts: Any) -> frozenset[int]:  # noqa: ANN401 - sre's trees
    found: frozenset[int] = frozenset()
    negated = False
    for operation, argument in parts:
        match str(operation):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found |= {argument}
            case "RANGE":
                found |= _ASCII & frozenset(range(argument[0], min(argument[1], 127) + 1))
            case _:
                found |= _category(str(argument))
    return _ASCII - found if negated else found


def _category(name: str) -> frozenset[int]:
    positive = name.replace("_NOT_", "_").replace("_UNI_", "_")
    if positive not in _CATEGORIES:
        raise _IrregularPatternError
    members = _CATEGORIES[positive]
    return members if positive == name else _ASCII - members
