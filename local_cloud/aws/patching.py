"""Replacement of parts of moto, loud when a part has gone with a new version of moto."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from tarn.errors import PermanentError


class MissingPartError(PermanentError):
    """Moto no longer has a part that the local cloud replaces."""

    def __init__(self, *, owner: str, name: str) -> None:
        super().__init__(
            f"The installed moto has no {owner}.{name}, which the local cloud replaces, so it "
            "would behave otherwise than AWS. Install the pinned requirements (make setup)."
        )


def replace(owner: type | ModuleType, name: str, replacement: Callable[..., Any]) -> None:
    """Put a replacement in the place of a method of a class, or of a function of a module."""
    if not hasattr(owner, name):
        raise MissingPartError(owner=owner.__name__, name=name)
    setattr(owner, name, replacement)
