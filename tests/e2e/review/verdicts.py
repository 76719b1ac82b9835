"""Whether each update and replacement of a review is what the plugins' one table says.

The table is the adapters' (docs/adr/0062), which their own tests hold to the providers' sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from local_cloud.providers.adapter import Input
from local_cloud.providers.aws.registry import ADAPTERS as AWS_ADAPTERS
from local_cloud.providers.snowflake.provider import ADAPTERS as SNOWFLAKE_ADAPTERS
from review.model import Operation, PropertyChange, ResourceChange, Review
from review.paths import parse

TABLE: Final[Mapping[str, Mapping[str, Input]]] = {
    adapter.resource_type: adapter.inputs for adapter in (*AWS_ADAPTERS, *SNOWFLAKE_ADAPTERS)
}


def contradictions(review: Review) -> Iterator[str]:
    """Yield where a review says otherwise than the table."""
    for change in review.changes:
        types = {urn.split("::")[2].rpartition("$")[2] for urn in change.urns}
        for type_name in types:
            yield from _of_change(change, TABLE[type_name])


def _of_change(change: ResourceChange, inputs: Mapping[str, Input]) -> Iterator[str]:
    forcing = [one for one in change.properties if _replaces(one, inputs)]
    told = [one for one in change.properties if one.replaces]
    what = f"{change.operation} {change.type}"
    if change.operation is Operation.UPDATE and forcing:
        yield f"{what}: {[one.path for one in forcing]} would replace"
    if change.operation is Operation.REPLACE:
        # What the program itself makes replace (replaceOnChanges) is no decision of a provider's.
        extra = [one.path for one in told if one not in forcing and one.path != "comment"]
        if extra:
            yield f"{what}: {extra} would not replace"
        if not told:
            yield f"{what}: nothing says why"


def _replaces(change: PropertyChange, inputs: Mapping[str, Input]) -> bool:
    fields: Mapping[str, Any] | None = inputs
    for step in parse(change.path):
        if isinstance(step, int):
            continue
        spec = fields.get(step) if fields is not None else None
        if spec is None:
            return False
        if spec.replace or (spec.unset_replaces and change.new is None):
            return True
        fields = spec.fields
    return False
