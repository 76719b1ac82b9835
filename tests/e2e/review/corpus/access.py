"""Changes by which somebody may do more, or is seen by more."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

FUNCTION = "infra/components/ingestion/function.py"
BUCKET = "infra/components/lake/bucket.py"
GRANTS = "infra/components/warehouse/grants.py"

ACCESS = (
    Seed(
        name="function-may-delete",
        finds=("update RolePolicy: security",),
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old='actions=("s3:PutObject", "s3:AbortMultipartUpload"),',
                new='actions=("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),',
            ),
        ),
    ),
    Seed(
        name="function-may-read-any-version-of-all",
        finds=("update RolePolicy: security",),
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old='resources=(f"{deployment.bucket_arn(Zone.LANDING)}/*",),',
                new='resources=("arn:aws:s3:::*/*",),',
            ),
        ),
    ),
    Seed(
        name="two-actions-become-a-pattern",
        finds=("update RolePolicy: security",),
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old='actions=("dynamodb:GetItem", "dynamodb:UpdateItem"),',
                new='actions=("dynamodb:*Item",),',
            ),
        ),
    ),
    Seed(
        name="tls-not-asked-for",
        finds=("5 x update BucketPolicy: security",),
        edits=(
            Edit(
                file="infra/iam/buckets.py",
                old="    return resource_policy(_tls_only(bucket_arn))\n",
                new="    return resource_policy(\n"
                "        Statement(\n"
                '            sid="OwnerLists",\n'
                '            actions=("s3:ListBucket",),\n'
                '            principals={"AWS": ("arn:aws:iam::000000000000:root",)},\n'
                "            resources=(bucket_arn,),\n"
                "        )\n"
                "    )\n",
            ),
        ),
    ),
    Seed(
        name="public-access-possible",
        finds=("6 x update BucketPublicAccessBlock: security",),
        edits=(
            Edit(
                file=BUCKET,
                old="            restrict_public_buckets=True,\n",
                new="            restrict_public_buckets=False,\n",
            ),
        ),
    ),
    Seed(
        name="access-lists-count-again",
        finds=("6 x update BucketOwnershipControls: security",),
        edits=(Edit(file=BUCKET, old='"BucketOwnerEnforced"', new='"BucketOwnerPreferred"'),),
    ),
    Seed(
        name="queue-without-key",
        finds=("update Queue: security",),
        stops=("queue-encrypted-with-kms",),
        guarded=True,
        edits=(
            Edit(
                file="infra/components/ingestion/intake.py",
                old="            receive_wait_time_seconds=20,\n"
                "            kms_master_key_id=args.key_arn,\n"
                "            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE_SECONDS,\n",
                new="            receive_wait_time_seconds=20,\n"
                "            sqs_managed_sse_enabled=True,\n",
            ),
        ),
    ),
    Seed(
        name="logs-without-key",
        finds=("update LogGroup: security",),
        edits=(
            Edit(
                file=FUNCTION,
                old="            kms_key_id=args.lake.key.arn,\n",
                new="",
            ),
        ),
    ),
    Seed(
        name="key-not-rotated",
        finds=("update Key: security",),
        edits=(
            Edit(
                file="infra/components/lake/key.py",
                old="enable_key_rotation=True",
                new="enable_key_rotation=False",
            ),
        ),
    ),
    Seed(
        name="password-in-clear",
        finds=("update Function: security",),
        edits=(
            Edit(
                file=FUNCTION,
                old='        "POWERTOOLS_SERVICE_NAME": SERVICE,\n',
                new='        "POWERTOOLS_SERVICE_NAME": SERVICE,\n'
                '        "PARTNER_PASSWORD": "correct horse battery",\n',
            ),
        ),
    ),
    Seed(
        name="role-trusts-another-account",
        finds=("update Role: security",),
        edits=(
            Edit(
                file=FUNCTION,
                old='assume_role_policy=to_json(service_trust("lambda.amazonaws.com")),',
                new='assume_role_policy=to_json(service_trust("lambda.amazonaws.com"))'
                '.replace(\'"lambda.amazonaws.com"]\', \'"lambda.amazonaws.com"],'
                '"AWS":["arn:aws:iam::222222222222:root"]\'),',
            ),
        ),
    ),
    Seed(
        name="reader-reads-raw",
        finds=("create GrantPrivilegesToAccountRole: security",),
        edits=(
            Edit(
                file=GRANTS,
                old='        (SchemaName.MARTS, "DYNAMIC TABLES"): ("SELECT",),\n',
                new='        (SchemaName.RAW, "TABLES"): ("SELECT",),\n'
                '        (SchemaName.MARTS, "DYNAMIC TABLES"): ("SELECT",),\n',
            ),
        ),
    ),
    Seed(
        name="transformer-may-create-in-raw",
        finds=("update GrantPrivilegesToAccountRole: security",),
        edits=(
            Edit(
                file=GRANTS,
                old='    AccessRole.TRANSFORMER: {\n        SchemaName.RAW: ("USAGE",),\n',
                new="    AccessRole.TRANSFORMER: {\n"
                '        SchemaName.RAW: ("CREATE TABLE", "USAGE"),\n',
            ),
        ),
    ),
    Seed(
        name="reader-inherited-by-loader",
        finds=("replace GrantAccountRole: security",),
        edits=(
            Edit(
                file=GRANTS,
                old="    AccessRole.READER: AccessRole.TRANSFORMER,\n",
                new="    AccessRole.READER: AccessRole.LOADER,\n",
            ),
        ),
    ),
    Seed(
        name="job-writes-without-key",
        finds=("replace SecurityConfiguration: security",),
        edits=(
            Edit(
                file="infra/components/transform/jobs.py",
                old='s3_encryption_mode="SSE-KMS", kms_key_arn=self._args.lake.key.arn',
                new='s3_encryption_mode="SSE-S3"',
            ),
        ),
    ),
)
