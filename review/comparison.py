"""Whether what would be deployed is what was reviewed, and if not, what differs.

A review ran on a throw-away account, a deployment asks the real one. Account numbers and what an
apply makes up differ between the two and mean nothing. Everything else has to be equal: which
resources, what is done to each, which properties, from what to what.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from review.inventory import name_of
from review.model import JsonValue, PropertyChange, ResourceChange, Review
from review.values import UNKNOWN

_LAYER: Final = re.compile(r"(?:^|/)layers/[\w.-]+-([0-9a-f]{32})\.zip$")
"""The archive of a layer is named by what it is built from; a review builds none."""
_ASSETS: Final = ("asset", "archive")
_NOTHING: Final = "nothing"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is otherwise than it was reviewed. ``path`` is "" for the whole resource."""

    urn: str
    path: str
    reviewed: str
    planned: str

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        name = name_of(self.urn)
        what = f"{name}, {self.path}" if self.path else name
        return f"{what}: reviewed was {self.reviewed}, now it would be {self.planned}."


def differences(
    reviewed: Review, planned: Review, *, reviewed_account: str = "", planned_account: str = ""
) -> list[Difference]:
    """Compare two reviews by what they do to each resource, in the order of the URNs.

    The accounts are those that each was made against; their numbers count as the same.
    """
    before = dict(_by_urn(reviewed.changes))
    after = dict(_by_urn(planned.changes))
    found: list[Difference] = []
    spelling = _Spelling(planned_account, reviewed_account)
    for urn in sorted(before.keys() | after.keys()):
        found.extend(_of_one(urn, before.get(urn), after.get(urn), spelling))
    return found


def _by_urn(changes: Iterable[ResourceChange]) -> Iterator[tuple[str, ResourceChange]]:
    return ((urn, change) for change in changes for urn in change.urns)


def _of_one(
    urn: str,
    reviewed: ResourceChange | None,
    planned: ResourceChange | None,
    spelling: _Spelling,
) -> Iterator[Difference]:
    operations = (_operation(reviewed), _operation(planned))
    if operations[0] != operations[1]:
        yield Difference(urn=urn, path="", reviewed=operations[0], planned=operations[1])
        return
    if reviewed is None or planned is None:
        return
    first, second = _by_path(reviewed), _by_path(planned)
    for path in sorted(first.keys() | second.keys()):
        old, new = first.get(path), second.get(path)
        if old is not None and new is not None and spelling.same(old, new):
            continue
        yield Difference(urn=urn, path=path, reviewed=_shown(old), planned=_shown(new))


def _operation(change: ResourceChange | None) -> str:
    return _NOTHING if change is None else change.operation.value


def _by_path(change: ResourceChange) -> dict[str, PropertyChange]:
    return {one.path: one for one in change.properties}


def _shown(change: PropertyChange | None) -> str:
    if change is None:
        return "no change"
    return f"{json.dumps(change.old)} to {json.dumps(change.new)}"


@dataclass(frozen=True)
class _Spelling:
    """Writes the real account's number as the throw-away one's."""

    real: str
    throw_away: str

    def same(self, reviewed: PropertyChange, planned: PropertyChange) -> bool:
        return self._same(reviewed.old, planned.old) and self._same(reviewed.new, planned.new)

    def _same(self, reviewed: JsonValue, planned: JsonValue) -> bool:
        if UNKNOWN in (reviewed, planned):
            return True
        return self._plain(reviewed) == self._plain(planned)

    def _plain(self, value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            return value.replace(self.real, self.throw_away) if self.real else value
        if isinstance(value, list):
            return [self._plain(one) for one in value]
        if isinstance(value, dict):
            layer = next(
                (
                    found[1]
                    for kind in _ASSETS
                    if isinstance(path := value.get(kind), str) and (found := _LAYER.search(path))
                ),
                None,
            )
            return layer or {name: self._plain(one) for name, one in value.items()}
        return value
