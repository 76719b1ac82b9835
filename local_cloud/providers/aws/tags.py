"""Tags, which every service spells in its own way."""

from __future__ import annotations

from dataclasses import dataclass

from local_cloud.providers.adapter import Input
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.values import Properties, Value, mapping, objects, text, text_map

TAGS = Input(default={})
"""The `tags` input: none unless given, so a tag put on behind Pulumi's back is drift."""


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How one service puts tags on, takes them off and lists them."""

    service: str
    target: str
    """The parameter that names the object."""
    put: str = "tag_resource"
    take: str = "untag_resource"
    list: str = "list_tags_for_resource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    answer: str = "Tags"
    pair: tuple[str, str] | None = ("Key", "Value")
    """The names in a list of pairs; None where tags are a map."""

    def given(self, inputs: Properties) -> object:
        """The input `tags` as this service takes them."""
        return self._spelt(text_map(inputs, "tags"))

    def _spelt(self, tags: dict[str, str]) -> object:
        if self.pair is None:
            return tags
        key_name, value_name = self.pair
        return [{key_name: key, value_name: value} for key, value in tags.items()]

    def parse(self, answer: Properties) -> Properties:
        """The tags in an answer, without those that AWS itself puts on."""
        if self.pair is None:
            found = dict(mapping(answer, self.answer))
        else:
            key_name, value_name = self.pair
            pairs = objects(answer, self.answer)
            found = {text(pair, key_name): pair[value_name] for pair in pairs}
        return {key: value for key, value in found.items() if not key.startswith("aws:")}

    def read(self, aws: Aws, target: str) -> Properties:
        """The state's `tags` and `tagsAll` of an object."""
        return as_state(self.parse(aws.call(self.service, self.list, **{self.target: target})))

    def update(self, aws: Aws, target: str, old: Properties, new: Properties) -> None:
        """Make the tags of an object those of `new`; nothing is called when they are."""
        before, after = text_map(old, "tags"), text_map(new, "tags")
        if removed := sorted(before.keys() - after.keys()):
            aws.call(self.service, self.take, **{self.target: target, self.keys: removed})
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        if changed:
            parameters = {self.target: target, self.tags: self._spelt(changed)}
            aws.call(self.service, self.put, **parameters)


def as_state(tags: dict[str, Value]) -> Properties:
    """Live tags as the two state values that hold them."""
    return {"tags": tags, "tagsAll": tags}
