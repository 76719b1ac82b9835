"""Heads that do not deploy: the report says why."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

REFUSED = (
    Seed(
        name="dataset-still-referred-to",
        finds=(
            "contract flights.* contract-broken: breaking",
            "contract planes.* dataset-removed: breaking",
        ),
        edits=(Edit(file="contracts/planes.odcs.yaml"),),
        refused="planes.tailnum does not exist",
    ),
    Seed(
        name="provider-refuses-a-value",
        edits=(
            Edit(
                file="infra/components/ingestion/intake.py",
                old="            receive_wait_time_seconds=20,\n",
                new="            receive_wait_time_seconds=90,\n",
            ),
        ),
        refused="receiveWaitTimeSeconds",
    ),
    Seed(
        name="program-refuses-a-setting",
        edits=(Edit(file="Pulumi.prod.yaml", old="workerCount: 5", new="workerCount: 1"),),
        refused="workerCount",
    ),
    Seed(
        name="policy-rule-refuses-a-star",
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old='actions=("s3:GetObjectVersion",),',
                new='actions=("s3:*",),',
            ),
        ),
        refused="a whole service",
    ),
    Seed(
        name="contract-without-type",
        finds=("contract flights.* contract-broken: breaking",),
        edits=(
            Edit(
                file="contracts/flights.odcs.yaml",
                old="      - name: air_time\n        logicalType: integer\n",
                new="      - name: air_time\n        logicalType: length\n",
            ),
        ),
        refused="air_time",
    ),
)
