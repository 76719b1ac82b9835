"""Buckets and their lifecycle rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from review.cost.pricing import Charge, Estimate, objects, text
from review.cost.usage import DAYS, Usage
from review.inventory import Resource
from tarn.zones import ACCESS_LOGS, Zone

CLASSES: Final[Mapping[str, str]] = {
    "STANDARD_IA": "s3.standard_ia_gb",
    "GLACIER_IR": "s3.glacier_ir_gb",
}
"""Prices of storage classes; another one counts as standard."""
PUTS_PER_FILE: Final = 1
GETS_PER_FILE: Final = 2
NO_DATA: Final = (Zone.ARTIFACTS.value, ACCESS_LOGS)
"""Buckets whose size does not follow from the files: assumed to hold one gigabyte."""


def bucket(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """A bucket holds what piled up while data was kept, all of it in standard storage."""
    files = _files(resource, estimate)
    prices = estimate.prices
    stored = _stored(files, estimate.usage) if files else 1.0
    yield Charge("S3", stored * prices["s3.standard_gb"])
    yield Charge("S3", files * PUTS_PER_FILE * prices["s3.put"])
    yield Charge("S3", files * GETS_PER_FILE * prices["s3.get"])


def lifecycle(resource: Resource, estimate: Estimate) -> Iterator[Charge]:
    """What its rules save: data that has expired, and data in a cheaper class.

    Data piles up evenly, so the share that is older than a rule's days is known. Only rules that
    are on and hold for every object count.
    """
    owners = [one for one in estimate.of_type("aws:s3/bucket:Bucket") if _is_of(resource, one)]
    if not owners:
        return
    stored = _stored(_files(owners[0], estimate), estimate.usage)
    kept = estimate.usage.months_kept * DAYS
    rules = [each for each in objects(resource.inputs.get("rules")) if _holds_for_all(each)]
    expiry = min([_days(each.get("expiration")) for each in rules] or [kept])
    standard = estimate.prices["s3.standard_gb"]
    yield Charge("S3", -stored * _older(expiry, kept) * standard)
    moves = sorted(
        (_days(move), estimate.prices[CLASSES[move["storageClass"]]])
        for each in rules
        for move in objects(each.get("transitions"))
        if move.get("storageClass") in CLASSES
    )
    before = standard
    for days, price in moves:
        share = max(0.0, _older(days, kept) - _older(expiry, kept))
        yield Charge("S3", -stored * share * (before - price))
        before = price


def _files(resource: Resource, estimate: Estimate) -> float:
    """Return the files a month that a zone's bucket takes; each file passes each zone."""
    name = f"{text(resource, 'bucket')} {resource.name}"
    if any(zone in name for zone in NO_DATA):
        return 0.0
    share = estimate.usage.quarantined_percent / 100 if Zone.QUARANTINE.value in name else 1.0
    return estimate.files * share


def _stored(files: float, usage: Usage) -> float:
    return usage.gigabytes(files) * usage.months_kept


def _is_of(resource: Resource, owner: Resource) -> bool:
    """Whether a setting is a bucket's: the name of a bucket that is made anew is not known yet."""
    name = text(resource, "bucket")
    return owner.urn in resource.dependencies or text(owner, "bucket", owner.name) == name


def _holds_for_all(rule: Mapping[str, Any]) -> bool:
    filters = objects(rule.get("filter"))
    return rule.get("status") == "Enabled" and not any(
        value not in (None, "") for each in filters for value in each.values()
    )


def _days(value: Any) -> float:  # noqa: ANN401 - whatever the input holds
    entries = objects(value)
    days = entries[0].get("days") if entries else None
    return float(days) if isinstance(days, int | float) else float("inf")


def _older(days: float, kept: float) -> float:
    """Return which share of data that piled up over ``kept`` days is older than ``days``."""
    return max(0.0, 1 - days / kept) if kept else 0.0
