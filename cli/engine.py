"""Drive the Pulumi engine for a stack that lives in the local cloud.

Owns the environment in which the engine runs (state beside the local cloud, local provider
plugins, loopback endpoints) and the translation of its events into progress and errors.
Does not own what is deployed: that is the program in infra/.
"""

from __future__ import annotations

import json
import shutil
import stat
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from pulumi import automation
from pulumi.automation import events

from cli.errors import DeploymentError, EngineBusyError
from cli.workspace import Workspace
from local_cloud.process import RunningCloud
from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    SNOWFLAKE_ADMIN,
    SNOWFLAKE_ADMIN_PASSWORD,
)

PROVIDERS = {"aws": "pulumi-aws", "snowflake": "pulumi-snowflake"}
"""Provider name -> the Python package whose version names the plugin."""


UNFINISHED = "first-deployment-unfinished"
"""A file in the state's folder; see first_deployment."""


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


def install_plugins(workspace: Workspace) -> None:
    """Put the local provider plugins where the engine of a local stack looks first.

    Each is a small script of this environment's Python, in the folder that the engine expects
    for the version of the provider's package; so the real plugins are never asked.
    """
    for provider, package in PROVIDERS.items():
        folder = workspace.pulumi_home / "plugins" / f"resource-{provider}-v{version(package)}"
        folder.mkdir(parents=True, exist_ok=True)
        executable = folder / f"pulumi-resource-{provider}"
        text = f'#!/bin/sh\nexec "{sys.executable}" -m local_cloud.providers.{provider} "$@"\n'
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
    return {
        "PATH": workspace.executables,
        "PULUMI_HOME": str(workspace.pulumi_home),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "local",
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
    return workspace.local_home / "state" / cloud.instance_id


def forget_other_states(workspace: Workspace, cloud: RunningCloud) -> None:
    """Remove the states of clouds that are gone: what they describe exists no more."""
    for folder in state_folder(workspace, cloud).parent.glob("*"):
        if folder.name != cloud.instance_id:
            shutil.rmtree(folder)


@contextmanager
def first_deployment(state: Path) -> Generator[None]:
    """Mark a state while its first deployment runs; the mark of a killed engine stays."""
    mark = state / UNFINISHED
    mark.touch()
    try:
        yield
    finally:
        mark.unlink()


def is_unfinished(state: Path) -> bool:
    """Tell whether the first deployment into this state was killed: it then describes nothing."""
    return (state / UNFINISHED).exists()


def release_dead_locks(state: Path) -> None:
    """Remove the locks that a killed engine left on a state in a local file.

    Raises EngineBusyError when the engine that holds one still runs.
    """
    for lock in state.glob(".pulumi/locks/**/*.json"):
        holder = int(json.loads(lock.read_text()).get("pid", 0))
        if holder and Path(f"/proc/{holder}").exists():
            raise EngineBusyError(pid=holder)
        lock.unlink()


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

    Without ``checkpoints`` the engine writes the state once, at its end, instead of after every
    step (pulumi/pulumi#10668: each writes the whole state), and a killed engine leaves none.
    """
    install_plugins(workspace)
    environment = engine_environment(workspace, cloud)
    if not checkpoints:
        environment |= {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "true"}
    release_dead_locks(state_folder(workspace, cloud))
    options = automation.LocalWorkspaceOptions(
        env_vars=environment,
        pulumi_home=str(workspace.pulumi_home),
        pulumi_command=automation.PulumiCommand(root=None, skip_version_check=True),
    )
    return automation.create_or_select_stack(
        stack_name=stack, work_dir=str(workspace.root), opts=options
    )


def deploy(stack: automation.Stack, *, on_progress: Callable[[int, str], None]) -> Deployment:
    """Run `pulumi up` and return what changed.

    ``on_progress`` gets the number of resources done and the name of the last one.
    Raises DeploymentError with the engine's own diagnostics.
    """
    collected = _Events(on_progress=on_progress)
    try:
        result = stack.up(on_event=collected, suppress_outputs=True, show_secrets=False)
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
