"""Changes that nobody has to look at for long."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

HARMLESS = (
    Seed(
        name="tag-added-everywhere",
        finds=(
            "6 x update Bucket: harmless",
            "6 x update BucketObjectv2: harmless",
            "3 x update CatalogDatabase: harmless",
            "4 x update EventRule: harmless",
            "update EventSourceMapping: harmless",
            "update Function: harmless",
            "2 x update Job: harmless",
            "update Key: harmless",
            "2 x update LogGroup: harmless",
            "8 x update MetricAlarm: harmless",
            "update Policy: harmless",
            "2 x update Queue: harmless",
            "9 x update Role: harmless",
            "update Table: harmless",
            "update Topic: harmless",
            "2 x update Trigger: harmless",
            "update Workflow: harmless",
        ),
        edits=(
            Edit(
                file="infra/tags.py",
                old='        "ManagedBy": "pulumi",\n',
                new='        "ManagedBy": "pulumi",\n        "CostCenter": "data",\n',
            ),
        ),
    ),
    Seed(
        name="description-of-the-function",
        finds=("update Function: harmless",),
        edits=(
            Edit(
                file="infra/components/ingestion/function.py",
                old='description="Checks landed files against their contract",',
                new='description="Checks every landed file against its contract",',
            ),
        ),
    ),
    Seed(
        name="code-of-the-function",
        finds=(
            "replace BucketObjectv2: harmless",
            "update Function: harmless",
        ),
        edits=(
            Edit(
                file="lambdas/ingest/handler.py",
                old="from __future__ import annotations\n",
                new="# A remark is code too: its archive is another.\n"
                "from __future__ import annotations\n",
            ),
        ),
    ),
    Seed(
        name="code-of-a-job",
        finds=(
            "2 x replace BucketObjectv2: harmless",
            "2 x update Job: harmless",
        ),
        edits=(
            Edit(
                file="glue_jobs/curate/main.py",
                old="from __future__ import annotations\n",
                new="# A remark.\nfrom __future__ import annotations\n",
            ),
        ),
    ),
    Seed(
        name="log-level-raised",
        finds=("update Function: harmless",),
        edits=(
            Edit(
                file="Pulumi.prod.yaml",
                old="    memoryMb: 3072\n",
                new="    memoryMb: 3072\n    logLevel: DEBUG\n",
            ),
        ),
    ),
    Seed(
        name="alarm-more-patient",
        finds=("5 x update MetricAlarm: harmless",),
        edits=(
            Edit(
                file="Pulumi.prod.yaml",
                old="  tarn:transform:\n",
                new="  tarn:watching:\n    quarantineSharePercent: 10\n  tarn:transform:\n",
            ),
        ),
    ),
    Seed(
        name="batch-window-longer",
        finds=("update Trigger: harmless",),
        edits=(
            Edit(
                file="Pulumi.prod.yaml",
                old="  tarn:transform:\n",
                new="  tarn:transform:\n    batchWindowSeconds: 600\n",
            ),
        ),
    ),
    Seed(
        name="queue-added",
        finds=("create Queue: cost-up",),
        cost=1,
        edits=(
            Edit(
                file="infra/components/ingestion/intake.py",
                old='        self.publish({"queueUrl"',
                new='        sqs.Queue(f"{name}-late", name=deployment.name("late"), '
                "kms_master_key_id=args.key_arn, tags=self.tags, opts=self.child())\n"
                '        self.publish({"queueUrl"',
            ),
        ),
    ),
)
