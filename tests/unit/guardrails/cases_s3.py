"""Buckets."""

from __future__ import annotations

from typing import Any

from guardrails.resources import Resource
from guardrails.rules.s3 import BUCKET, POLICY
from tests.unit.guardrails.case import Case, policy, resource

SWITCHES = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
BUCKET_RESOURCE = resource(BUCKET, "lake", bucket="lake")


def of_bucket(kind: str, **inputs: Any) -> Resource:  # noqa: ANN401
    return resource(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}", kind, bucket="lake", **inputs)


def plain_http(**changes: Any) -> str:  # noqa: ANN401
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": condition}
    return policy({**statement, **changes})


def encryption(**default: str) -> Resource:
    return of_bucket(
        "BucketServerSideEncryptionConfiguration",
        rules=[{"applyServerSideEncryptionByDefault": default}],
    )


CASES = (
    Case(
        rule="bucket-blocks-public-access",
        passing=[BUCKET_RESOURCE, of_bucket("BucketPublicAccessBlock", **SWITCHES)],
        failing=[BUCKET_RESOURCE],
        says="has no public access block",
    ),
    Case(
        rule="public-access-block-complete",
        passing=[of_bucket("BucketPublicAccessBlock", **SWITCHES)],
        failing=[of_bucket("BucketPublicAccessBlock", **{**SWITCHES, "ignorePublicAcls": False})],
        says="leaves ignorePublicAcls off",
    ),
    Case(
        rule="bucket-policy-not-public",
        passing=[
            resource(
                POLICY,
                policy=policy(
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
                    }
                ),
            )
        ],
        failing=[
            resource(
                POLICY,
                policy=policy(
                    {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "s3:GetObject"}
                ),
            )
        ],
        says="lets anyone s3:GetObject",
    ),
    Case(
        rule="bucket-requires-tls",
        passing=[BUCKET_RESOURCE, of_bucket("BucketPolicy", policy=plain_http())],
        failing=[BUCKET_RESOURCE, of_bucket("BucketPolicy", policy=plain_http(Effect="Allow"))],
        says="denies requests without TLS",
    ),
    Case(
        rule="bucket-requires-tls",
        label="a second condition leaves requests over plain HTTP",
        passing=[BUCKET_RESOURCE, of_bucket("BucketPolicy", policy=plain_http())],
        failing=[
            BUCKET_RESOURCE,
            of_bucket(
                "BucketPolicy",
                policy=plain_http(
                    Condition={
                        "Bool": {"aws:SecureTransport": "false"},
                        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
                    }
                ),
            ),
        ],
        says="denies requests without TLS",
    ),
    Case(
        rule="bucket-encrypted-with-kms",
        passing=[BUCKET_RESOURCE, encryption(sseAlgorithm="aws:kms", kmsMasterKeyId="key")],
        failing=[BUCKET_RESOURCE, encryption(sseAlgorithm="AES256")],
        says="is encrypted with AES256, not KMS",
    ),
    Case(
        rule="bucket-encrypted-with-kms",
        label="a bucket of access logs",
        passing=[
            BUCKET_RESOURCE,
            encryption(sseAlgorithm="AES256"),
            resource("aws:s3/bucketLogging:BucketLogging", bucket="other", targetBucket="lake"),
        ],
        failing=[BUCKET_RESOURCE, encryption(sseAlgorithm="aws:kms")],
        says="names no key",
    ),
    Case(
        rule="bucket-versioned",
        passing=[
            BUCKET_RESOURCE,
            of_bucket("BucketVersioning", versioningConfiguration={"status": "Enabled"}),
        ],
        failing=[
            BUCKET_RESOURCE,
            of_bucket("BucketVersioning", versioningConfiguration={"status": "Suspended"}),
        ],
        says="keeps no versions",
    ),
    Case(
        rule="bucket-has-lifecycle",
        passing=[
            BUCKET_RESOURCE,
            of_bucket(
                "BucketLifecycleConfiguration",
                rules=[{"status": "Enabled", "abortIncompleteMultipartUpload": {"days": 1}}],
            ),
        ],
        failing=[
            BUCKET_RESOURCE,
            of_bucket(
                "BucketLifecycleConfiguration",
                rules=[{"status": "Disabled", "abortIncompleteMultipartUpload": {"days": 1}}],
            ),
        ],
        says="ends uploads that were never completed",
    ),
    Case(
        rule="bucket-logs-access",
        passing=[BUCKET_RESOURCE, of_bucket("BucketLogging", targetBucket="logs")],
        failing=[BUCKET_RESOURCE],
        says="is not logged",
    ),
    Case(
        rule="bucket-owner-enforced",
        passing=[
            BUCKET_RESOURCE,
            of_bucket("BucketOwnershipControls", rule={"objectOwnership": "BucketOwnerEnforced"}),
        ],
        failing=[
            BUCKET_RESOURCE,
            of_bucket("BucketOwnershipControls", rule={"objectOwnership": "ObjectWriter"}),
        ],
        says="objects that other accounts own",
    ),
)
