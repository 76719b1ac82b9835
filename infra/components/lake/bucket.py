"""One bucket with everything that makes it safe; both zones and access logs use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import s3

from infra.components.component import DataProtection, TarnComponent
from infra.components.lake.ageing import Ageing, lifecycle_rules
from infra.iam.document import PolicyDocument, to_json

if TYPE_CHECKING:
    import pulumi

    from infra.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class LakeBucketArgs:
    """What differs between buckets."""

    deployment: Deployment
    zone: str
    """Part of the bucket's name: a zone, or what else the bucket is for."""
    policy: PolicyDocument
    ageing: Ageing
    protection: DataProtection
    key_arn: pulumi.Input[str] | None = None
    """The key that encrypts objects; without one, S3's own key does."""
    access_log_bucket: pulumi.Input[str] | None = None
    versioned: bool = False


class LakeBucket(TarnComponent):
    """A bucket that is private, owned, encrypted and reached over TLS only.

    Attributes: ``bucket_name`` and ``bucket_arn``, plain text known before the bucket exists, for
    policies; ``bucket_id``, an output, for what must come after the bucket.
    """

    bucket_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: LakeBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lake", name, args.deployment, opts)
        self.bucket_name = args.deployment.bucket(args.zone)
        self.bucket_arn = args.deployment.bucket_arn(args.zone)
        self.bucket = s3.Bucket(
            name,
            bucket=self.bucket_name,
            force_destroy=args.protection.removable,
            tags=self.tags,
            opts=self.child(protection=args.protection),
        )
        self.bucket_id = self.bucket.id
        self._close_to_the_public(name, args.policy)
        self._encrypt(name, args.key_arn)
        self._age(name, args)
        if args.access_log_bucket is not None:
            s3.BucketLogging(
                f"{name}-logging",
                bucket=self.bucket_id,
                target_bucket=args.access_log_bucket,
                target_prefix=f"{args.zone}/",
                opts=self.child(),
            )
        self.publish({"bucketName": self.bucket_name, "bucketArn": self.bucket_arn})

    def _close_to_the_public(self, name: str, policy: PolicyDocument) -> None:
        block = s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=self.bucket_id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=self.bucket_id,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.child(),
        )
        # S3 refuses two changes of a bucket's access settings at once.
        s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket_id,
            policy=to_json(policy),
            opts=self.child(depends_on=[block]),
        )

    def _encrypt(self, name: str, key_arn: pulumi.Input[str] | None) -> None:
        default = (
            s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm="AES256" if key_arn is None else "aws:kms",
                kms_master_key_id=key_arn,
            )
        )
        s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=self.bucket_id,
            rules=[
                s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default,
                    bucket_key_enabled=key_arn is not None,
                )
            ],
            opts=self.child(),
        )

    def _age(self, name: str, args: LakeBucketArgs) -> None:
        after: list[pulumi.Resource] = []
        if args.versioned:
            after.append(
                s3.BucketVersioning(
                    f"{name}-versioning",
                    bucket=self.bucket_id,
                    versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(
                        status="Enabled"
                    ),
                    opts=self.child(),
                )
            )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.bucket_id,
            rules=lifecycle_rules(args.ageing, versioned=args.versioned),
            opts=self.child(depends_on=after),
        )
