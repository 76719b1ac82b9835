"""The local cloud of this checkout as a deployment target: start it, find it, ask it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3

from cli.engine import open_stack, state_folder
from cli.errors import NoLocalCloudError
from cli.snowflake_session import SnowflakeConnection
from cli.stations import Stations
from cli.workspace import Workspace
from local_cloud import process
from local_cloud.process import RunningCloud
from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    SNOWFLAKE_ADMIN,
    SNOWFLAKE_ADMIN_PASSWORD,
    LocalCloudSettings,
)

STACK = "local"
AWS_PORT = 4566
SNOWFLAKE_PORT = 4567


@dataclass(frozen=True, kw_only=True)
class LocalTarget:
    """A stack deployed on a running local cloud."""

    stations: Stations
    snowflake: SnowflakeConnection


def local_settings(workspace: Workspace, *, region: str = "us-east-1") -> LocalCloudSettings:
    """Return the settings of this checkout's local cloud.

    TARN_AWS_PORT and TARN_SNOWFLAKE_PORT move it when another program holds the default ports.
    """
    return LocalCloudSettings(
        home=workspace.local_home,
        region=region,
        aws_port=int(os.environ.get("TARN_AWS_PORT", AWS_PORT)),
        snowflake_port=int(os.environ.get("TARN_SNOWFLAKE_PORT", SNOWFLAKE_PORT)),
    )


def running_cloud(workspace: Workspace) -> RunningCloud:
    """Return the running local cloud. Raises NoLocalCloudError when there is none."""
    cloud = process.status(local_settings(workspace))
    if cloud is None:
        raise NoLocalCloudError
    return cloud


def save_outputs(workspace: Workspace, cloud: RunningCloud, outputs: Mapping[str, object]) -> None:
    """Keep the stack's exports beside its state, so that commands need not ask the engine."""
    path = state_folder(workspace, cloud) / "outputs.json"
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(outputs, indent=2, sort_keys=True))
    aside.replace(path)


def open_target(workspace: Workspace) -> LocalTarget:
    """Return the deployed local stack. Raises NoLocalCloudError when nothing is deployed."""
    cloud = running_cloud(workspace)
    state = state_folder(workspace, cloud)
    path = state / "outputs.json"
    if not _is_current(path, state):
        # The stack was deployed with plain `pulumi` since: the engine knows its exports.
        stack = open_stack(workspace, cloud, stack=STACK)
        exports = {name: output.value for name, output in stack.outputs().items()}
        if not exports:
            raise NoLocalCloudError
        save_outputs(workspace, cloud, exports)
    return target_of(cloud, cast("dict[str, Any]", json.loads(path.read_text())))


def _is_current(outputs: Path, state: Path) -> bool:
    if not outputs.is_file():
        return False
    written = outputs.stat().st_mtime
    return all(stack.stat().st_mtime <= written for stack in state.glob(".pulumi/stacks/**/*.json"))


def target_of(cloud: RunningCloud, outputs: Mapping[str, Any]) -> LocalTarget:
    """Build the ways to ask a stack that was deployed with these outputs."""
    session = boto3.Session(
        aws_access_key_id=ROOT_ACCESS_KEY_ID,
        aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
        region_name=cloud.region,
    )
    stations = Stations(outputs=outputs, session=session, endpoint=cloud.aws_endpoint)
    connection = SnowflakeConnection(
        parameters={
            "account": "LOCAL",
            "user": SNOWFLAKE_ADMIN,
            "password": SNOWFLAKE_ADMIN_PASSWORD,
            "host": cloud.host,
            "port": cloud.snowflake_port,
            "protocol": "http",
            "role": "ACCOUNTADMIN",
            "warehouse": outputs["snowflakeWarehouse"],
            "database": outputs["snowflakeDatabase"],
        }
    )
    return LocalTarget(stations=stations, snowflake=connection)
