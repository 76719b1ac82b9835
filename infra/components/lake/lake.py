"""The lake: its key, one bucket a zone and the bucket of their access logs.

It does not announce objects: that is notifications.py, which must know every listener.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.components.component import DataProtection, TarnComponent
from infra.components.lake.ageing import Ageing, zone_ageing
from infra.components.lake.bucket import LakeBucket, LakeBucketArgs
from infra.components.lake.key import LakeKey, LakeKeyArgs
from infra.iam.buckets import access_log_bucket_policy, bucket_policy
from tarn.zones import ACCESS_LOGS, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from infra.deployment import Deployment
    from infra.settings import LakeSettings

VERSIONED_ZONES: Final = frozenset({Zone.LANDING})
"""Work is keyed by object version, and a replay needs the old ones."""

QUEUED_ZONES: Final = (Zone.LANDING,)
"""Zones whose objects are announced to a queue that the lake's key encrypts."""


@dataclass(frozen=True, kw_only=True)
class LakeArgs:
    """What the lake is built from."""

    deployment: Deployment
    settings: LakeSettings


class Lake(TarnComponent):
    """Attributes: ``key``, ``buckets`` by zone, ``access_logs``."""

    buckets: Mapping[Zone, LakeBucket]

    def __init__(
        self, name: str, args: LakeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lake", name, args.deployment, opts)
        deployment = args.deployment
        protection = DataProtection.decide(
            owner="The lake",
            component=args.settings.data_removal_allowed,
            stack=deployment.data_removal_allowed,
        )
        self.key = LakeKey(
            f"{name}-key",
            LakeKeyArgs(
                deployment=deployment,
                protection=protection,
                deletion_days=args.settings.key_deletion_days,
                notifying_bucket_arns=[deployment.bucket_arn(zone) for zone in QUEUED_ZONES],
                log_groups=[f"/aws/lambda/{deployment.prefix}-*", "/aws-glue/*"],
            ),
            self.child(),
        )
        self.access_logs = self._access_log_bucket(f"{name}-{ACCESS_LOGS}", args, protection)
        ageing = zone_ageing(args.settings)
        self.buckets = {
            zone: LakeBucket(
                f"{name}-{zone}",
                LakeBucketArgs(
                    deployment=deployment,
                    zone=zone,
                    policy=bucket_policy(deployment.bucket_arn(zone)),
                    ageing=ageing[zone],
                    protection=protection,
                    key_arn=self.key.arn,
                    access_log_bucket=self.access_logs.bucket_id,
                    versioned=zone in VERSIONED_ZONES,
                ),
                self.child(depends_on=[self.access_logs]),
            )
            for zone in Zone
        }
        self.publish(
            {
                "keyArn": self.key.arn,
                "buckets": {zone.value: each.bucket_name for zone, each in self.buckets.items()},
            }
        )

    def _access_log_bucket(
        self, name: str, args: LakeArgs, protection: DataProtection
    ) -> LakeBucket:
        """Make the bucket that receives access logs; logging it too would never come to rest.

        S3 delivers logs reliably only where its own key encrypts.
        """
        deployment = args.deployment
        policy = access_log_bucket_policy(
            deployment.bucket_arn(ACCESS_LOGS),
            account_id=deployment.account_id,
            logged_bucket_arns=[deployment.bucket_arn(zone) for zone in Zone],
        )
        return LakeBucket(
            name,
            LakeBucketArgs(
                deployment=deployment,
                zone=ACCESS_LOGS,
                policy=policy,
                ageing=Ageing(
                    incomplete_upload_days=args.settings.incomplete_upload_days,
                    expiry_days=args.settings.access_log_expiry_days,
                ),
                protection=protection,
            ),
            self.child(),
        )
