"""What faults cannot show here as the real services do."""

from __future__ import annotations

from typing import Final

from local_cloud.limits import Limit, LimitKind

FAULT_LIMITS: Final = (
    Limit(
        name="snowflake: a request that is asked again under its request id",
        kind=LimitKind.SIMPLIFIED,
        why="Snowflake answers it with the first answer. Here that holds when a fault rule has "
        "swallowed the first answer; otherwise the statement runs again.",
        what_to_do="Nothing, as a rule: a driver asks again only after a fault.",
    ),
    Limit(
        name="faults: rules after a restart",
        kind=LimitKind.SIMPLIFIED,
        why="Fault rules are kept in memory, and events that they hold back too: a local cloud "
        "that is stopped or killed forgets both.",
        what_to_do="Apply the file of rules again.",
    ),
)
