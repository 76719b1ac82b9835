"""Buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.documents import allowing, denies_plain_http, statements
from guardrails.resources import Resource, Stack
from guardrails.rule import ResourceRule, Rule, StackRule

BUCKET: Final = "aws:s3/bucket:Bucket"
POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ACCOUNT_ACCESS: Final = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
_ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
_LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
_OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
_SWITCHES: Final = (
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
)
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html"
NARROWING: Final = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:principalorgid"}
    | {"aws:principalarn", "aws:principalaccount", "kms:calleraccount"}
)
"""Conditions that leave few of all principals."""


def _public_access(bucket: Resource, stack: Stack) -> Iterator[str]:
    if not stack.attached(bucket, "bucket", _ACCESS):
        yield f"Bucket {bucket.name} has no public access block."


def _switched_off(block: Resource) -> Iterator[str]:
    for switch in _SWITCHES:
        if not block.enabled(switch):
            yield f"{block.name} leaves {switch} off."


def _tls(bucket: Resource, stack: Stack) -> Iterator[str]:
    policies = stack.attached(bucket, "bucket", POLICY)
    if not any(denies_plain_http(statements(policy, "policy")) for policy in policies):
        yield f"No policy of bucket {bucket.name} denies requests without TLS."


def _public_policy(policy: Resource) -> Iterator[str]:
    for one in allowing(statements(policy, "policy")):
        if one.is_for_anyone and not one.condition_keys() & NARROWING:
            yield f"Statement {one.sid!r} of {policy.name} lets anyone {', '.join(one.actions)}."


def _receives_logs(bucket: Resource, stack: Stack) -> bool:
    return bool(stack.attached(bucket, "targetBucket", _LOGGING))


def _encrypted(bucket: Resource, stack: Stack) -> Iterator[str]:
    configured = stack.attached(bucket, "bucket", _ENCRYPTION)
    if not configured:
        yield f"Bucket {bucket.name} has no encryption configuration."
    for one in configured:
        for rule in one.parts("rules"):
            default = "applyServerSideEncryptionByDefault"
            algorithm = rule.text(f"{default}.sseAlgorithm")
            if not algorithm.startswith("aws:kms") and not _receives_logs(bucket, stack):
                yield f"Bucket {bucket.name} is encrypted with {algorithm or 'nothing'}, not KMS."
            elif algorithm.startswith("aws:kms") and not rule.states(f"{default}.kmsMasterKeyId"):
                yield f"Bucket {bucket.name} names no key, so AWS's shared one encrypts it."


def _versioned(bucket: Resource, stack: Stack) -> Iterator[str]:
    found = stack.attached(bucket, "bucket", _VERSIONING)
    if not any(one.text("versioningConfiguration.status") == "Enabled" for one in found):
        yield f"Bucket {bucket.name} keeps no versions."


def _ages(bucket: Resource, stack: Stack) -> Iterator[str]:
    rules = [
        rule
        for one in stack.attached(bucket, "bucket", _LIFECYCLE)
        for rule in one.parts("rules")
        if rule.text("status") == "Enabled"
    ]
    if not any(rule.states("abortIncompleteMultipartUpload") for rule in rules):
        yield f"No lifecycle rule of bucket {bucket.name} ends uploads that were never completed."


def _logged(bucket: Resource, stack: Stack) -> Iterator[str]:
    if _receives_logs(bucket, stack):
        return
    if not stack.attached(bucket, "bucket", _LOGGING):
        yield f"Access to bucket {bucket.name} is not logged."


def _owned(bucket: Resource, stack: Stack) -> Iterator[str]:
    found = stack.attached(bucket, "bucket", _OWNERSHIP)
    if not any(one.text("rule.objectOwnership") == "BucketOwnerEnforced" for one in found):
        yield f"Bucket {bucket.name} may have objects that other accounts own, and ACLs."


RULES: Final[tuple[Rule, ...]] = (
    StackRule(
        name="bucket-blocks-public-access",
        types=(BUCKET,),
        summary="A bucket has a public access block.",
        reason="One wrong policy or ACL would otherwise publish the data.",
        fix="Add an s3.BucketPublicAccessBlock with all four switches true.",
        source=_CONTROLS,
        reference="S3.8, CIS AWS 2.1.4",
        check=_public_access,
    ),
    ResourceRule(
        name="public-access-block-complete",
        types=(_ACCESS, _ACCOUNT_ACCESS),
        summary="A public access block has all four switches on.",
        reason="Each switch closes another way to make objects public.",
        fix="Set all four switches to true.",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        reference="S3.1, CIS AWS 2.1.4",
        check=_switched_off,
    ),
    ResourceRule(
        name="bucket-policy-not-public",
        types=(POLICY,),
        summary="No bucket policy allows anything to everybody.",
        reason="Whoever knows the bucket's name could read or write it.",
        fix="Name the principals, or narrow the statement by aws:SourceArn.",
        source=_CONTROLS,
        reference="S3.2, S3.3",
        check=_public_policy,
    ),
    StackRule(
        name="bucket-requires-tls",
        types=(BUCKET,),
        summary="A bucket's policy denies every request without TLS.",
        reason="Data and credentials would travel in clear.",
        fix="Deny s3:* to everybody where aws:SecureTransport is false, whatever else holds.",
        source=_CONTROLS,
        reference="S3.5, CIS AWS 2.1.1",
        check=_tls,
    ),
    StackRule(
        name="bucket-encrypted-with-kms",
        types=(BUCKET,),
        summary="A bucket is encrypted with a KMS key of ours; one of access logs, with S3's own.",
        reason="Without a key of ours, who may read the bucket may read the data: no second lock.",
        fix="Set sseAlgorithm to aws:kms and kmsMasterKeyId to the lake's key.",
        source=_CONTROLS,
        reference="S3.17",
        check=_encrypted,
    ),
    StackRule(
        name="bucket-versioned",
        types=(BUCKET,),
        summary="A bucket keeps the versions of its objects.",
        reason="An object that is overwritten or deleted by mistake is lost.",
        fix="Add an s3.BucketVersioning with status Enabled.",
        source=_CONTROLS,
        reference="S3.14",
        check=_versioned,
    ),
    StackRule(
        name="bucket-has-lifecycle",
        types=(BUCKET,),
        summary="A bucket has a lifecycle rule that ends incomplete uploads.",
        reason="Their parts are invisible in a listing, and are paid for until they are removed.",
        fix="Add an s3.BucketLifecycleConfiguration with abortIncompleteMultipartUpload.",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
        reference="S3.13",
        check=_ages,
    ),
    StackRule(
        name="bucket-logs-access",
        types=(BUCKET,),
        summary="Access to a bucket is logged, but for a bucket that receives such logs.",
        reason="After an incident nobody could tell who read what.",
        fix="Add an s3.BucketLogging into the bucket of access logs.",
        source=_CONTROLS,
        reference="S3.9",
        check=_logged,
    ),
    StackRule(
        name="bucket-owner-enforced",
        types=(BUCKET,),
        summary="All objects of a bucket belong to its owner, and ACLs have no effect.",
        reason="An ACL could let others in, past every policy.",
        fix="Add an s3.BucketOwnershipControls with BucketOwnerEnforced.",
        source=_CONTROLS,
        reference="S3.12",
        check=_owned,
    ),
)
