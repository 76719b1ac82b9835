"""The real engine on a throw-away stack: deploy the base, preview the head."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import yaml

from cli.engine import WITHOUT_CHECKPOINTS, environment_of, install_plugins
from cli.reviewing.errors import BaseNotDeployableError
from cli.reviewing.scratch import Scratch
from local_cloud.process import RunningCloud

POLICY_PACK: Final = "guardrails"
NAMED_ONLY: Final = "TARN_LAYERS_NAMED_ONLY"
"""See infra/archives/layer.py: nobody runs what a review deploys, so no layer is built."""
_NOT_OURS: Final = ("AWS_", "PULUMI_", "SNOWFLAKE_", "TARN_", "HTTP_PROXY", "HTTPS_PROXY")

GUARDRAILS_DAY: Final = "TARN_GUARDRAILS_DAY"
"""See guardrails/pack.py."""
_ENDED: Final = "program exited with non-zero exit code: 1"
_STOPPED: Final = "preview failed"
"""What the engine says when only a guardrail stops the head; the guardrail is told by itself."""

Event = Mapping[str, Any]
"""One of the engine's events, as `apitype.EngineEvent` in pulumi/pulumi."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the engine said of the head. ``plan`` is its saved plan, empty when it stopped."""

    events: tuple[Event, ...]
    plan: Mapping[str, Any]


class Engine:
    """One stack, in a state of its own, on a local cloud."""

    def __init__(
        self, scratch: Scratch, cloud: RunningCloud, *, stack: str, executables: str
    ) -> None:
        self._scratch = scratch
        self._stack = stack
        self._state = scratch.folder / "pulumi-state"
        home = scratch.folder / "pulumi-home"
        install_plugins(home)
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(_NOT_OURS)
        }
        self._environment = {
            **inherited,
            **environment_of(cloud, executables=executables, pulumi_home=home, state=self._state),
            # What a killed run leaves is removed with everything.
            **WITHOUT_CHECKPOINTS,
            NAMED_ONLY: "1",
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
            "TMPDIR": str(scratch.temporary),
        }

    def deploy(self, tree: Path, *, commit: str) -> Mapping[str, Any]:
        """Deploy a copy of a commit and return the state.

        Raises BaseNotDeployableError with the engine's diagnostics.
        """
        file = self._new_state(tree)
        events, status = self._run(tree, ("up", "--yes", "--skip-preview", "--json"), name="up")
        if status != 0:
            failures = [message for _, message in failures_in(events)]
            raise BaseNotDeployableError(stack=self._stack, commit=commit, failures=failures)
        state = file.read_text()
        file.write_text(json.dumps(_unprotected(json.loads(state))))
        return cast("dict[str, Any]", json.loads(state))

    def preview(
        self, tree: Path, *, name: str = "preview", guardrails: bool = True, day: date | None = None
    ) -> Preview:
        """Preview a copy of a commit against what is deployed, under its own guardrails.

        ``day`` is the commit's: the guardrails' waivers expire, and a review must not change.
        """
        plan = self._scratch.folder / f"{name}.plan"
        arguments = ["preview", "--json", "--save-plan", str(plan)]
        if guardrails and (tree / POLICY_PACK / "PulumiPolicy.yaml").is_file():
            arguments += ["--policy-pack", str(tree / POLICY_PACK)]
        told = {GUARDRAILS_DAY: day.isoformat()} if day else {}
        events, _ = self._run(tree, arguments, name=name, more=told)
        content = json.loads(plan.read_text()) if plan.is_file() else {}
        return Preview(events=tuple(events), plan=content.get("resourcePlans", {}))

    def _new_state(self, tree: Path) -> Path:
        """Write the state of a new stack, which `pulumi stack init` takes a second for."""
        project = yaml.safe_load((tree / "Pulumi.yaml").read_text())["name"]
        file = self._state / ".pulumi" / "stacks" / project / f"{self._stack}.json"
        file.parent.mkdir(parents=True)
        checkpoint = {"stack": f"organization/{project}/{self._stack}", "latest": None}
        file.write_text(json.dumps({"version": 3, "checkpoint": checkpoint}))
        return file

    def _run(
        self,
        tree: Path,
        arguments: Iterable[str],
        *,
        name: str,
        more: Mapping[str, str] | None = None,
    ) -> tuple[list[dict[str, Any]], int]:
        # A newer engine's language host looks for the environment that Pulumi.yaml names.
        environment = tree / ".venv"
        if not environment.exists():
            environment.symlink_to(sys.prefix)
        output = self._scratch.folder / f"{name}.events"
        child = self._scratch.start(
            ["pulumi", "--non-interactive", *arguments, "--stack", self._stack],
            cwd=tree,
            # The commit's own code, before that of the checkout that is installed.
            environment={**self._environment, **(more or {}), "PYTHONPATH": str(tree)},
            output=output,
        )
        status = child.wait()
        events = events_in(output.read_text())
        said = output.with_suffix(".errors").read_text().strip()
        if status != 0 and not _errors(events):
            message = said or f"the engine ended with status {status}"
            events.append({"diagnosticEvent": {"severity": "error", "message": message}})
        return events, status


def _unprotected(state: dict[str, Any]) -> dict[str, Any]:
    """Take protection out of a state: it is reported, and the engine has to go on."""
    for resource in state["checkpoint"]["latest"]["resources"]:
        resource.pop("protect", None)
    return state


def events_in(printed: str) -> list[dict[str, Any]]:
    """Return the events that the engine printed with `--json`, one a line."""
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def failures_in(events: Iterable[Event]) -> list[tuple[str, str]]:
    """Return the errors among events, each with the URN it is about ("" is the program).

    A refused resource ends the program, which says so in its own words; these are left out.
    """
    events = list(events)
    found = [(_urn_of(one), str(one["message"]).strip()) for one in _errors(events)]
    if any("policyEvent" in event for event in events):
        found = [one for one in found if one[1] != _STOPPED]
    of_resources = [one for one in found if one[0]]
    telling = [one for one in found if not one[1].endswith(_ENDED)]
    return list(dict.fromkeys(of_resources or telling or found))


def _errors(events: Iterable[Event]) -> list[Mapping[str, Any]]:
    diagnostics = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    return [one for one in diagnostics if one["severity"] == "error"]


def _urn_of(diagnostic: Mapping[str, Any]) -> str:
    urn = str(diagnostic.get("urn", ""))
    return "" if "::pulumi:pulumi:Stack::" in urn else urn
