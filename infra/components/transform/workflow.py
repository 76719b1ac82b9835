"""What starts the jobs, and in which order.

Glue allows a workflow one starting trigger. It is an EVENT trigger; the arrival of validated
files, the sweeping schedule and requests reach it through EventBridge (docs/adr/0031). Events only
wake: the curate job asks the ledger what there is to do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.components.component import TarnComponent
from infra.iam.document import service_trust, to_json
from infra.iam.transform import wake_workflow_policy
from tarn import transform_request
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.deployment import Deployment
    from infra.settings import TransformSettings


@dataclass(frozen=True, kw_only=True)
class TransformWorkflowArgs:
    """Which jobs run, and what wakes them."""

    deployment: Deployment
    settings: TransformSettings
    curate: aws.glue.Job
    models: Sequence[aws.glue.Job]
    """Run when curate has succeeded."""


class TransformWorkflow(TarnComponent):
    """The workflow, its triggers and the rules that wake it."""

    workflow: aws.glue.Workflow

    def __init__(
        self, name: str, args: TransformWorkflowArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("transform", name, args.deployment, opts)
        self._args = args
        self.workflow = aws.glue.Workflow(
            name,
            name=args.deployment.name("transform"),
            description="Merges validated files into Iceberg tables, then makes the models.",
            max_concurrent_runs=1,
            tags=self.tags,
            opts=self.child(),
        )
        start = self._start_trigger()
        if args.models:
            self._models_trigger()
        role, permissions = self._wake_role()
        ready = (start, permissions)
        self._wake("arrivals", role, ready, pattern=arrival_pattern(args.deployment))
        self._wake("sweep", role, ready, schedule=args.settings.sweep_schedule)
        requests = transform_request.pattern(args.deployment.name("transform"))
        self._wake("requests", role, ready, pattern=requests)
        self.publish({"workflow": self.workflow.name})

    def _start_trigger(self) -> aws.glue.Trigger:
        return aws.glue.Trigger(
            f"{self.component_name}-start",
            name=self.deployment.name("transform-start"),
            description="Starts the workflow when enough events came, or the first one waited.",
            type="EVENT",
            workflow_name=self.workflow.name,
            actions=[aws.glue.TriggerActionArgs(job_name=self._args.curate.name)],
            event_batching_conditions=[
                aws.glue.TriggerEventBatchingConditionArgs(
                    batch_size=self._args.settings.batch_size,
                    batch_window=self._args.settings.batch_window_seconds,
                )
            ],
            tags=self.tags,
            opts=self.child(),
        )

    def _models_trigger(self) -> None:
        aws.glue.Trigger(
            f"{self.component_name}-models",
            name=self.deployment.name("transform-models"),
            description="Makes the models when their inputs are merged.",
            type="CONDITIONAL",
            workflow_name=self.workflow.name,
            actions=[aws.glue.TriggerActionArgs(job_name=job.name) for job in self._args.models],
            predicate=aws.glue.TriggerPredicateArgs(
                logical="AND",
                conditions=[
                    aws.glue.TriggerPredicateConditionArgs(
                        job_name=self._args.curate.name,
                        state="SUCCEEDED",
                        logical_operator="EQUALS",
                    )
                ],
            ),
            tags=self.tags,
            opts=self.child(),
        )

    def _wake_role(self) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            f"{self.component_name}-wake-role",
            name=self.deployment.name("events-glue"),
            description="EventBridge wakes the transform.",
            assume_role_policy=to_json(
                service_trust("events.amazonaws.com", account_id=self.deployment.account_id)
            ),
            permissions_boundary=self.deployment.boundary_arn,
            tags=self.tags,
            opts=self.child(),
        )
        policy = wake_workflow_policy(
            deployment=self.deployment, workflow=self.deployment.name("transform")
        )
        permissions = aws.iam.RolePolicy(
            f"{self.component_name}-wake-permissions",
            name="permissions",
            role=role.name,
            policy=to_json(policy),
            opts=self.child(),
        )
        return role, permissions

    def _wake(
        self,
        cause: str,
        role: aws.iam.Role,
        ready: Sequence[pulumi.Resource],
        *,
        pattern: str | None = None,
        schedule: str | None = None,
    ) -> None:
        rule = aws.cloudwatch.EventRule(
            f"{self.component_name}-{cause}",
            name=self.deployment.name(f"transform-{cause}"),
            description=f"Wakes the transform: {cause}.",
            event_pattern=pattern,
            schedule_expression=schedule,
            tags=self.tags,
            opts=self.child(),
        )
        aws.cloudwatch.EventTarget(
            f"{self.component_name}-{cause}-target",
            rule=rule.name,
            target_id="transform",
            arn=self.workflow.arn,
            role_arn=role.arn,
            opts=self.child(depends_on=ready),
        )


def arrival_pattern(deployment: Deployment) -> str:
    """Match new objects in the validated bucket, and nothing else that S3 tells EventBridge."""
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [deployment.bucket(Zone.VALIDATED)]}},
    }
    return json.dumps(pattern, separators=(",", ":"))
