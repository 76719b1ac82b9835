"""The rooms of tests, in the order in which they run, and what each may touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Room:
    """A folder under ``tests/``; ``may_use_network`` means sockets and a JVM, on this machine."""

    name: str
    may_use_network: bool


ROOMS: Final[Mapping[str, Room]] = {
    room.name: room
    for room in (
        Room(name="architecture", may_use_network=False),
        Room(name="unit", may_use_network=False),
        Room(name="infra", may_use_network=False),
        Room(name="functional", may_use_network=True),
        Room(name="e2e", may_use_network=True),
    )
}


def room_of(path: Path, *, tests: Path) -> Room | None:
    """Return the room whose folder holds ``path``, or None where there is none."""
    if not path.is_relative_to(tests):
        return None
    return ROOMS.get(path.relative_to(tests).parts[0])


def ci_complaints(*, collected: Iterable[str], not_run: Iterable[str]) -> list[str]:
    """Say what a complete run may not contain: rooms without tests, and tests that did not run."""
    present = set(collected)
    empty = [f"room {name}: no test was collected" for name in ROOMS if name not in present]
    return empty + [f"{test}: skipped or expected to fail" for test in not_run]
