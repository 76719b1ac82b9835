"""What the transform's roles may do: one document per job, for the optimizers, for the wake-up.

Each role reads and writes the objects, tables and ledger entries that its code touches, by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import PolicyDocument, Statement, identity_policy
from infra.iam.key_use import key_use
from tarn.ledger import PENDING_INDEX
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.deployment import Deployment

JOB_LOG_GROUPS = "/aws-glue/jobs"
"""Glue puts a job's logs under this path, in groups whose names it makes up itself."""

OPTIMIZER_LOG_GROUPS = (
    "/aws-glue/iceberg-compaction/logs",
    "/aws-glue/iceberg-retention/logs",
    "/aws-glue/iceberg-orphan-file-deletion/logs",
)
GLUE_METRICS_NAMESPACE = "Glue"


def curate_policy(
    *, deployment: Deployment, ledger_table: str, curated_database: str, key_arn: str
) -> PolicyDocument:
    """The curate job: takes pending files from the ledger and merges them into Iceberg tables."""
    ledger = deployment.arn("dynamodb", f"table/{ledger_table}")
    validated = deployment.bucket_arn(Zone.VALIDATED)
    return identity_policy(
        Statement(
            sid="FindPendingFiles",
            actions=("dynamodb:Query",),
            resources=(f"{ledger}/index/{PENDING_INDEX}",),
        ),
        Statement(
            sid="CheckAndMarkFiles",
            actions=("dynamodb:BatchGetItem", "dynamodb:UpdateItem"),
            resources=(ledger,),
        ),
        Statement(
            sid="ReadRows",
            actions=("s3:GetObject",),
            resources=(f"{validated}/*", f"{deployment.bucket_arn(Zone.CURATED)}/*"),
        ),
        *_change_iceberg_tables(deployment, database=curated_database, datasets=("*",)),
        _read_iceberg_tables(deployment, database=curated_database),
        *_run_as_job(deployment),
        key_use(deployment=deployment, key_arn=key_arn, services=("s3", "dynamodb"), writes=True),
    )


def model_job_policy(
    *, deployment: Deployment, datasets: Sequence[str], curated_database: str, key_arn: str
) -> PolicyDocument:
    """A job that makes models: reads every curated table and changes only its own."""
    curated = deployment.bucket_arn(Zone.CURATED)
    return identity_policy(
        Statement(sid="ReadCuratedRows", actions=("s3:GetObject",), resources=(f"{curated}/*",)),
        *_change_iceberg_tables(deployment, database=curated_database, datasets=datasets),
        _read_iceberg_tables(deployment, database=curated_database),
        *_run_as_job(deployment),
        key_use(deployment=deployment, key_arn=key_arn, services=("s3",), writes=True),
    )


def optimizer_policy(
    *, deployment: Deployment, curated_database: str, key_arn: str
) -> PolicyDocument:
    """Glue's table optimizers: compact, expire and clean the curated tables.

    Exactly what the AWS Glue Developer Guide lists under "Table optimization prerequisites".
    """
    curated = deployment.bucket_arn(Zone.CURATED)
    return identity_policy(
        Statement(sid="FindCuratedObjects", actions=("s3:ListBucket",), resources=(curated,)),
        Statement(
            sid="ChangeCuratedObjects",
            actions=("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
            resources=(f"{curated}/*",),
        ),
        Statement(
            sid="CommitToTables",
            actions=("glue:GetTable", "glue:UpdateTable"),
            resources=_table_arns(deployment, database=curated_database, tables=("*",)),
        ),
        _write_logs(deployment, OPTIMIZER_LOG_GROUPS),
        key_use(deployment=deployment, key_arn=key_arn, services=("s3",), writes=True),
    )


def wake_workflow_policy(*, deployment: Deployment, workflow: str) -> PolicyDocument:
    """EventBridge: tell the workflow that something happened."""
    return identity_policy(
        Statement(
            sid="WakeWorkflow",
            actions=("glue:NotifyEvent",),
            resources=(deployment.arn("glue", f"workflow/{workflow}"),),
        )
    )


def _change_iceberg_tables(
    deployment: Deployment, *, database: str, datasets: Sequence[str]
) -> tuple[Statement, Statement]:
    curated = deployment.bucket_arn(Zone.CURATED)
    return (
        Statement(
            sid="ChangeCuratedObjects",
            actions=("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
            resources=[f"{curated}/{dataset}/*" for dataset in datasets],
        ),
        Statement(
            sid="CommitToTables",
            actions=("glue:UpdateTable",),
            resources=_table_arns(deployment, database=database, tables=datasets),
        ),
    )


def _read_iceberg_tables(deployment: Deployment, *, database: str) -> Statement:
    return Statement(
        sid="ReadTables",
        actions=("glue:GetTable",),
        resources=_table_arns(deployment, database=database, tables=("*",)),
    )


def _table_arns(deployment: Deployment, *, database: str, tables: Sequence[str]) -> tuple[str, ...]:
    """Glue checks a call on a table against the catalog, the database and the table."""
    return (
        deployment.arn("glue", "catalog"),
        deployment.arn("glue", f"database/{database}"),
        *(deployment.arn("glue", f"table/{database}/{table}") for table in tables),
    )


def _run_as_job(deployment: Deployment) -> tuple[Statement, ...]:
    artifacts = deployment.bucket_arn(Zone.ARTIFACTS)
    return (
        Statement(
            sid="ReadArtifacts",
            actions=("s3:GetObject",),
            resources=(f"{artifacts}/glue/*", f"{artifacts}/contracts/*"),
        ),
        # Glue gives the key of the security configuration to the groups that it makes.
        _write_logs(deployment, (f"{JOB_LOG_GROUPS}/*",), "logs:AssociateKmsKey"),
        Statement(
            sid="PublishJobMetrics",
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringEquals": {"cloudwatch:namespace": GLUE_METRICS_NAMESPACE}},
        ),
    )


def _write_logs(deployment: Deployment, groups: Sequence[str], *more: str) -> Statement:
    return Statement(
        sid="WriteLogs",
        actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", *more),
        resources=[
            arn
            for group in groups
            for arn in (
                deployment.arn("logs", f"log-group:{group}"),
                deployment.arn("logs", f"log-group:{group}:*"),
            )
        ],
    )
