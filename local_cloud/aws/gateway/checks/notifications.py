"""S3: what is checked of a bucket's notifications."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree

from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest


def check_notifications(_request: ApiRequest, body: Callable[[], bytes]) -> None:
    """AWS refuses two notifications of one event whose filters overlap."""
    for one, other in combinations(_notifications(body()), 2):
        if one.overlaps(other):
            message = (
                "Configurations overlap. Configurations on the same bucket cannot share a common "
                f"event type: {one.name} and {other.name}."
            )
            refuse("InvalidArgument", message)


class _Notification:
    """One notification of a bucket: its events and its filter."""

    def __init__(self, element: ElementTree.Element) -> None:
        texts = [(_local(each), each.text or "") for each in element.iter()]
        values = dict(texts)
        rules = [each for each in element.iter() if _local(each) == "FilterRule"]
        filters = {_text(rule, "Name").lower(): _text(rule, "Value") for rule in rules}
        self.name = values.get("Id") or _local(element)
        self.events = [text for name, text in texts if name == "Event"]
        self.prefix = filters.get("prefix", "")
        self.suffix = filters.get("suffix", "")

    def overlaps(self, other: _Notification) -> bool:
        """Whether one object could be announced by both."""
        events = any(_meet(one, two) for one in self.events for two in other.events)
        prefix = _nested(self.prefix, other.prefix, str.startswith)
        suffix = _nested(self.suffix, other.suffix, str.endswith)
        return events and prefix and suffix


def _notifications(body: bytes) -> list[_Notification]:
    root = ElementTree.fromstring(body)  # noqa: S314 - loopback clients only
    return [_Notification(each) for each in root if _local(each) != "EventBridgeConfiguration"]


def _meet(one: str, other: str) -> bool:
    first, second = one.removesuffix("*"), other.removesuffix("*")
    wild = one.endswith("*") or other.endswith("*")
    return one == other or (wild and (first.startswith(second) or second.startswith(first)))


def _nested(one: str, other: str, fits: Callable[[str, str], bool]) -> bool:
    return fits(one, other) or fits(other, one)


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ElementTree.Element, name: str) -> str:
    return next((each.text or "" for each in element if _local(each) == name), "")
