"""Tags, which every service spells in its own way."""

from __future__ import annotations

from local_cloud.providers.adapter import Input
from local_cloud.providers.values import Properties, Value, objects, text, text_map

TAGS = Input(default={})
"""The `tags` input: none unless given, so a tag put on behind Pulumi's back is drift."""


def as_pairs(properties: Properties) -> list[dict[str, str]]:
    """The input `tags` as AWS's list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in text_map(properties, "tags").items()]


def from_pairs(answer: Properties, name: str = "Tags") -> dict[str, Value]:
    """AWS's list of Key and Value as the input `tags` spells them; AWS's own tags left out."""
    pairs = objects(answer, name)
    found: dict[str, Value] = {text(pair, "Key"): text(pair, "Value") for pair in pairs}
    return without_reserved(found)


def without_reserved(tags: dict[str, Value]) -> dict[str, Value]:
    """Tags without those that AWS itself puts on."""
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def removed(old: Properties, new: Properties) -> list[str]:
    """The keys that an update takes away."""
    return sorted(text_map(old, "tags").keys() - text_map(new, "tags").keys())


def changed(old: Properties, new: Properties) -> dict[str, str]:
    """The tags that an update adds or gives another value."""
    before, after = text_map(old, "tags"), text_map(new, "tags")
    return {key: value for key, value in after.items() if before.get(key) != value}
