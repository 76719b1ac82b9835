"""How objects age, as data: what a lifecycle rule says, without Pulumi."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import s3

from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.settings import LakeSettings

ARCHIVE_CLASS = "GLACIER_IR"
"""Cheap, and read within milliseconds: a replay or a redrive works unchanged."""


@dataclass(frozen=True, kw_only=True)
class Ageing:
    """When objects of a bucket move or go; None means never."""

    incomplete_upload_days: int
    archive_days: int | None = None
    expiry_days: int | None = None


def zone_ageing(settings: LakeSettings) -> Mapping[Zone, Ageing]:
    """Return the ageing of every zone. Nothing that a rebuild or a redrive needs ever expires."""
    upload_days = settings.incomplete_upload_days
    kept_for_replay = Ageing(incomplete_upload_days=upload_days, archive_days=settings.archive_days)
    in_use = Ageing(incomplete_upload_days=upload_days)
    return {
        Zone.LANDING: kept_for_replay,
        Zone.VALIDATED: kept_for_replay,
        Zone.CURATED: in_use,
        Zone.QUARANTINE: kept_for_replay,
        Zone.ARTIFACTS: in_use,
    }


def lifecycle_rules(
    ageing: Ageing, *, versioned: bool
) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """Translate ageing into S3's rules, one a purpose so that a diff names the purpose."""
    rules = [
        s3.BucketLifecycleConfigurationRuleArgs(
            id="abort-incomplete-uploads",
            status="Enabled",
            filter=_everything(),
            abort_incomplete_multipart_upload=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ageing.incomplete_upload_days
            ),
        )
    ]
    if ageing.archive_days is not None:
        rules.append(_archive(ageing.archive_days, versioned=versioned))
    if ageing.expiry_days is not None:
        rules.append(
            s3.BucketLifecycleConfigurationRuleArgs(
                id="expire",
                status="Enabled",
                filter=_everything(),
                expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(
                    days=ageing.expiry_days
                ),
            )
        )
    return rules


def _archive(days: int, *, versioned: bool) -> s3.BucketLifecycleConfigurationRuleArgs:
    """Overwritten versions age too: rows of an old version may still be current by their key."""
    noncurrent = s3.BucketLifecycleConfigurationRuleNoncurrentVersionTransitionArgs(
        noncurrent_days=days, storage_class=ARCHIVE_CLASS
    )
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="archive",
        status="Enabled",
        filter=_everything(),
        transitions=[
            s3.BucketLifecycleConfigurationRuleTransitionArgs(
                days=days, storage_class=ARCHIVE_CLASS
            )
        ],
        noncurrent_version_transitions=[noncurrent] if versioned else None,
    )


def _everything() -> s3.BucketLifecycleConfigurationRuleFilterArgs:
    return s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
