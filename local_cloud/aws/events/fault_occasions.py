"""By which names a fault rule knows an event that is being delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from local_cloud.faults.matching import Occasion

DELIVER: Final = "Deliver"
_SOURCES: Final = {"s3.amazonaws.com": "s3", "events.amazonaws.com": "events"}


def occasion_of_event(arn: str, body: str, principal: str, source_arn: str) -> Occasion | None:
    """Describe a delivery: the object it tells of, where it goes, and from which bucket or rule.

    None for what no rule hits: S3's test of a new notification, and other services' messages.
    """
    service = _SOURCES.get(principal)
    if service is None or '"s3:TestEvent"' in body:
        return None
    names = (*_objects(body), _name(arn), arn, _name(source_arn), source_arn)
    return Occasion(
        service=service,
        operation=DELIVER,
        resources=tuple(dict.fromkeys(names)),
        principals=(principal,),
    )


def _name(arn: str) -> str:
    return arn.rpartition(":")[2].rpartition("/")[2]


def _objects(body: str) -> list[str]:
    """Name the objects of an S3 notification or of an EventBridge event as ``bucket/key``."""
    try:
        event: Any = json.loads(body)
    except ValueError:
        return []
    if not isinstance(event, dict):
        return []
    records: list[Mapping[str, Any]] = event.get("Records") or []
    named = [
        f"{each['s3']['bucket']['name']}/{unquote_plus(each['s3']['object']['key'])}"
        for each in records
        if "s3" in each
    ]
    detail: Mapping[str, Any] = event.get("detail") or {}
    if "bucket" in detail and "object" in detail:
        named.append(f"{detail['bucket']['name']}/{detail['object']['key']}")
    return named
