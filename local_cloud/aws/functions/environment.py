"""The environment variables of a function's process: declared ones, and those of Lambda."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from local_cloud.aws.credentials import Credentials
from local_cloud.aws.functions.model import FunctionCode, FunctionConfiguration

_SYSTEM_PATH: Final = "/usr/local/bin:/usr/bin:/bin"


def function_environment(
    configuration: FunctionConfiguration,
    code: FunctionCode,
    *,
    credentials: Credentials,
    endpoint: str,
    runtime: Path,
    scratch: Path,
    log_stream: str,
) -> dict[str, str]:
    """Compose the whole environment; nothing of the host's own is passed on."""
    return {
        **dict(configuration.environment),
        **credentials.to_environment(),
        "_HANDLER": configuration.handler,
        "AWS_DEFAULT_REGION": configuration.region,
        "AWS_REGION": configuration.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
        "AWS_LAMBDA_FUNCTION_VERSION": configuration.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": configuration.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_ENDPOINT_URL": endpoint,
        # Lambda's DNS gives each bucket a name of its own; loopback has none to give.
        "LAMBDA_RUNTIME_DIR": str(runtime),
        "LAMBDA_TASK_ROOT": str(code.task),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": ":".join([*(str(layer / "bin") for layer in code.layers), _SYSTEM_PATH]),
        "LD_LIBRARY_PATH": _library_path(code.layers, code.task),
        "TMPDIR": str(scratch),
        "HOME": str(scratch),
        **_no_proxy(),
    }


def _library_path(layers: Sequence[Path], task: Path) -> str:
    return ":".join([str(task), str(task / "lib"), *(str(layer / "lib") for layer in layers)])


def _no_proxy() -> Mapping[str, str]:
    """Loopback is reached directly, whatever the host's proxy is."""
    return {"NO_PROXY": "127.0.0.1,localhost,::1"}


def supported_runtime() -> str:
    """Return the one runtime that this host can run: that of its own Python."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"
