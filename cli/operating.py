"""A deployed stack as an operator works with it: on this laptop or in AWS, under one role.

The stack's operator role has the rights of these commands and no more, so a missing permission
shows on the laptop.
"""

from __future__ import annotations

import getpass
import json
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cli.errors import CommandError
from cli.local_target import STACK, open_target
from cli.stations import Stations
from cli.workspace import Workspace
from tarn.contract.model import Contract, ContractCatalog

SESSION_SECONDS = 3600
"""The longest session that AWS gives to a role assumed from another role's session."""


class StackOutputsError(CommandError):
    """A stack's exports cannot be read, so nothing is known of where it is."""

    def __init__(self, *, stack: str, reason: str) -> None:
        super().__init__(
            f"The outputs of stack '{stack}' cannot be read: {reason}\n"
            "Log in to the backend that holds it (`pulumi login`), deploy it (docs/deploy.md), "
            "or name another one with --stack."
        )


class NotAnOperatorError(CommandError):
    """The caller may not act as the stack's operator."""

    def __init__(self, *, role: str, reason: str) -> None:
        super().__init__(
            f"Nobody could act as {role}: {reason}\n"
            "These commands work under that role. Give your user or role sts:AssumeRole on it, "
            "and check that your AWS credentials are those of the stack's account."
        )


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A stack, an operator's way to it, and who that operator is (an ARN)."""

    stations: Stations
    operator: str

    def contracts(self) -> ContractCatalog:
        """Read the contracts that are deployed now."""
        uri = str(self.stations.outputs["contractsUri"])
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        body = self.stations.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return ContractCatalog.from_json(body.decode())

    def contract(self, dataset: str) -> Contract:
        """Return the deployed contract of a dataset; UnknownDatasetError when there is none."""
        from cli.errors import UnknownDatasetError

        contracts = self.contracts()
        if dataset not in self.stations.datasets:
            raise UnknownDatasetError(dataset, self.stations.datasets)
        return contracts[dataset]


def open_operation(workspace: Workspace, *, stack: str) -> Operation:
    """Act as the operator of a stack.

    Raises NoLocalCloudError, StackOutputsError or NotAnOperatorError.
    """
    stations = open_target(workspace).stations if stack == STACK else _deployed(workspace, stack)
    role = str(stations.outputs["operatorRoleArn"])
    sts = stations.client("sts")
    try:
        caller = str(sts.get_caller_identity()["Arn"])
        answer = sts.assume_role(
            RoleArn=role,
            RoleSessionName=re.sub(r"[^\w+=,.@-]", "-", f"tarn-{getpass.getuser()}")[:64],
            DurationSeconds=SESSION_SECONDS,
        )
    except (BotoCoreError, ClientError) as error:
        raise NotAnOperatorError(role=role, reason=str(error)) from error
    return Operation(stations=_with_credentials(stations, answer["Credentials"]), operator=caller)


def _with_credentials(stations: Stations, credentials: Mapping[str, str]) -> Stations:
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=str(stations.outputs["region"]),
    )
    return replace(stations, session=session)


def _deployed(workspace: Workspace, stack: str) -> Stations:
    command = ["pulumi", "stack", "output", "--json", "--stack", stack, "--non-interactive"]
    try:
        answer = subprocess.run(  # noqa: S603 - no shell; the stack's name is one argument
            command, cwd=workspace.root, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise StackOutputsError(stack=stack, reason=str(error)) from error
    if answer.returncode:
        raise StackOutputsError(stack=stack, reason=answer.stderr.strip())
    outputs = cast("dict[str, Any]", json.loads(answer.stdout))
    if "operatorRoleArn" not in outputs:
        raise StackOutputsError(stack=stack, reason="it was deployed before there were operators")
    make = cast("Callable[..., boto3.Session]", boto3.Session)
    return Stations(
        outputs=outputs, session=make(region_name=str(outputs["region"])), endpoint=None
    )
