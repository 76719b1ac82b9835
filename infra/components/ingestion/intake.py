"""The queue of announced objects, and the queue of those that nobody could handle."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_aws import sqs

from infra.components.component import TarnComponent
from infra.iam.document import PolicyDocument, to_json
from infra.iam.queues import dead_letter_queue_policy, intake_queue_policy
from tarn.zones import Zone

if TYPE_CHECKING:
    import pulumi

    from infra.deployment import Deployment
    from infra.settings import IngestionSettings

SECONDS_A_DAY: Final = 86_400
VISIBILITY_FACTOR: Final = 6
"""AWS's advice: six times the function's timeout, so that throttled retries do not double work."""
DATA_KEY_REUSE_SECONDS: Final = 300


@dataclass(frozen=True, kw_only=True)
class IntakeArgs:
    """What the queues are built from."""

    deployment: Deployment
    settings: IngestionSettings
    key_arn: pulumi.Input[str]


class Intake(TarnComponent):
    """Attributes: ``queue`` and ``dead_letters``; their names and ARNs as plain text; ``policy``.

    Who makes S3 announce to the queue must come after ``policy``, or S3 refuses.
    """

    def __init__(
        self, name: str, args: IntakeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ingestion", name, args.deployment, opts)
        deployment = args.deployment
        self.queue_name = deployment.name("ingest")
        self.queue_arn = deployment.arn("sqs", self.queue_name)
        self.dead_letter_queue_name = deployment.name("ingest-dead-letter")
        self.dead_letter_queue_arn = deployment.arn("sqs", self.dead_letter_queue_name)
        self.dead_letters = self._dead_letter_queue(f"{name}-dead-letter", args)
        self.queue = self._queue(name, args)
        self.policy = self._policy(
            name,
            self.queue,
            intake_queue_policy(
                self.queue_arn,
                landing_bucket_arn=deployment.bucket_arn(Zone.LANDING),
                account_id=deployment.account_id,
            ),
        )
        self._policy(
            f"{name}-dead-letter",
            self.dead_letters,
            dead_letter_queue_policy(self.dead_letter_queue_arn),
        )
        self.publish({"queueUrl": self.queue.url, "deadLetterQueueUrl": self.dead_letters.url})

    def _queue(self, name: str, args: IntakeArgs) -> sqs.Queue:
        settings = args.settings
        redrive = {
            "deadLetterTargetArn": self.dead_letter_queue_arn,
            "maxReceiveCount": settings.attempts,
        }
        return sqs.Queue(
            name,
            name=self.queue_name,
            visibility_timeout_seconds=VISIBILITY_FACTOR * settings.timeout_seconds
            + settings.batch_window_seconds,
            message_retention_seconds=settings.message_retention_days * SECONDS_A_DAY,
            receive_wait_time_seconds=20,
            kms_master_key_id=args.key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE_SECONDS,
            redrive_policy=json.dumps(redrive),
            tags=self.tags,
            opts=self.child(depends_on=[self.dead_letters]),
        )

    def _dead_letter_queue(self, name: str, args: IntakeArgs) -> sqs.Queue:
        """Messages stay as long as SQS allows: each is a file that waits for somebody."""
        allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [self.queue_arn]}
        return sqs.Queue(
            name,
            name=self.dead_letter_queue_name,
            message_retention_seconds=14 * SECONDS_A_DAY,
            kms_master_key_id=args.key_arn,
            kms_data_key_reuse_period_seconds=DATA_KEY_REUSE_SECONDS,
            redrive_allow_policy=json.dumps(allowed),
            tags=self.tags,
            opts=self.child(),
        )

    def _policy(self, name: str, queue: sqs.Queue, document: PolicyDocument) -> sqs.QueuePolicy:
        return sqs.QueuePolicy(
            f"{name}-policy", queue_url=queue.url, policy=to_json(document), opts=self.child()
        )
