"""What a seeded pull request is: edits of a checkout, and what a review must find in them.

An edit names the text that it replaces, and that text must be there exactly once: a case whose
code has moved on fails by itself, instead of testing nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from review.model import Review, RiskClass


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Replace a text in a file. Without ``old`` the file is new, without ``new`` it goes."""

    file: str
    old: str | None = None
    new: str | None = None

    def apply(self, tree: Path) -> None:
        """Change the checkout."""
        path = tree / self.file
        if self.new is None and self.old is None:
            path.unlink()
            return
        assert self.new is not None, f"{self.file}: nothing to write"
        if self.old is None:
            assert not path.exists(), f"{self.file} is no longer new"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.new)
            return
        text = path.read_text()
        count = text.count(self.old)
        assert count == 1, f"{self.file} holds {self.old!r} {count} times, not once"
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True, kw_only=True)
class Seed:
    """A pull request. ``finds`` are findings as ``findings_of`` writes them.

    ``cost`` is the sign of the monthly estimate's change. ``stops`` are names of what stops it;
    with ``guarded`` the guardrails are asked too. ``refused`` is part of the error when the head
    does not deploy.
    """

    name: str
    edits: tuple[Edit, ...]
    finds: tuple[str, ...] = ()
    cost: int = 0
    stops: tuple[str, ...] = ()
    guarded: bool = False
    refused: str | None = None


def findings_of(review: Review) -> Counter[str]:
    """Count what a review says of resources: ``<n> <operation> <type>: <classes, worst first>``."""
    found: Counter[str] = Counter()
    for change in review.changes:
        present = {risk.risk_class for risk in change.risks}
        classes = " ".join(one for one in RiskClass if one in present)
        for urn in change.urns:
            kind = urn.split("::")[2].rsplit(":", 1)[-1]
            found[f"{change.operation} {kind}: {classes}"] += 1
    for line in review.contracts:
        breaking = "breaking" if line.breaking else "fine"
        found[f"contract {line.dataset}.{line.column or '*'} {line.kind}: {breaking}"] += 1
    return found


def expected_of(seed: Seed) -> Counter[str]:
    """Count what a seed's review must say; a line may begin with a number, ``12 x ...``."""
    wanted: Counter[str] = Counter()
    for line in seed.finds:
        number, times, rest = line.partition(" x ")
        if times and number.isdigit():
            wanted[rest] += int(number)
        else:
            wanted[line] += 1
    return wanted


def precision_and_recall(
    pairs: Iterable[tuple[Counter[str], Counter[str]]],
) -> tuple[float, float]:
    """Return both over pairs of what was found and what was expected."""
    found = expected = right = 0
    for actual, wanted in pairs:
        found += actual.total()
        expected += wanted.total()
        right += (actual & wanted).total()
    return (right / found if found else 1.0), (right / expected if expected else 1.0)
