"""The part of docs/local-cloud.md that lists every limit, written from the registry."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

from local_cloud.limits import Limit, LimitKind

PAGE: Final = Path("docs") / "local-cloud.md"
BEGIN: Final = "<!-- limits: begin -->"
END: Final = "<!-- limits: end -->"
_TITLES: Final = {
    LimitKind.REFUSED: "Refused, with its name",
    LimitKind.SIMPLIFIED: "Works, more simply than in the real service",
    LimitKind.STORED: "Stored and given back, without effect",
}


def limits_section(limits: Iterable[Limit]) -> str:
    """Write limits, ordered by kind, as one Markdown table for each kind."""
    parts = [BEGIN]
    for kind, members in groupby(limits, key=lambda limit: limit.kind):
        parts += ["", f"### {_TITLES[kind]}", "", "| what | why | what to do |", "|---|---|---|"]
        parts += [
            f"| {_cell(limit.name)} | {_cell(limit.why)} | {_cell(limit.what_to_do)} |"
            for limit in members
        ]
    return "\n".join([*parts, "", END])


def with_limits(page: str, limits: Iterable[Limit]) -> str:
    """Return a page whose limits are those given; the text around them is kept."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{limits_section(limits)}{after}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
