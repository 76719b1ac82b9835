"""Glue, keys, what holds data, tags and names."""

from __future__ import annotations

from typing import Any

from guardrails.resources import Resource, StackFacts
from guardrails.rules.glue import JOB, SECURITY
from guardrails.rules.keeping import CATALOG_TABLE
from guardrails.rules.kms import KEY
from guardrails.rules.naming import REQUIRED_TAGS
from tests.unit.guardrails.case import Case, policy, resource

PROD = StackFacts(environment="prod")
BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"


def security(s3: str, logs: str) -> Resource:
    return resource(
        SECURITY,
        encryptionConfiguration={
            "s3Encryption": {"s3EncryptionMode": s3},
            "cloudwatchEncryption": {"cloudwatchEncryptionMode": logs},
        },
    )


def key_for(principal: Any) -> Resource:  # noqa: ANN401
    return resource(
        KEY,
        policy=policy({"Effect": "Allow", "Principal": principal, "Action": "kms:*"}),
    )


CASES = (
    Case(
        rule="job-has-security-configuration",
        passing=[resource(JOB, securityConfiguration="jobs")],
        failing=[resource(JOB)],
        says="has no security configuration",
    ),
    Case(
        rule="security-configuration-encrypts",
        passing=[security("SSE-KMS", "SSE-KMS")],
        failing=[security("SSE-KMS", "DISABLED")],
        says="leaves logs of jobs unencrypted",
    ),
    Case(
        rule="job-times-out",
        passing=[resource(JOB, timeout=60)],
        failing=[resource(JOB)],
        says="may run for two days",
    ),
    Case(
        rule="job-version-supported",
        passing=[resource(JOB, glueVersion="5.1")],
        failing=[resource(JOB, glueVersion="2.0")],
        says="runs on Glue 2.0",
    ),
    Case(
        rule="job-retries-stated",
        passing=[resource(JOB, maxRetries=0)],
        failing=[resource(JOB)],
        says="does not say how often",
    ),
    Case(
        rule="key-rotates",
        passing=[resource(KEY, enableKeyRotation=True)],
        failing=[resource(KEY)],
        says="never rotates",
    ),
    Case(
        rule="key-rotates",
        label="a key for MACs cannot",
        passing=[resource(KEY, keyUsage="GENERATE_VERIFY_MAC", customerMasterKeySpec="HMAC_256")],
        failing=[resource(KEY, keyUsage="ENCRYPT_DECRYPT")],
        says="never rotates",
    ),
    Case(
        rule="key-waits-before-deletion",
        passing=[resource(KEY, deletionWindowInDays=30)],
        failing=[resource(KEY, deletionWindowInDays=7)],
        says="is gone 7 days after",
        facts=PROD,
    ),
    Case(
        rule="key-policy-not-public",
        passing=[key_for({"AWS": "arn:aws:iam::123456789012:root"})],
        failing=[key_for("*")],
        says="lets anyone use key",
    ),
    Case(
        rule="stateful-protected",
        passing=[resource(BUCKET, protected=True)],
        failing=[resource(BUCKET)],
        says="may delete or replace it",
        facts=PROD,
    ),
    Case(
        rule="stateful-protected",
        label="tables of the catalog",
        passing=[resource(CATALOG_TABLE, storageDescriptor={"location": "s3://lake/"})],
        failing=[resource(CATALOG_TABLE, openTableFormatInput={"icebergInput": {}})],
        says="may delete or replace it",
        facts=PROD,
    ),
    Case(
        rule="bucket-not-emptied",
        passing=[resource(BUCKET, forceDestroy=False)],
        failing=[resource(BUCKET, forceDestroy=True)],
        says="would be emptied",
        facts=PROD,
    ),
    Case(
        rule="table-deletion-protected",
        passing=[resource(TABLE, deletionProtectionEnabled=True)],
        failing=[resource(TABLE)],
        says="deletes table",
        facts=PROD,
    ),
    Case(
        rule="resource-tagged",
        passing=[resource(BUCKET, tags=dict.fromkeys(REQUIRED_TAGS, "x"))],
        failing=[resource(BUCKET, tags=dict.fromkeys(REQUIRED_TAGS[1:], "x"))],
        says="has no Project among its tags",
    ),
    Case(
        rule="name-within-limits",
        passing=[resource(BUCKET, bucket="tarn-prod-quarantine-123456789012")],
        failing=[resource(BUCKET, bucket=f"tarn-{'x' * 60}")],
        says="3 to 63 lower-case letters",
    ),
    Case(
        rule="name-within-limits",
        label="Snowflake without quotes",
        passing=[resource("snowflake:index/table:Table", name="FLIGHTS")],
        failing=[resource("snowflake:index/table:Table", name="flights")],
        says="upper-case letters",
    ),
)
