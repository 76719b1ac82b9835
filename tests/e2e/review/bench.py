"""One deployed base, against which any number of heads is previewed."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.reviewing import run
from cli.reviewing.scratch import Scratch, scratch
from cli.workspace import Workspace
from review.model import Review
from tests.e2e.checkout import REPOSITORY, ROOMS
from tests.e2e.review.seeds import Edit

STACK = "prod"
BASE = "b" * 40
HEAD = "a" * 40


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Reviews heads; a head is the base with edits."""

    aside: Scratch
    deployed: run.DeployedBase
    source: Path

    def review(self, name: str, edits: Sequence[Edit], *, guardrails: bool = False) -> Review:
        """Review the base with edits. Safe to call from several threads.

        The guardrails cost as much again, so they run where something is expected of them.
        """
        tree = self.aside.folder / f"head-{name}"
        shutil.copytree(self.source, tree)
        for edit in edits:
            edit.apply(tree)
        _, found = run.reviewed_head(
            self.deployed, tree, head=HEAD, name=name, guardrails=guardrails
        )
        shutil.rmtree(tree)
        return found


@contextmanager
def bench(stack: str = STACK, edits: Sequence[Edit] = ()) -> Generator[Bench]:
    """Deploy this checkout, with edits when there are any, as the base."""
    with scratch() as aside:
        source = aside.folder / "source"
        copy_checkout(source)
        for edit in edits:
            edit.apply(source)
        base = aside.folder / "base"
        shutil.copytree(source, base)
        asked = run.Question(stack=stack, base=BASE, head=HEAD)
        workspace = Workspace(root=REPOSITORY)
        deployed = run.deployed_base(workspace, aside, base, asked, run.Clock())
        yield Bench(aside=aside, deployed=deployed, source=source)


def copy_checkout(target: Path) -> None:
    """Copy what a commit would hold of this checkout, as far as a stack is made of it."""
    target.mkdir(parents=True)
    for room in ROOMS:
        shutil.copytree(
            REPOSITORY / room, target / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    for pattern in ("Pulumi*.yaml", "requirements.*", "README.md", "pyproject.toml"):
        for file in REPOSITORY.glob(pattern):
            shutil.copy2(file, target)
