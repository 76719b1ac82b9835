"""One review from end to end: two copies, a throw-away cloud, the base deployed, the head asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cli.reviewing import revisions, stack_file
from cli.reviewing.engine import Engine, failures_in
from cli.reviewing.scratch import Scratch, scratch
from cli.workspace import Workspace
from local_cloud import process
from local_cloud.free_ports import free_ports
from local_cloud.process import RunningCloud
from local_cloud.settings import SEED, LocalCloudSettings
from review.assessment import EngineResults, assess
from review.model import Review

Progress = Callable[[str], None]
"""Told each stage's name as it begins."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to review. Commits are full hashes."""

    stack: str
    base: str
    head: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The review, and what it took: seconds by stage, in order.

    ``placeholders`` are secrets of the configuration that stood for unknown values.
    """

    review: Review
    placeholders: tuple[str, ...]
    stages: dict[str, float] = field(default_factory=dict[str, float])


def question(workspace: Workspace, *, base: str, head: str, stack: str) -> Question:
    """Find the commits: the head, and where it left the base. Raises UnknownRevisionError."""
    last = revisions.commit_of(workspace.root, head)
    left = revisions.merge_base(workspace.root, revisions.commit_of(workspace.root, base), last)
    return Question(stack=stack, base=left, head=last)


def review(workspace: Workspace, asked: Question, *, progress: Progress) -> Answer:
    """Run the whole review. Raises ReviewError when there can be no report."""
    clock = Clock(progress)
    with scratch() as aside:
        base, head = aside.folder / "base", aside.folder / "head"
        clock.begins("copies of both commits")
        for commit, tree in ((asked.base, base), (asked.head, head)):
            revisions.copy_of(workspace.root, commit, tree)
        deployed = deployed_base(workspace, aside, base, asked, clock)
        clock.begins("preview of the head")
        wanted, judged = reviewed_head(
            deployed, head, head=asked.head, day=revisions.day_of(workspace.root, asked.head)
        )
        clock.begins("removal of everything")
    clock.ends()
    unknown = {*deployed.configured.placeholders, *wanted.placeholders}
    return Answer(review=judged, placeholders=tuple(sorted(unknown)), stages=clock.seconds)


@dataclass(frozen=True, kw_only=True)
class DeployedBase:
    """A base on its throw-away cloud, for any number of heads. ``state`` is as it was deployed."""

    engine: Engine
    configured: stack_file.StackFile
    state: tuple[Mapping[str, Any], ...]
    root: Path
    asked: Question


def deployed_base(
    workspace: Workspace, aside: Scratch, base: Path, asked: Question, clock: Clock
) -> DeployedBase:
    """Deploy a copy of the base; it goes with the scratch folder.

    Raises NoStackError and BaseNotDeployableError.
    """
    configured = stack_file.prepare(base, asked.stack, side="base")
    clock.begins("throw-away local cloud")
    cloud = _start_cloud(workspace, aside, configured)
    engine = Engine(aside, cloud, stack=asked.stack, executables=workspace.executables)
    clock.begins("deployment of the base")
    state = engine.deploy(base, commit=asked.base)
    return DeployedBase(
        engine=engine,
        configured=configured,
        state=tuple(state["checkpoint"]["latest"]["resources"]),
        root=base,
        asked=asked,
    )


def reviewed_head(
    deployed: DeployedBase,
    tree: Path,
    *,
    head: str,
    name: str = "preview",
    guardrails: bool = True,
    day: date | None = None,
) -> tuple[stack_file.StackFile, Review]:
    """Preview a copy of a head and judge it. Changes nothing that is deployed."""
    asked = deployed.asked
    wanted = stack_file.prepare(tree, asked.stack, side="head")
    preview = deployed.engine.preview(tree, name=name, guardrails=guardrails, day=day)
    results = EngineResults(
        state=deployed.state,
        events=preview.events,
        plan=preview.plan,
        failures=tuple(failures_in(preview.events)),
        base_root=deployed.root,
        head_root=tree,
        region=deployed.configured.region,
    )
    return wanted, assess(results, stack=asked.stack, base=asked.base, head=head)


def _start_cloud(
    workspace: Workspace, aside: Scratch, configured: stack_file.StackFile
) -> RunningCloud:
    aws_port, snowflake_port = free_ports(2)
    cloud = process.start(
        LocalCloudSettings(
            home=aside.folder / "cloud",
            region=configured.region,
            account_id=configured.account_id,
            aws_port=aws_port,
            snowflake_port=snowflake_port,
            tool_directory=workspace.state,
        ),
        # What its libraries put aside goes with the folder, too.
        environment={SEED: "review", "TMPDIR": str(aside.temporary)},
    )
    aside.register(cloud.pid)
    return cloud


class Clock:
    """Tells of stages and measures them."""

    def __init__(self, progress: Progress = lambda _: None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._stage: str | None = None
        self._since = time.monotonic()

    def begins(self, stage: str) -> None:
        self.ends()
        self._stage = stage
        self._progress(stage)

    def ends(self) -> None:
        now = time.monotonic()
        if self._stage is not None:
            self.seconds[self._stage] = now - self._since
        self._since = now
        self._stage = None
