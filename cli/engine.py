"""Drive the Pulumi engine for a stack that lives in the local cloud.

Owns the environment in which the engine runs (state beside the local cloud, local provider
plugins, loopback endpoints) and the translation of its events into progress and errors.
Does not own what is deployed: that is the program in infra/.
"""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from pulumi import automation
from pulumi.automation import events

from cli.errors import DeploymentError, EngineBusyError
from cli.workspace import Workspace
from local_cloud.local_state import state_of
from local_cloud.process import RunningCloud
from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    SNOWFLAKE_ADMIN,
    SNOWFLAKE_ADMIN_PASSWORD,
)

PROVIDERS = {"aws": "pulumi-aws", "snowflake": "pulumi-snowflake"}
"""Provider name -> the Python package whose version names the plugin."""

PASSPHRASE = "local"  # noqa: S105 - what a local stack keeps is no secret
"""Opens the secrets of stacks in a local cloud."""

WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""The engine writes the state once, at its end, instead of after every step; a killed engine leaves
none. (pulumi/pulumi#10668: each step writes the whole state.)"""

PROJECT = "tarn"
"""The name in Pulumi.yaml, under which the engine keeps the stacks."""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What one `up` did. Counts are resources; ``outputs`` are the stack's exports."""

    created: int
    updated: int
    deleted: int
    replaced: int
    unchanged: int
    outputs: Mapping[str, object]

    @property
    def changed(self) -> int:
        """How many resources were touched."""
        return self.created + self.updated + self.deleted + self.replaced


def install_plugins(pulumi_home: Path) -> None:
    """Put the local provider plugins where the engine of a local stack looks first.

    Each is a small script of this environment's Python, in the folder that the engine expects
    for the version of the provider's package; so the real plugins are never asked. Whatever
    program the engine runs, the plugins are those of this checkout.
    """
    checkout = Path(__file__).resolve().parents[1]
    for provider, package in PROVIDERS.items():
        folder = pulumi_home / "plugins" / f"resource-{provider}-v{version(package)}"
        folder.mkdir(parents=True, exist_ok=True)
        executable = folder / f"pulumi-resource-{provider}"
        text = (
            "#!/bin/sh\nexport TARN_ENGINE_PID=$PPID\n"
            f'export PYTHONPATH="{checkout}"\n'
            f'exec "{sys.executable}" -m local_cloud.providers.{provider} "$@"\n'
        )
        if not executable.is_file() or executable.read_text() != text:
            executable.write_text(text)
            executable.chmod(executable.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP)


def engine_environment(workspace: Workspace, cloud: RunningCloud) -> dict[str, str]:
    """Return the variables that point Pulumi, boto3 and the AWS CLI at the local cloud.

    The state is bound to the cloud's instance: a cloud that was killed takes its resources with
    it, so the next one starts with an empty state instead of one that describes nothing.
    """
    state = state_folder(workspace, cloud)
    state.mkdir(parents=True, exist_ok=True)
    return environment_of(
        cloud, executables=workspace.executables, pulumi_home=workspace.pulumi_home, state=state
    )


def environment_of(
    cloud: RunningCloud, *, executables: str, pulumi_home: Path, state: Path
) -> dict[str, str]:
    """Return the variables for an engine with its own folders, on a local cloud."""
    return {
        "PATH": executables,
        "PULUMI_HOME": str(pulumi_home),
        # Without metadata files: the engine's library writes them in place, and one that was cut
        # off by a kill keeps every later command from reading the state ("EOF").
        "PULUMI_BACKEND_URL": f"file://{state}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ENDPOINT_URL": cloud.aws_endpoint,
        "AWS_ACCESS_KEY_ID": ROOT_ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET_ACCESS_KEY,
        "AWS_REGION": cloud.region,
        "AWS_DEFAULT_REGION": cloud.region,
        "SNOWFLAKE_HOST": cloud.host,
        "SNOWFLAKE_PORT": str(cloud.snowflake_port),
        "SNOWFLAKE_PROTOCOL": "http",
        "SNOWFLAKE_ORGANIZATION_NAME": "TARN",
        "SNOWFLAKE_ACCOUNT_NAME": "LOCAL",
        "SNOWFLAKE_USER": SNOWFLAKE_ADMIN,
        "SNOWFLAKE_PASSWORD": SNOWFLAKE_ADMIN_PASSWORD,
        "SNOWFLAKE_ROLE": "ACCOUNTADMIN",
    }


def state_folder(workspace: Workspace, cloud: RunningCloud) -> Path:
    """Return the folder of the Pulumi state that belongs to this instance of the cloud."""
    return state_of(workspace.local_home, cloud.instance_id)


def release_dead_locks(state: Path) -> None:
    """Remove the locks that a killed engine left on a state in a local file.

    Raises EngineBusyError when the engine that holds one still runs.
    """
    for lock in state.glob(".pulumi/locks/**/*.json"):
        holder = _holder(lock)
        if holder is not None:
            raise EngineBusyError(pid=holder)
        lock.unlink(missing_ok=True)


def _holder(lock: Path) -> int | None:
    """The engine that holds a lock, or None: it ended, or was killed while it wrote the lock."""
    try:
        pid = int(json.loads(lock.read_text()).get("pid", 0))
        program = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return None
    # The number of a dead engine is given to another program sooner or later.
    return pid if program == "pulumi" else None


@dataclass
class _Events:
    """Collects what matters of the engine's events."""

    on_progress: Callable[[int, str], None]
    done: int = 0
    failures: list[str] = field(default_factory=list[str])

    def __call__(self, event: events.EngineEvent) -> None:
        if event.res_outputs_event is not None:
            self.done += 1
            self.on_progress(self.done, event.res_outputs_event.metadata.urn.rsplit("::", 1)[-1])
        diagnostic = event.diagnostic_event
        if diagnostic is not None and diagnostic.severity == "error":
            self.failures.append(_one_failure(diagnostic))


def _one_failure(diagnostic: events.DiagnosticEvent) -> str:
    name = diagnostic.urn.rsplit("::", 1)[-1] if diagnostic.urn else "the program"
    return f"{name}: {diagnostic.message.strip()}"


def open_stack(
    workspace: Workspace, cloud: RunningCloud, *, stack: str, checkpoints: bool = True
) -> automation.Stack:
    """Select the stack, made when it is new.

    Without ``checkpoints`` it is quicker, and a killed engine leaves no state.
    """
    install_plugins(workspace.pulumi_home)
    environment = engine_environment(workspace, cloud)
    if not checkpoints:
        environment |= WITHOUT_CHECKPOINTS
    release_dead_locks(state_folder(workspace, cloud))
    options = automation.LocalWorkspaceOptions(
        env_vars=environment,
        pulumi_home=str(workspace.pulumi_home),
        pulumi_command=automation.PulumiCommand(root=None, skip_version_check=True),
    )
    return automation.create_or_select_stack(
        stack_name=stack, work_dir=str(workspace.root), opts=options
    )


def deploy(
    stack: automation.Stack, *, on_progress: Callable[[int, str], None], refresh: bool = False
) -> Deployment:
    """Run `pulumi up` and return what changed.

    ``on_progress`` gets the number of resources done and the name of the last one. ``refresh``
    first asks the cloud for everything that the state names.
    Raises DeploymentError with the engine's own diagnostics.
    """
    collected = _Events(on_progress=on_progress)
    try:
        result = stack.up(
            on_event=collected, suppress_outputs=True, show_secrets=False, refresh=refresh
        )
    except automation.CommandError as error:
        failures = collected.failures or [str(error)]
        raise DeploymentError(stack=stack.name, failures=failures) from error
    changes = {
        str(getattr(name, "value", name)): count
        for name, count in (result.summary.resource_changes or {}).items()
    }
    return Deployment(
        created=changes.get("create", 0),
        updated=changes.get("update", 0),
        deleted=changes.get("delete", 0),
        replaced=changes.get("replace", 0) + changes.get("create-replacement", 0),
        unchanged=changes.get("same", 0),
        outputs={name: output.value for name, output in result.outputs.items()},
    )
