"""What a plugin refuses or fails at.

TarnError
└── PermanentError
    └── ProviderError                  base of this package
        ├── ConfigurationRefusedError  the plugin would reach something that is not on this machine
        ├── UnknownTypeError           a resource type or function without an adapter
        ├── InputTypeError             an input of another type than its adapter expects
        ├── ResourceMissingError       the backend does not have the object any more
        ├── BackendRefusedError        the backend answered a call with an error
        ├── BackendUnreachableError    nobody answers at the backend's endpoint
        └── HalfCreatedError           an object exists although creating it failed afterwards
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from tarn.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Iterable

ALREADY_EXISTS = frozenset(
    {
        "002002",  # Snowflake: Object already exists
        "AlreadyExistsException",
        "BucketAlreadyExists",
        "BucketAlreadyOwnedByYou",
        "EntityAlreadyExists",
        "ResourceAlreadyExistsException",
        "ResourceConflictException",
        "ResourceInUseException",
    }
)
"""The codes of a create that found an object of its name."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint naming the known name most like `name`; empty when none is."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" The nearest known name is {matches[0]!r}." if matches else ""


class ProviderError(PermanentError):
    """Base of what the plugins raise on purpose."""


class ConfigurationRefusedError(ProviderError):
    """The plugin was asked to work on something else than a local cloud with local state."""


class UnknownTypeError(ProviderError):
    """The local cloud has no adapter for a type or function of the program."""

    def __init__(self, token: str, known: Iterable[str], *, kind: str) -> None:
        self.token = token
        super().__init__(
            f"the local cloud has no {kind} {token!r}, so this program cannot be deployed to it."
            f"{nearest(token, known)} Use a {kind} that it has, or add an adapter under"
            " local_cloud/providers."
        )


class InputTypeError(ProviderError):
    """An input has another type than its adapter expects."""

    def __init__(self, name: str, expected: str, value: object) -> None:
        self.name = name
        super().__init__(f"input {name!r} must be {expected}, not {value!r}: change the program")


class ResourceMissingError(ProviderError):
    """An object that Pulumi's state names is not in the backend."""

    def __init__(self, token: str, identity: str) -> None:
        self.identity = identity
        super().__init__(
            f"{token} {identity!r} is in Pulumi's state but not in the local cloud: run"
            " `pulumi refresh` to forget it, then `pulumi up` to make it again"
        )


class BackendRefusedError(ProviderError):
    """The backend refused one call. `code` is the backend's own error code."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        self.operation = operation
        self.code = code
        self.detail = message
        super().__init__(f"{operation}: {code}: {message}")


class BackendUnreachableError(ProviderError):
    """Nobody answers at the backend's endpoint."""

    def __init__(self, operation: str, endpoint: str) -> None:
        self.operation = operation
        self.endpoint = endpoint
        super().__init__(
            f"{operation}: no local cloud answers at {endpoint}: start it with `tarn local up`,"
            " then run this again"
        )


def adoption(code: str, token: str, name: str) -> str:
    """What to do about a refused create when the object is there already; else nothing."""
    if code not in ALREADY_EXISTS:
        return ""
    return (
        ". It exists already, and the stack's state does not have it. If an interrupted run of this"
        f" stack made it, `pulumi import --protect=false {token} {name} ID` takes it over; if"
        " it was to replace an object that the state has, delete it; else choose another name"
    )


class HalfCreatedError(ProviderError):
    """The object was created, then setting it up failed; its id must not be lost."""

    def __init__(self, identity: str, reason: str) -> None:
        self.identity = identity
        super().__init__(
            f"{identity!r} was created but not set up completely: {reason}. It is kept in the"
            " state; correct the cause and run `pulumi up` again"
        )
