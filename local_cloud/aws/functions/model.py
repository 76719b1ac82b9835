"""Values of the function room: what runs, what is asked of it, what came out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction


@dataclass(frozen=True, kw_only=True)
class FunctionConfiguration:
    """A deployed function as a worker needs it. Equal configurations share warm workers."""

    arn: str
    name: str
    version: str
    account_id: str
    region: str
    handler: str
    runtime: str
    role: str
    timeout: int
    memory_mb: int
    storage_mb: int
    """Of /tmp."""
    environment: tuple[tuple[str, str], ...]
    code_sha256: str
    layers: tuple[str, ...]
    log_group: str

    @property
    def fingerprint(self) -> str:
        """Return a digest that changes with anything a worker was started with."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class FunctionCode:
    """Where the extracted code of a function and of its layers is."""

    task: Path
    layers: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class InvocationResult:
    """What an invocation answered. ``error`` is None, or the kind of ``FunctionError``."""

    payload: bytes
    error: str | None
    log_tail: bytes
    duration_ms: float
    request_id: str

    @property
    def succeeded(self) -> bool:
        """Whether the handler returned."""
        return self.error is None


def configuration_of(function: LambdaFunction) -> FunctionConfiguration:
    """Read the configuration of a function that moto holds."""
    environment: Mapping[str, str] = function.environment_vars
    return FunctionConfiguration(
        arn=function.function_arn,
        name=function.function_name,
        version=str(function.version) if str(function.version).isdigit() else "$LATEST",
        account_id=function.account_id,
        region=function.region,
        handler=str(function.handler),
        runtime=str(function.run_time),
        role=function.role,
        timeout=int(function.timeout),
        memory_mb=int(function.memory_size),
        storage_mb=int(function.ephemeral_storage),
        environment=tuple(sorted((str(key), str(value)) for key, value in environment.items())),
        code_sha256=str(function.code_sha_256),
        layers=tuple(str(layer["Arn"]) for layer in function.layers),
        log_group=function.logs_group_name,
    )
