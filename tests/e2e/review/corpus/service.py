"""Changes by which something stops for a while, does less, or costs more."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

PROD = "Pulumi.prod.yaml"

SERVICE = (
    Seed(
        name="function-renamed",
        finds=(
            "replace Function: outage",
            "update EventSourceMapping: harmless",
        ),
        edits=(
            Edit(
                file="infra/components/ingestion/function.py",
                old="            name,\n            name=self.function_name,\n",
                new='            name,\n            name=f"{self.function_name}-v2",\n',
            ),
        ),
    ),
    Seed(
        name="concurrency-lowered",
        finds=("update EventSourceMapping: outage",),
        edits=(Edit(file=PROD, old="maximumConcurrency: 50", new="maximumConcurrency: 5"),),
    ),
    Seed(
        name="memory-lowered",
        finds=("update Function: outage",),
        cost=-1,
        edits=(Edit(file=PROD, old="memoryMb: 3072", new="memoryMb: 1024"),),
    ),
    Seed(
        name="memory-raised",
        finds=("update Function: cost-up",),
        cost=1,
        edits=(Edit(file=PROD, old="memoryMb: 3072", new="memoryMb: 4096"),),
    ),
    Seed(
        name="trigger-paused",
        finds=("update EventSourceMapping: outage",),
        cost=-1,
        edits=(
            Edit(
                file="infra/components/ingestion/function.py",
                old="            batch_size=settings.batch_size,\n",
                new="            batch_size=settings.batch_size,\n            enabled=False,\n",
            ),
        ),
    ),
    Seed(
        name="function-may-no-longer-write-the-ledger",
        finds=("update RolePolicy: outage",),
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old='actions=("dynamodb:GetItem", "dynamodb:UpdateItem"),',
                new='actions=("dynamodb:GetItem",),',
            ),
        ),
    ),
    Seed(
        name="role-in-use-renamed",
        finds=(
            "replace Role: outage",
            "replace RolePolicy: harmless",
            "update Function: harmless",
        ),
        edits=(
            Edit(
                file="infra/components/ingestion/function.py",
                old='            f"{name}-role",\n            name=self.function_name,\n',
                new='            f"{name}-role",\n            name=f"{self.function_name}-role",\n',
            ),
        ),
    ),
    Seed(
        name="workers-lowered",
        finds=("2 x update Job: outage",),
        cost=-1,
        edits=(Edit(file=PROD, old="workerCount: 5", new="workerCount: 2"),),
    ),
    Seed(
        name="workers-raised",
        finds=("2 x update Job: cost-up",),
        cost=1,
        edits=(Edit(file=PROD, old="workerCount: 5", new="workerCount: 10"),),
    ),
    Seed(
        name="warehouse-smaller",
        finds=("update ResourceMonitor: outage", "update Warehouse: outage"),
        cost=-1,
        edits=(
            Edit(
                file=PROD,
                old="size: SMALL\n    creditQuota: 200",
                new="size: XSMALL\n    creditQuota: 100",
            ),
        ),
    ),
    Seed(
        name="warehouse-larger",
        finds=("update ResourceMonitor: cost-up", "update Warehouse: cost-up"),
        cost=1,
        edits=(
            Edit(
                file=PROD,
                old="size: SMALL\n    creditQuota: 200",
                new="size: LARGE\n    creditQuota: 800",
            ),
        ),
    ),
    Seed(
        name="warehouse-suspends-later",
        finds=("update Warehouse: cost-up",),
        cost=1,
        edits=(
            Edit(
                file=PROD,
                old="    size: SMALL\n",
                new="    size: SMALL\n    autoSuspendSeconds: 600\n",
            ),
        ),
    ),
    Seed(
        name="credits-lowered",
        finds=("update ResourceMonitor: outage",),
        cost=-1,
        edits=(Edit(file=PROD, old="creditQuota: 200", new="creditQuota: 100"),),
    ),
    Seed(
        name="pipe-made-anew",
        finds=(
            "5 x replace Pipe: outage",
            "update BucketNotification: outage",
        ),
        edits=(
            Edit(
                file="infra/components/warehouse/loading.py",
                old='f"Loads validated files of {contract.dataset}. Trust ",',
                new='f"Loads the validated files of {contract.dataset}. Trust ",',
            ),
        ),
    ),
    Seed(
        name="sweep-given-up",
        finds=(
            "delete EventRule: outage",
            "delete EventTarget: harmless",
        ),
        edits=(
            Edit(
                file="infra/components/transform/workflow.py",
                old='self._wake("sweep", role, ready, schedule=args.settings.sweep_schedule)\n',
                new="\n",
            ),
        ),
    ),
    Seed(
        name="timeout-shortened",
        finds=(
            "update Function: outage",
            "update Queue: harmless",
        ),
        edits=(
            Edit(
                file=PROD,
                old="    memoryMb: 3072\n",
                new="    memoryMb: 3072\n    timeoutSeconds: 120\n",
            ),
        ),
    ),
    Seed(
        name="arrivals-not-announced",
        finds=("update BucketNotification: outage",),
        edits=(
            Edit(
                file="infra/stack.py",
                old="                    event_bridge=True,\n",
                new="                    event_bridge=False,\n",
            ),
        ),
    ),
)
