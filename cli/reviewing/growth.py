"""How the time of a review grows with the number of datasets (`tarn bench --review-growth`)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.measured import machine, replace_between
from cli.output import Format, errors, print_rows
from cli.reviewing import revisions, run
from cli.reviewing.scratch import scratch
from cli.workspace import Workspace
from tarn.contract.compilation import CONTRACT_SUFFIX

SIZES: Final = (5, 50, 250)
"""Datasets; the shipped contracts are the first of them."""
STACK: Final = "prod"
BEGIN: Final = "<!-- review growth: begin -->"
END: Final = "<!-- review growth: end -->"
_CONTRACT: Final = """apiVersion: v3.2.0
kind: DataContract
id: 00000000-0000-4000-8000-{number:012d}
name: Generated {number}
version: 1.0.0
status: active
domain: generated
description:
  purpose: Rows without a meaning.
team:
  name: platform-engineering
customProperties:
  - property: merge
    value: upsert
schema:
  - name: generated_{number}
    physicalType: file
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
        description: Key.
      - name: name
        logicalType: string
        description: Name.
      - name: amount
        logicalType: number
        physicalType: DOUBLE
        description: Amount.
      - name: happened_at
        logicalType: timestamp
        description: When.
"""
_COLUMN: Final = """      - name: added
        logicalType: string
        description: What the head adds.
"""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """One review: how large the stack was, and the seconds of its stages."""

    datasets: int
    resources: int
    stages: dict[str, float]

    @property
    def seconds(self) -> float:
        """Return the whole review's time."""
        return sum(self.stages.values())


def run_growth_benchmark(workspace: Workspace, *, sizes: Sequence[int] = SIZES) -> None:
    """Measure, print the table and put it into docs/benchmarks.md."""
    measured = list(measure(workspace, sizes))
    heads = ("datasets", "resources", "deploy s", "preview s", "all s", "ms a resource")
    cells = [
        (
            str(one.datasets),
            f"{one.resources:,}",
            f"{one.stages['deployment of the base']:.1f}",
            f"{one.stages['preview of the head']:.1f}",
            f"{one.seconds:.1f}",
            f"{1000 * one.seconds / one.resources:.0f}",
        )
        for one in measured
    ]
    load = os.getloadavg()[0]
    title = f"One column added to one dataset. Machine: {machine()}, load {load:.1f} at the end."
    lines = [title, "", f"| {' | '.join(heads)} |", "|" + "---:|" * len(heads)]
    lines += [f"| {' | '.join(row)} |" for row in cells]
    path = workspace.root / "docs" / "benchmarks.md"
    replace_between(path, BEGIN, "\n".join([BEGIN, *lines, END]), END)
    print_rows(heads, cells, output=Format.TABLE, title=title)


def measure(workspace: Workspace, sizes: Sequence[int]) -> Iterator[Growth]:
    """Review stacks of so many datasets, one after the other."""
    commit = revisions.commit_of(workspace.root, "HEAD")
    for size in sizes:
        clock = run.Clock(lambda stage: errors.print(f"· {stage}", style="dim"))
        with scratch() as aside:
            base, head = aside.folder / "base", aside.folder / "head"
            clock.begins("copies of both commits")
            for tree in (base, head):
                revisions.copy_of(workspace.root, commit, tree)
                _grow(tree / "contracts", size)
            # The last one, so that the shipped models do not read it.
            _last(head / "contracts", size).open("a").write(_COLUMN)
            asked = run.Question(stack=STACK, base=commit, head=commit)
            deployed = run.deployed_base(workspace, aside, base, asked, clock)
            clock.begins("preview of the head")
            run.reviewed_head(deployed, head, head=commit)
            clock.begins("removal of everything")
        clock.ends()
        yield Growth(datasets=size, resources=len(deployed.state), stages=clock.seconds)


def _grow(contracts: Path, size: int) -> None:
    """Add generated datasets until there are so many that files land for."""
    landing = 5
    for number in range(landing, size):
        file = contracts / f"generated_{number}{CONTRACT_SUFFIX}"
        file.write_text(_CONTRACT.format(number=number))


def _last(contracts: Path, size: int) -> Path:
    generated = contracts / f"generated_{size - 1}{CONTRACT_SUFFIX}"
    return generated if generated.exists() else contracts / f"weather{CONTRACT_SUFFIX}"
