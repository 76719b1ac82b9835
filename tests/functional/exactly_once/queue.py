"""A queue as SQS is: at least once, in any order, hidden for a while, dead after its tries."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

VISIBILITY_SECONDS: Final = 60
TRIES: Final = 5


@dataclass
class Message:
    """One message; ``visible_at`` by the simulated clock."""

    body: str
    visible_at: float
    received: int = 0


@dataclass
class Queue:
    """A queue with its dead letters."""

    random: Random
    messages: list[Message] = field(default_factory=list[Message])
    dead: list[Message] = field(default_factory=list[Message])

    def send(self, body: str, *, at: float) -> None:
        """Put a message in."""
        self.messages.append(Message(body=body, visible_at=at))

    def receive(self, now: float) -> Message | None:
        """Return a message that nobody works on; those that failed too often are dead."""
        while ready := [one for one in self.messages if one.visible_at <= now]:
            message = self.random.choice(ready)
            if message.received < TRIES:
                message.received += 1
                message.visible_at = now + VISIBILITY_SECONDS
                return message
            self.messages.remove(message)
            self.dead.append(message)
        return None

    def delete(self, message: Message) -> None:
        """Take a message out; one that is gone already is no fault."""
        if message in self.messages:
            self.messages.remove(message)

    def redrive(self, *, at: float) -> None:
        """Put the dead letters back."""
        for message in self.dead:
            self.send(message.body, at=at)
        self.dead.clear()

    @property
    def next_at(self) -> float | None:
        """When the next message can be received."""
        return min((one.visible_at for one in self.messages), default=None)
