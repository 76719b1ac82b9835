"""Values as the engine writes them -> plain values that mean the same on every machine.

A review of the same two commits has the same bytes, so nothing stays in a value that is new with
every run: where the copies lie, which port answers, which identifiers the account made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from local_cloud.providers import marks
from review.inventory import name_of
from review.model import JsonValue

SECRET: Final = "[secret]"  # noqa: S105 - what is shown in a secret's place
UNKNOWN: Final = "[known after apply]"

_ASSETS: Final = {marks.ASSET: "asset", marks.ARCHIVE: "archive"}
_DEFAULTS: Final = "__defaults"
_MADE_UP: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\bA(?:ROA|IDA|KIA|NPA|GPA|IPA)[A-Z0-9]{16,}\b"
)
"""What an account makes up: UUIDs and IAM's unique identifiers."""
_EXTERNAL_ID: Final = re.compile(r"external_?id$", re.IGNORECASE)
_LOCAL_QUEUE: Final = re.compile(r"http://127\.0\.0\.1:\d+/(?=\d{12}/)")

State = Mapping[str, Any]
"""A resource as the engine keeps it: urn, type, id, inputs, outputs, ..."""


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How values are written. ``made_up`` names what the account made up; ``roots`` are copies."""

    region: str
    made_up: Mapping[str, str] = field(default_factory=dict[str, str])
    roots: tuple[str, ...] = ()

    def plain(self, value: Any) -> JsonValue:  # noqa: ANN401 - whatever the engine writes
        """Return the value with secrets hidden, unknowns marked and the machine left out."""
        if isinstance(value, str):
            return UNKNOWN if value in marks.UNKNOWNS else self.text(value)
        if isinstance(value, list):
            return [self.plain(one) for one in value]
        if not isinstance(value, dict):
            return value
        signature = value.get(marks.SIGNATURE)
        if signature == marks.SECRET:
            return SECRET
        if signature in _ASSETS:
            return self._asset(value, _ASSETS[signature])
        return {str(key): self.plain(one) for key, one in sorted(value.items()) if key != _DEFAULTS}

    def text(self, text: str) -> str:
        """Return text without this machine's folders and ports and without what was made up."""
        for root in self.roots:
            text = text.replace(f"{root}/", "").replace(root, ".")
        text = _LOCAL_QUEUE.sub(f"https://sqs.{self.region}.amazonaws.com/", text)
        for token, name in self.made_up.items():
            if token in text:
                text = text.replace(token, name)
        return text

    def _asset(self, value: Mapping[str, Any], kind: str) -> JsonValue:
        content = value.get("path") or value.get("uri") or "text in the program"
        return {kind: self.text(str(content)), "hash": str(value.get("hash", ""))}


def made_up_by(resources: Iterable[State]) -> dict[str, str]:
    """Name what the account made up when these resources were deployed, e.g. a key's id.

    ``<keyId of lake-key>`` says more than a UUID, and says it in every run.
    """
    named: dict[str, str] = {}
    # A resource whose id it is names it; others only mention it.
    for resource in sorted(
        resources, key=lambda one: (not _MADE_UP.search(one.get("id", "")), one["urn"])
    ):
        name = name_of(str(resource["urn"]))
        given = {text for _, text in _texts(resource.get("inputs") or {}, "")}
        outputs = [*_texts(resource.get("outputs") or {}, ""), ("id", str(resource.get("id", "")))]
        # The shortest says it best: an identifier by itself, before the ARN around it.
        for path, text in sorted(outputs, key=lambda one: (len(one[1]), *one)):
            if text in given:
                continue
            label = f"<{path} of {name}>"
            if _EXTERNAL_ID.search(path):
                named.setdefault(text, label)
            for token in _MADE_UP.findall(text):
                named.setdefault(token, label if token == text else f"<id in {path} of {name}>")
    return named


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, str(key))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, path)
