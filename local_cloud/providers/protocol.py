"""The engine's gRPC messages, loaded without importing the rest of the Pulumi SDK.

The SDK's package imports everything a Pulumi program may need (0.7 s here); a plugin starts several
times in a deployment and needs the generated messages only (0.2 s). They are loaded from the same
files under a package name of our own, so the SDK's `__init__` never runs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING

_PACKAGE = "local_cloud_pulumi_protocol"

if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )
else:

    def _load(name: str) -> object:
        if _PACKAGE not in sys.modules:
            found = find_spec("pulumi")
            if found is None or found.origin is None:
                message = "the package pulumi is not installed in this environment: run `make up`"
                raise ImportError(message)
            spec = ModuleSpec(_PACKAGE, None, is_package=True)
            spec.submodule_search_locations = [str(Path(found.origin).parent / "runtime" / "proto")]
            sys.modules[_PACKAGE] = module_from_spec(spec)
        return import_module(f"{_PACKAGE}.{name}")

    plugin_pb2 = _load("plugin_pb2")
    status_pb2 = _load("status_pb2")
    provider_pb2 = _load("provider_pb2")
    provider_pb2_grpc = _load("provider_pb2_grpc")

__all__ = ["plugin_pb2", "provider_pb2", "provider_pb2_grpc", "status_pb2"]
