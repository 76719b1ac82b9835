"""What the changelog is made of: kinds, for whom a change breaks, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from review.model import JsonValue
from tarn.contract.rules import Severity


class Party(StrEnum):
    """For whom a contract can break (docs/adr/0115)."""

    PRODUCERS = "producers"
    """A file that passes today would lose rows to quarantine, or be held."""
    READERS = "readers"
    """A query, a model or a table that works today would fail or mean something else."""


class Move(StrEnum):
    """How a rule changed."""

    TIGHTENED = "tightened"
    """Some values that passed no longer do, and none passes that did not."""
    LOOSENED = "loosened"
    CHANGED = "changed"
    """Neither can be told: some values that passed may no longer do."""


BOTH = (Party.PRODUCERS, Party.READERS)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the changelog, before anybody has looked who reads the column."""

    kind: str
    sentence: str
    column: str | None = None
    old: JsonValue = None
    new: JsonValue = None
    breaks: tuple[Party, ...] = ()


def consequence(severity: Severity) -> str:
    """Say what happens to what breaks a rule of this severity."""
    match severity:
        case Severity.WARN:
            return "what breaks it is accepted with a warning"
        case Severity.QUARANTINE:
            return "rows that break it are quarantined"
        case Severity.HALT:
            return "a file with such rows is held whole"


def broken_by(move: Move, severity: Severity) -> tuple[Party, ...]:
    """Return for whom a rule's change breaks: a warning rejects nothing."""
    if move is Move.LOOSENED or severity is Severity.WARN:
        return ()
    return (Party.PRODUCERS,)
