"""What the one process asks of each of its services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Service(Protocol):
    """A part of the local cloud with a life of its own inside the one process."""

    @property
    def name(self) -> str:
        """The name that ``tarn local status`` shows."""
        ...

    def start(self) -> None:
        """Begin to serve; return when requests can be answered."""
        ...

    def stop(self) -> None:
        """End every thread and child process of this service; safe to call twice."""
        ...

    def status(self) -> Mapping[str, object]:
        """Describe what runs now, as values that JSON can carry."""
        ...
