"""The zones of the lake: one bucket each, in the order in which data travels."""

from __future__ import annotations

from enum import StrEnum


class Zone(StrEnum):
    """A stage of the data's journey; the value is used in bucket names."""

    LANDING = "landing"
    VALIDATED = "validated"
    CURATED = "curated"
    QUARANTINE = "quarantine"
    ARTIFACTS = "artifacts"


ACCESS_LOGS = "access-logs"
"""Not a zone: receives the server access logs of the zones' buckets."""


def bucket_name(*, prefix: str, zone: Zone | str, account_id: str) -> str:
    """Name the bucket of a zone, e.g. ``tarn-dev-landing-123456789012``.

    Bucket names are global in AWS, hence the account id.
    """
    return f"{prefix}-{zone}-{account_id}"
