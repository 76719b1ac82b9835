"""Apply what was reviewed, or stop and say what differs.

Works on whatever the environment points to: the state of PULUMI_BACKEND_URL, with the credentials
that are there. Nothing is applied until three things hold: the stack is as it was deployed, the
plan for it is the change that was reviewed, and no guardrail refuses it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml

from cli.errors import CommandError
from cli.reviewing.engine import POLICY_PACK, events_in, failures_in
from cli.reviewing.stack_file import account_of
from cli.workspace import Workspace
from review.assessment import EngineResults, assess
from review.comparison import differences
from review.model import Review

_STREAMED: Final = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true", "PULUMI_SKIP_UPDATE_CHECK": "1"}
_STACK: Final = "pulumi:pulumi:Stack"

Event = Mapping[str, Any]


class NotAsReviewedError(CommandError):
    """Nothing was applied, because it would not be what somebody looked at."""

    def __init__(self, *, stack: str, problem: str, found: Iterable[str], next_step: str) -> None:
        self.found = tuple(found)
        listed = "\n".join(f"  {one}" for one in self.found)
        super().__init__(f"Nothing was applied to '{stack}': {problem}\n{listed}\n{next_step}")


class PlanNotAppliedError(CommandError):
    """The engine stopped while it applied the plan."""

    def __init__(self, *, stack: str) -> None:
        super().__init__(
            f"Pulumi stopped while it applied the plan to '{stack}'; its messages are above. What "
            "it did until then is done. Mend what it names, then review and deploy again: the rest "
            "is a change of its own, with a review of its own."
        )


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a deployment would do now: the model of it, and the engine's plan in a file."""

    review: Review
    account: str
    plan: Path


def refuse_unfit(reviewed: Review, *, stack: str) -> None:
    """Refuse a review of another stack, or one that said that nothing can be deployed.

    Raises NotAsReviewedError.
    """
    found = [f"it is a review of '{reviewed.stack}'."] if reviewed.stack != stack else []
    found += [f"it failed: {failure.message}" for failure in reviewed.failures]
    stops = [*reviewed.stops, *(stop for change in reviewed.changes for stop in change.stops)]
    found += [f"{stop.by} stops it: {stop.sentence}" for stop in stops if stop.mandatory]
    if found:
        raise NotAsReviewedError(
            stack=stack,
            problem="the review does not allow it.",
            found=found,
            next_step="Mend what it names, and have the change reviewed again.",
        )


class Deployer:
    """Drives the engine for one stack of a checkout, as the environment has it."""

    def __init__(self, workspace: Workspace, *, stack: str, scratch: Path) -> None:
        self._workspace = workspace
        self._stack = stack
        self._scratch = scratch
        self._policies = ("--policy-pack", str(workspace.root / POLICY_PACK))

    def drift(self) -> list[str]:
        """Say which resources are not as they were deployed. Raises NotAsReviewedError."""
        return sorted(drifted(self._events("refresh", "--preview-only", "--json")))

    def plan(self, reviewed: Review) -> Planned:
        """Preview the checkout against the stack and keep the plan. Raises NotAsReviewedError."""
        state = self._state()
        file = self._scratch / "plan.json"
        events = self._events("preview", "--json", "--save-plan", str(file), *self._policies)
        exported = next((one for one in state if one["type"] == _STACK), {})
        account = str((exported.get("outputs") or {}).get("accountId", ""))
        results = EngineResults(
            state=tuple(state),
            events=tuple(events),
            plan=json.loads(file.read_text()).get("resourcePlans", {}),
            failures=(),
            base_root=self._workspace.root,
            head_root=self._workspace.root,
            region=str((exported.get("outputs") or {}).get("region", "")),
        )
        model = assess(results, stack=self._stack, base=reviewed.base, head=reviewed.head)
        return Planned(review=model, account=account, plan=file)

    def apply(self, planned: Planned) -> None:
        """Apply exactly the plan. Raises PlanNotAppliedError.

        The engine previews under the plan first: it refuses a plan that no longer fits before it
        touches anything, where `--skip-preview` would notice half-way.
        """
        command = ("up", "--yes", "--plan", str(planned.plan), *self._policies)
        done = self._pulumi(*command, output=None)
        if done.returncode != 0:
            raise PlanNotAppliedError(stack=self._stack)

    def _state(self) -> list[dict[str, Any]]:
        done = self._pulumi("stack", "export", output=subprocess.PIPE)
        if done.returncode != 0:
            self._stop("Pulumi does not give its state.", [done.stderr.strip()])
        resources = json.loads(done.stdout)["deployment"].get("resources") or []
        return cast("list[dict[str, Any]]", resources)

    def _events(self, *arguments: str) -> list[dict[str, Any]]:
        done = self._pulumi(*arguments, output=subprocess.PIPE)
        events = events_in(done.stdout)
        if done.returncode != 0:
            said = [message for _, message in failures_in(events)]
            said += [f"{rule}: {message}" for rule, message in refusals(events)]
            self._stop(f"`pulumi {arguments[0]}` fails.", said or [done.stderr.strip()])
        return events

    def _stop(self, problem: str, found: list[str]) -> None:
        raise NotAsReviewedError(
            stack=self._stack,
            problem=problem,
            found=found,
            next_step="Mend what is named above and run the command again.",
        )

    def _pulumi(self, *arguments: str, output: int | None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - words of ours, paths of ours, a stack's name
            ["pulumi", "--non-interactive", *arguments, "--stack", self._stack],  # noqa: S607
            cwd=self._workspace.root,
            env={**os.environ, **_STREAMED},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            check=False,
        )


def deploy(workspace: Workspace, reviewed: Review, *, stack: str, dry_run: bool) -> Iterator[str]:
    """Apply the reviewed change, telling each stage. Raises NotAsReviewedError."""
    refuse_unfit(reviewed, stack=stack)
    with tempfile.TemporaryDirectory(prefix="tarn-deploy-") as folder:
        deployer = Deployer(workspace, stack=stack, scratch=Path(folder))
        yield "looking whether the stack is as it was deployed"
        _refuse_drift(deployer.drift(), stack=stack)
        yield "planning"
        planned = deployer.plan(reviewed)
        _refuse_other_change(workspace, reviewed, planned, stack=stack)
        count = sum(len(change.urns) for change in planned.review.changes)
        yield f"the plan is what was reviewed ({count} resources)"
        if not dry_run and count:
            yield "applying the plan"
            deployer.apply(planned)


def _refuse_drift(found: list[str], *, stack: str) -> None:
    if found:
        raise NotAsReviewedError(
            stack=stack,
            problem="somebody changed it by other means since it was deployed, and the review did "
            "not know that.",
            found=found,
            next_step="Undo it there, or run `pulumi refresh` and review what has to follow.",
        )


def _refuse_other_change(
    workspace: Workspace, reviewed: Review, planned: Planned, *, stack: str
) -> None:
    file = workspace.root / f"Pulumi.{stack}.yaml"
    config = (yaml.safe_load(file.read_text()) or {}).get("config") or {}
    found = differences(
        reviewed,
        planned.review,
        reviewed_account=account_of(config),
        planned_account=planned.account,
    )
    if found:
        raise NotAsReviewedError(
            stack=stack,
            problem="the plan is another change than the one that was reviewed.",
            found=[one.sentence for one in found],
            next_step="Bring the branch up to date with what is deployed, and have it reviewed "
            "again.",
        )


def drifted(events: Iterable[Event]) -> Iterator[str]:
    """Say what a refresh found otherwise; outputs alone, which nobody declared, do not count."""
    for event in events:
        metadata = event.get("resOutputsEvent", {}).get("metadata") or {}
        name = str(metadata.get("urn", "")).rsplit("::", 1)[-1]
        detailed = cast("Mapping[str, Any]", metadata.get("detailedDiff") or {})
        changed = [path for path, one in sorted(detailed.items()) if one.get("inputDiff")]
        if not detailed and metadata.get("op") == "update":
            changed = sorted(map(str, metadata.get("diffs") or ()))
        if metadata.get("op") == "delete":
            yield f"{name} is gone."
        elif changed:
            yield f"{name} has another {', '.join(changed)}."


def refusals(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Return the guardrails that refuse, each with its message."""
    for event in events:
        policy = event.get("policyEvent")
        if policy and policy["enforcementLevel"] == "mandatory":
            yield str(policy["policyName"]), str(policy["message"]).strip()
