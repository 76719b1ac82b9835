"""The refusal that keeps real environments safe: a plugin works on this machine or not at all."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from local_cloud.providers.errors import ConfigurationRefusedError
from local_cloud.providers.values import Properties, Value


def is_loopback(endpoint: str) -> bool:
    """Whether a URL, or a bare host, names this machine and nothing else."""
    host = urlsplit(endpoint if "//" in endpoint else f"//{endpoint}").hostname
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_local(
    provider: str, endpoints: Mapping[str, str], environment: Mapping[str, str]
) -> None:
    """Refuse to go on unless every endpoint is loopback and Pulumi's state is a local file.

    `endpoints` maps where each was configured to its value; at least one is needed.
    """
    advice = "Use `tarn local up` and `tarn up`, which set this, or unset the local plugin's path"
    if not endpoints:
        message = f"the local {provider} plugin was given no endpoint. {advice}"
        raise ConfigurationRefusedError(message)
    for origin, endpoint in endpoints.items():
        if not is_loopback(endpoint):
            message = (
                f"the local {provider} plugin only works on this machine, but {origin} is"
                f" {endpoint!r}, which is not a loopback address. {advice}"
            )
            raise ConfigurationRefusedError(message)
    state = environment.get("PULUMI_BACKEND_URL", "")
    if not state.startswith("file://"):
        message = (
            f"the local {provider} plugin only works with state in a local file, so that a real"
            f" environment's state is never touched, but PULUMI_BACKEND_URL is {state!r}. {advice}"
        )
        raise ConfigurationRefusedError(message)


def parse_config(config: Properties, structured: Iterable[str]) -> Properties:
    """Provider configuration with the JSON texts of its structured keys parsed.

    The engine passes nested configuration of a default provider as JSON in strings.
    """
    names = frozenset(structured)
    return {
        name: _parsed(name, value) if name in names else value for name, value in config.items()
    }


def _parsed(name: str, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    try:
        parsed: Value = json.loads(value)
    except ValueError as error:
        message = f"provider configuration {name!r} must be JSON, but is {value!r}: {error}"
        raise ConfigurationRefusedError(message) from error
    return parsed
