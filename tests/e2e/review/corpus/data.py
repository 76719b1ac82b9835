"""Changes by which data is lost."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

PROD = "Pulumi.prod.yaml"

DATA = (
    Seed(
        name="log-retention-shortened",
        finds=("update LogGroup: data-loss",),
        cost=-1,
        edits=(
            Edit(
                file=PROD,
                old="    workerCount: 5\n    logRetentionDays: 90\n",
                new="    workerCount: 5\n    logRetentionDays: 30\n",
            ),
        ),
    ),
    Seed(
        name="message-retention-shortened",
        finds=("update Queue: data-loss",),
        edits=(Edit(file=PROD, old="messageRetentionDays: 14", new="messageRetentionDays: 4"),),
    ),
    Seed(
        name="time-travel-shortened",
        finds=("update Database: data-loss",),
        edits=(Edit(file=PROD, old="dataRetentionDays: 7", new="dataRetentionDays: 1"),),
    ),
    Seed(
        name="key-deletion-quicker",
        finds=("update Key: data-loss",),
        edits=(
            Edit(
                file=PROD,
                old="  tarn:ingestion:\n",
                new="  tarn:lake:\n    keyDeletionDays: 7\n  tarn:ingestion:\n",
            ),
        ),
    ),
    Seed(
        name="access-logs-expire-earlier",
        finds=("update BucketLifecycleConfiguration: data-loss",),
        edits=(
            Edit(
                file=PROD,
                old="  tarn:ingestion:\n",
                new="  tarn:lake:\n    accessLogExpiryDays: 30\n  tarn:ingestion:\n",
            ),
        ),
    ),
    Seed(
        name="quarantine-expires",
        finds=("update BucketLifecycleConfiguration: data-loss cost-up",),
        cost=1,
        edits=(
            Edit(
                file="infra/components/lake/ageing.py",
                old="        Zone.QUARANTINE: kept_for_replay,\n",
                new="        Zone.QUARANTINE: Ageing(\n"
                "            incomplete_upload_days=upload_days, expiry_days=365\n        ),\n",
            ),
        ),
    ),
    Seed(
        name="landing-no-longer-versioned",
        finds=("update BucketVersioning: data-loss",),
        edits=(
            Edit(
                file="infra/components/lake/bucket.py",
                old='                        status="Enabled"\n',
                new='                        status="Suspended"\n',
            ),
        ),
    ),
    Seed(
        name="ledger-without-recovery",
        finds=("update Table: data-loss",),
        cost=-1,
        stops=("table-point-in-time-recovery",),
        guarded=True,
        edits=(
            Edit(
                file="infra/components/ingestion/ledger.py",
                old="TablePointInTimeRecoveryArgs(enabled=True)",
                new="TablePointInTimeRecoveryArgs(enabled=False)",
            ),
        ),
    ),
    Seed(
        name="ledger-key-renamed",
        finds=(
            "replace Table: data-loss outage",
            "update Function: harmless",
            "update Job: harmless",
            "3 x update RolePolicy: harmless",
        ),
        stops=("protect",),
        edits=(
            Edit(
                file="infra/components/ingestion/ledger.py",
                old='args.deployment.name("ledger")',
                new='args.deployment.name("files")',
            ),
        ),
    ),
    Seed(
        name="queue-renamed",
        finds=(
            "replace EventSourceMapping: outage",
            "replace Queue: data-loss outage",
            "replace QueuePolicy: harmless",
            "update BucketNotification: outage",
            "update Function: harmless",
            "update Queue: harmless",
            "2 x update RolePolicy: harmless",
        ),
        edits=(
            Edit(
                file="infra/components/ingestion/intake.py",
                old='deployment.name("ingest")\n        self.queue_arn',
                new='deployment.name("arrivals")\n        self.queue_arn',
            ),
        ),
    ),
    Seed(
        name="dead-letters-given-up",
        edits=(
            Edit(
                file="infra/components/ingestion/intake.py",
                old="            redrive_policy=json.dumps(redrive),\n",
                new="",
            ),
        ),
    ),
    Seed(
        name="data-removal-allowed",
        finds=(
            "6 x update Bucket: data-loss",
            "update Key: data-loss",
        ),
        edits=(
            Edit(
                file=PROD,
                old="  tarn:ingestion:\n",
                new="  tarn:dataRemovalAllowed: true\n"
                "  tarn:lake:\n    dataRemovalAllowed: true\n  tarn:ingestion:\n",
            ),
        ),
    ),
    Seed(
        name="log-group-renamed",
        finds=(
            "replace LogGroup: data-loss",
            "2 x update Job: harmless",
        ),
        edits=(
            Edit(
                file="infra/components/transform/jobs.py",
                old='name=f"{JOB_LOG_GROUPS}/{self.deployment.prefix}",',
                new='name=f"{JOB_LOG_GROUPS}/{self.deployment.prefix}-all",',
            ),
        ),
    ),
    Seed(
        name="stage-elsewhere",
        finds=("update StageExternalS3: outage",),
        edits=(
            Edit(
                file="infra/components/warehouse/loading.py",
                old='url=f"s3://{self.deployment.bucket(Zone.VALIDATED)}/",',
                new='url=f"s3://{self.deployment.bucket(Zone.VALIDATED)}/rows/",',
            ),
        ),
    ),
)
