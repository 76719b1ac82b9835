"""The debug messages of Pulumi's SDK, told to the engine in bundles.

The SDK tells ten for each resource and waits for the engine's answer to each: a tenth of a preview
(docs/adr/0090), for what only ``pulumi --debug`` shows.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Final

import pulumi

BUNDLE: Final = 200
"""How many messages are told at once; a program that is killed takes as many with it."""


class BundledMessages:
    """Stands in for ``pulumi.log.debug``: the same messages in the same order, later."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._waiting: list[str] = []

    def __call__(
        self,
        msg: str,
        resource: pulumi.Resource | None = None,
        stream_id: int | None = None,
        ephemeral: bool | None = None,
    ) -> None:
        """Keep a message until there are enough; what is said of a resource is told at once."""
        if resource is not None or stream_id is not None:
            self._tell(msg, resource, stream_id, ephemeral)
            return
        self._waiting.append(msg)
        if len(self._waiting) >= BUNDLE:
            self.tell_all()

    def tell_all(self) -> None:
        """Tell what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._tell("\n".join(waiting))


def bundle_debug_messages() -> None:
    """Let the SDK's messages go to the engine in bundles from now on, the last one at exit."""
    bundled = BundledMessages(pulumi.log.debug)
    pulumi.log.debug = bundled
    atexit.register(bundled.tell_all)
