"""SQS: a queue is named by its URL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from moto.backends import get_backend

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.key_use import DECRYPT, GENERATE, key_needs
from local_cloud.aws.operations.rules import Operations, Rule, on, only_root, same


def _queue_arn(request: ApiRequest) -> str:
    account_id, name = request.text("QueueUrl").rstrip("/").split("/")[-2:]
    return f"arn:aws:sqs:{request.region}:{account_id}:{name}"


def _named_queue_arn(request: ApiRequest) -> str:
    account_id = request.text("QueueOwnerAWSAccountId") or request.account_id
    return f"arn:aws:sqs:{request.region}:{account_id}:{request.text('QueueName')}"


def queue_key_needs(request: ApiRequest, arn: str, actions: tuple[str, ...]) -> Sequence[Need]:
    """Return what is needed of the key of an encrypted queue."""
    region, account_id, name = arn.split(":")[3:6]
    queue = get_backend("sqs")[account_id][region].queues.get(name)
    return key_needs(
        request,
        getattr(queue, "kms_master_key_id", None),
        service="sqs",
        actions=actions,
        context={"aws:sqs:arn": arn},
        owner_account_id=account_id,
    )


def _with_key(action: str, key_actions: tuple[str, ...]) -> Rule:
    def rule(request: ApiRequest) -> Sequence[Need]:
        arn = _queue_arn(request)
        return [
            Need(action=action, resource=arn),
            *queue_key_needs(request, arn, key_actions),
        ]

    return rule


_SEND: Final = _with_key("sqs:SendMessage", (GENERATE, DECRYPT))
_DELETE: Final = on(_queue_arn, "sqs:DeleteMessage")
_CHANGE: Final = on(_queue_arn, "sqs:ChangeMessageVisibility")

OPERATIONS: Final[Operations] = {
    "ChangeMessageVisibility": _CHANGE,
    "ChangeMessageVisibilityBatch": _CHANGE,
    "DeleteMessage": _DELETE,
    "DeleteMessageBatch": _DELETE,
    "GetQueueUrl": on(_named_queue_arn, "sqs:GetQueueUrl"),
    "ReceiveMessage": _with_key("sqs:ReceiveMessage", (DECRYPT,)),
    "SendMessage": _SEND,
    "SendMessageBatch": _SEND,
    **same(on(_queue_arn), "GetQueueAttributes", "ListQueueTags", "PurgeQueue"),
    **only_root(
        "CreateQueue",
        "DeleteQueue",
        "ListDeadLetterSourceQueues",
        "ListQueues",
        "SetQueueAttributes",
        "TagQueue",
        "UntagQueue",
    ),
}
