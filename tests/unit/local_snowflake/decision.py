"""One row of the table of decisions: a change of one input, and what the provider makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from local_cloud.providers.values import Properties, Value


class Verdict(StrEnum):
    """What a change of an input leads to."""

    NONE = "no change"
    UPDATE = "update"
    REPLACE = "replace"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`input` is the dotted path that changes; `old` and `new` are whole inputs."""

    resource_type: str
    input: str
    old: Properties
    new: Properties
    verdict: Verdict
    note: str = ""

    @property
    def label(self) -> str:
        """The readable id of the row."""
        about = self.note or str(self.verdict)
        return f"{self.resource_type.rsplit(':', 1)[-1]}-{self.input}-{about}"


MISSING: Value = None


def row(
    resource_type: str,
    path: str,
    values: tuple[Value, Value],
    verdict: Verdict,
    note: str = "",
) -> Decision:
    """A change of one input that stands alone; MISSING: not given."""
    old, new = (_given(path, value) for value in values)
    return Decision(
        resource_type=resource_type, input=path, old=old, new=new, verdict=verdict, note=note
    )


def _given(path: str, value: Value) -> Properties:
    """The inputs in which the path has the value: lists of structures have one element."""
    name, _, rest = path.partition(".")
    if not rest:
        return {} if value is MISSING else {name: value}
    inner = _given(rest, value)
    return {name: [inner] if name.endswith("s") else inner}


def updates(resource_type: str, **changes: tuple[Value, Value]) -> Iterable[Decision]:
    """Inputs that change in place."""
    return (row(resource_type, name, pair, Verdict.UPDATE) for name, pair in changes.items())


def replaces(resource_type: str, **changes: tuple[Value, Value]) -> Iterable[Decision]:
    """Inputs whose change needs another object."""
    return (row(resource_type, name, pair, Verdict.REPLACE) for name, pair in changes.items())


def same(resource_type: str, **changes: tuple[Value, Value]) -> Iterable[Decision]:
    """Changes of the text that the provider does not take for a change."""
    return (
        row(resource_type, name, pair, Verdict.NONE, f"{pair[0]!s:.20} as {pair[1]!s:.20}")
        for name, pair in changes.items()
    )
