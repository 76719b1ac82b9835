"""Tables, roles, keys, buckets."""

from __future__ import annotations

from typing import Final

from tests.unit.providers.good_inputs import ARN, CODE, LONG, Refusal, index, lifecycle

_TWICE: Final = '{"Version": "2012-10-17", "Version": "2008-10-17"}'
DATA: Final[dict[str, list[Refusal]]] = {
    "dynamodb/table:Table": [
        ({"attributes": []}, "attributes"),
        ({"attributes": [{"name": n, "type": "S"} for n in ("file", "idle")]}, "attributes"),
        (index(keySchemas=[]), "globalSecondaryIndexes[0]"),
        (index(hashKey=None), "globalSecondaryIndexes[0]"),
        ({"name": "t"}, "name"),
        (
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 36}},
            "pointInTimeRecovery.recoveryPeriodInDays",
        ),
        ({"readCapacity": 5}, "readCapacity"),
        ({"billingMode": None, "writeCapacity": 1}, "readCapacity"),
        ({"billingMode": "PROVISIONED", "readCapacity": 1}, "writeCapacity"),
        (
            {"serverSideEncryption": {"enabled": True, "kmsKeyArn": "key"}},
            "serverSideEncryption.kmsKeyArn",
        ),
        ({"streamEnabled": True}, "streamViewType"),
        ({"ttl": {"enabled": True}}, "ttl.attributeName"),
    ],
    "iam/policy:Policy": [
        ({"description": LONG}, "description"),
        ({"name": LONG[:129]}, "name"),
        ({"path": "team"}, "path"),
        ({"path": f"/{LONG[:512]}/"}, "path"),
        ({"policy": "{"}, "policy"),
        ({"policy": f'{{"Version": "{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}"}}'}, "policy"),
    ],
    "iam/role:Role": [
        ({"assumeRolePolicy": "{"}, "assumeRolePolicy"),
        ({"description": LONG}, "description"),
        ({"description": "the \u201cgood\u201d one"}, "description"),
        ({"maxSessionDuration": 3599}, "maxSessionDuration"),
        ({"name": LONG[:65]}, "name"),
        ({"name": "a role"}, "name"),
        ({"path": "team"}, "path"),
        ({"path": f"/{LONG[:512]}/"}, "path"),
        ({"permissionsBoundary": "boundary"}, "permissionsBoundary"),
    ],
    "iam/rolePolicy:RolePolicy": [
        ({"name": LONG[:129]}, "name"),
        ({"policy": "{"}, "policy"),
        ({"policy": "[]"}, "policy"),
        ({"policy": " {}"}, "policy"),
        ({"policy": _TWICE}, "policy"),
        ({"policy": f'{{"Version": "{LONG}{LONG}"}}'}, "policy"),
        ({"role": "arn:aws:iam::111111111111:role/ingest"}, "role"),
    ],
    "kms/alias:Alias": [({"name": "lake"}, "name"), ({"name": "alias/aws/s3"}, "name")],
    "kms/key:Key": [
        ({"deletionWindowInDays": 6}, "deletionWindowInDays"),
        ({"description": LONG}, "description"),
        ({"policy": "{"}, "policy"),
        ({"rotationPeriodInDays": 89}, "rotationPeriodInDays"),
        ({"enableKeyRotation": None, "rotationPeriodInDays": 90}, "rotationPeriodInDays"),
    ],
    "s3/bucket:Bucket": [
        ({"bucket": bad}, "bucket") for bad in ("ab", "Lake", "a..b", "10.0.0.1", "-lake", LONG)
    ],
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
        ({"bucket": LONG}, "bucket"),
        ({"rules": []}, "rules"),
        (lifecycle(id=""), "rules[0].id"),
        (lifecycle(expiration={"date": "2030-01-31"}), "rules[0].expiration.date"),
        (
            lifecycle(filter={"and": {"objectSizeGreaterThan": -1}}),
            "rules[0].filter.and.objectSizeGreaterThan",
        ),
        (
            lifecycle(filter={"and": {"objectSizeLessThan": 0}}),
            "rules[0].filter.and.objectSizeLessThan",
        ),
        (
            lifecycle(noncurrentVersionExpiration={"noncurrentDays": 0}),
            "rules[0].noncurrentVersionExpiration.noncurrentDays",
        ),
        (
            lifecycle(
                noncurrentVersionExpiration={"noncurrentDays": 1, "newerNoncurrentVersions": 0}
            ),
            "rules[0].noncurrentVersionExpiration.newerNoncurrentVersions",
        ),
        *(
            (
                lifecycle(
                    noncurrentVersionTransitions=[
                        {"noncurrentDays": 1, "storageClass": "GLACIER", name: value}
                    ]
                ),
                f"rules[0].noncurrentVersionTransitions[0].{name}",
            )
            for name, value in (("noncurrentDays", -1), ("newerNoncurrentVersions", 0))
        ),
        *(
            (
                lifecycle(transitions=[{"storageClass": "GLACIER", **given}]),
                f"rules[0].transitions[0].{name}",
            )
            for name, given in (
                ("date", {"date": "soon"}),
                ("date", {"date": "2030-01-31T00:00:00Z", "days": 1}),
                ("days", {"days": -1}),
            )
        ),
    ],
    "s3/bucketLogging:BucketLogging": [({"bucket": LONG}, "bucket")],
    "s3/bucketNotification:BucketNotification": [
        ({"bucket": LONG}, "bucket"),
        ({"queues": [{"queueArn": ARN, "events": []}]}, "queues[0].events"),
    ],
    "s3/bucketObjectv2:BucketObjectv2": [
        ({"bucket": ""}, "bucket"),
        ({"contentBase64": "YQ=="}, "content"),
        ({"source": CODE}, "content"),
        ({"content": None, "contentBase64": "YQ==", "source": CODE}, "contentBase64"),
        ({"content": None, "contentBase64": "!"}, "contentBase64"),
        ({"key": ""}, "key"),
        ({"kmsKeyId": "key"}, "kmsKeyId"),
        ({"metadata": {"Origin": "program"}}, "metadata"),
    ],
    "s3/bucketOwnershipControls:BucketOwnershipControls": [({"bucket": ""}, "bucket")],
    "s3/bucketPolicy:BucketPolicy": [({"bucket": ""}, "bucket"), ({"policy": "{"}, "policy")],
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [({"bucket": ""}, "bucket")],
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
        ({"bucket": ""}, "bucket"),
        ({"rules": []}, "rules"),
    ],
    "s3/bucketVersioning:BucketVersioning": [({"bucket": ""}, "bucket")],
}
