"""Every limit of the local cloud, of its services and of its provider plugins, in one list.

Importing the rooms adds their limits to the registry; the inputs that the plugins keep without
effect come from the adapters' own tables, so the list cannot fall behind them.
"""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud import composition as _rooms  # its services add their limits when imported
from local_cloud.limits import LIMITS, Limit, LimitKind
from local_cloud.providers.adapter import stored_without_effect
from local_cloud.providers.aws.registry import ADAPTERS as AWS_ADAPTERS
from local_cloud.providers.snowflake.limits import PLUGIN_LIMITS as SNOWFLAKE_PLUGIN_LIMITS
from local_cloud.providers.snowflake.provider import ADAPTERS as SNOWFLAKE_ADAPTERS

ROOMS = _rooms.__name__


def collect_limits() -> list[Limit]:
    """Return every limit, ordered by kind and name."""
    found = [*LIMITS.all(), *SNOWFLAKE_PLUGIN_LIMITS, *_stored_inputs()]
    return sorted(found, key=lambda limit: (limit.kind, limit.name))


def _stored_inputs() -> Iterator[Limit]:
    stored = {**stored_without_effect(AWS_ADAPTERS), **stored_without_effect(SNOWFLAKE_ADAPTERS)}
    for token, inputs in stored.items():
        yield Limit(
            name=f"{token}: {', '.join(inputs)}",
            kind=LimitKind.STORED,
            why="Kept and given back, so previews are right, but nothing acts on it here.",
            what_to_do="Check its effect in a deployed environment.",
        )
