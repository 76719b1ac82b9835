"""Which resources the picture shows, in which column, and the arrows between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from review.inventory import name_of
from review.model import ResourceChange, Review
from review.views.words import (
    CLASS_NAMES,
    classes_of,
    is_harmless,
    plural,
    short_type,
    title_of,
    type_of,
)

LARGEST_COLUMN: Final = 14
"""A drawing of more rows is no longer taken in at a glance."""
ALIKE: Final = 3
"""So many resources of one type that need the same are one node."""
FARTHEST: Final = 2
"""Columns beside that of the changes."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One box: a change (folded resources are one), or a resource that depends on it."""

    key: str
    column: int
    name: str
    detail: str
    title: str
    class_: str
    anchor: str | None = None


@dataclass(frozen=True, kw_only=True, order=True)
class Edge:
    """An arrow from what is needed to what needs it; both are keys of nodes."""

    on: str
    dependent: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Nodes column by column, in the order in which they are drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: str


def picture(review: Review) -> Picture:
    """Choose what is drawn: changes in the first column, what needs them in the next two.

    Harmless changes are drawn only where there are no others. Of what needs them, resources of one
    type that need the same are one node.
    """
    numbered = [(f"change-{n}", change) for n, change in enumerate(review.changes, 1)]
    risky = [(key, change) for key, change in numbered if not is_harmless(change)]
    changed = [_changed(key, change) for key, change in risky or numbered]
    edges = _edges(review, risky or numbered)
    columns = _columns([node.key for node in changed], edges)
    shown = changed[:LARGEST_COLUMN]
    hidden = len(changed) - len(shown)
    for column in range(1, FARTHEST + 1):
        members = [key for key, at in columns.items() if at == column]
        groups, edges = _grouped(members, edges, columns)
        before = {node.key: row for row, node in enumerate(shown) if node.column == column - 1}
        order = sorted(groups, key=lambda key: (_height(key, edges, before), name_of(key), key))
        shown += [_dependent(groups[key], column) for key in order[:LARGEST_COLUMN]]
        hidden += sum(len(groups[key]) for key in order[LARGEST_COLUMN:])
    far = sum(at > FARTHEST for at in columns.values())
    keys_shown = {node.key: node.column for node in shown}
    return Picture(
        nodes=tuple(shown),
        edges=tuple(sorted(edge for edge in edges if _is_drawn(edge, keys_shown))),
        left_out=_left_out(hidden, far, len(numbered) - len(changed)),
    )


def _grouped(
    members: Iterable[str], edges: set[Edge], columns: Mapping[str, int]
) -> tuple[dict[str, list[str]], set[Edge]]:
    """Put resources of one type that need the same into one group, named by its first one."""
    needs: dict[str, set[str]] = {member: set() for member in members}
    for edge in edges:
        if edge.dependent in needs and columns.get(edge.on, 0) < columns[edge.dependent]:
            needs[edge.dependent].add(edge.on)
    alike: dict[tuple[str, frozenset[str]], list[str]] = {}
    for member in sorted(needs):
        alike.setdefault((type_of(member), frozenset(needs[member])), []).append(member)
    groups: dict[str, list[str]] = {}
    for found in alike.values():
        parts = [found] if len(found) >= ALIKE else [[one] for one in found]
        groups |= {part[0]: part for part in parts}
    names = {member: key for key, group in groups.items() for member in group}
    renamed = {
        Edge(on=names.get(one.on, one.on), dependent=names.get(one.dependent, one.dependent))
        for one in edges
    }
    return groups, {edge for edge in renamed if edge.on != edge.dependent}


def _edges(review: Review, drawn: Iterable[tuple[str, ResourceChange]]) -> set[Edge]:
    """Write dependencies between the keys of nodes; folded resources share one."""
    keys = {urn: key for key, change in drawn for urn in change.urns}
    edges = {
        Edge(on=keys.get(one.on, one.on), dependent=keys.get(one.dependent, one.dependent))
        for one in review.dependencies
    }
    return {edge for edge in edges if edge.on != edge.dependent}


def _changed(key: str, change: ResourceChange) -> Node:
    worst = classes_of(change)[0]
    return Node(
        key=key,
        column=0,
        name=title_of(change),
        detail=f"{change.operation} · {CLASS_NAMES[worst]}",
        title=f"{change.operation} {short_type(change.type)} {', '.join(change.urns[:5])}",
        class_=worst.value,
        anchor=key,
    )


def _dependent(group: list[str], column: int) -> Node:
    urn = group[0]
    kind = short_type(type_of(urn))
    count = len(group)
    return Node(
        key=urn,
        column=column,
        name=f"{count} \N{MULTIPLICATION SIGN} {kind.rpartition('.')[2]}"
        if count > 1
        else name_of(urn),
        detail=kind,
        title=", ".join(name_of(one) for one in group),
        class_="unchanged",
    )


def _columns(changed: Iterable[str], edges: set[Edge]) -> dict[str, int]:
    """Give every node its distance from the changes."""
    dependents: dict[str, list[str]] = {}
    for edge in sorted(edges):
        dependents.setdefault(edge.on, []).append(edge.dependent)
    columns = dict.fromkeys(changed, 0)
    waiting = list(columns)
    while waiting:
        key = waiting.pop(0)
        for dependent in dependents.get(key, ()):
            if dependent not in columns:
                columns[dependent] = columns[key] + 1
                waiting.append(dependent)
    return columns


def _height(key: str, edges: set[Edge], before: Mapping[str, int]) -> float:
    """Return the mean row of what the node needs in the column before it."""
    rows = [before[edge.on] for edge in edges if edge.dependent == key and edge.on in before]
    return sum(rows) / len(rows) if rows else len(before)


def _is_drawn(edge: Edge, columns: Mapping[str, int]) -> bool:
    if edge.on not in columns or edge.dependent not in columns:
        return False
    # Arrows back, or within the last columns, would cross boxes and say nothing about the change.
    step = columns[edge.dependent] - columns[edge.on]
    return step == 1 or (step == 0 and columns[edge.on] == 0)


def _left_out(hidden: int, far: int, harmless: int) -> str:
    parts = [f"{hidden} more of these"] if hidden else []
    if far:
        parts.append(f"{plural(far, 'resource', 'resources')} further on")
    if harmless:
        parts.append(plural(harmless, "harmless change", "harmless changes"))
    return ", ".join(parts)
