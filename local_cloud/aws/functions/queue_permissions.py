"""What a function's role needs for Lambda to poll a queue on its behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.evaluation import require
from local_cloud.aws.authorization.service_roles import role_session
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.key_use import DECRYPT
from local_cloud.aws.operations.sqs import queue_key_needs

if TYPE_CHECKING:
    from moto.sqs.models import Queue

_SESSION = "event-source-mapping"
POLLING = ("sqs:ReceiveMessage", "sqs:GetQueueAttributes")
DELETING = ("sqs:DeleteMessage",)


def require_polling(role_arn: str, queue: Queue) -> None:
    """Raise ``AccessDeniedError`` unless the role may receive, also what is encrypted."""
    _require(role_arn, queue, POLLING)
    caller = role_session(role_arn, _SESSION)
    request = ApiRequest(
        service="sqs",
        operation="ReceiveMessage",
        region=queue.region,
        account_id=caller.account_id,
        parameters={},
        headers={},
    )
    for need in queue_key_needs(request, queue.queue_arn, (DECRYPT,)):
        require(caller, need, region=queue.region)


def require_deleting(role_arn: str, queue: Queue) -> None:
    """Raise ``AccessDeniedError`` unless the role may delete what has been processed."""
    _require(role_arn, queue, DELETING)


def _require(role_arn: str, queue: Queue, actions: tuple[str, ...]) -> None:
    caller = role_session(role_arn, _SESSION)
    for action in actions:
        need = Need(action=action, resource=queue.queue_arn)
        require(caller, need, region=queue.region)
