"""EventBridge, SNS and CloudWatch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.key_use import DECRYPT, GENERATE, key_needs
from local_cloud.aws.operations.rules import Operations, also, on, only_root, passes_role, same


def _buses(request: ApiRequest) -> Iterable[str]:
    entries: Sequence[Mapping[str, Any]] = request.parameters.get("Entries", [])
    names = {str(entry.get("EventBusName") or "default") for entry in entries}
    return [name if name.startswith("arn:") else request.arn(f"event-bus/{name}") for name in names]


def _topic(request: ApiRequest) -> str:
    return request.text("TopicArn")


def _publish(request: ApiRequest) -> Sequence[Need]:
    arn = _topic(request)
    return [Need(action="sns:Publish", resource=arn), *topic_key_needs(request, arn)]


def topic_key_needs(request: ApiRequest, arn: str) -> Sequence[Need]:
    """Return what is needed of the key of an encrypted topic."""
    region, account_id = arn.split(":")[3:5]
    topic: Any = get_backend("sns")[account_id][region].topics.get(arn)
    return key_needs(
        request,
        topic.kms_master_key_id if topic is not None else None,
        service="sns",
        actions=(GENERATE, DECRYPT),
        context={"aws:sns:topicArn": arn},
        owner_account_id=account_id,
    )


def _put_metric_data(request: ApiRequest) -> Sequence[Need]:
    namespace = request.text("Namespace")
    context = {"cloudwatch:namespace": namespace} if namespace else {}
    return [Need(action="cloudwatch:PutMetricData", resource="*", context=context)]


def _rule(request: ApiRequest) -> str:
    return request.arn(f"rule/{request.text('Rule') or request.text('Name')}")


def _target_roles(request: ApiRequest) -> Iterable[str]:
    targets: Sequence[Mapping[str, Any]] = request.parameters.get("Targets", [])
    return request.text("RoleArn"), *(str(target.get("RoleArn") or "") for target in targets)


EVENTS_OPERATIONS: Final[Operations] = {
    **same(
        also(on(_rule), passes_role(_target_roles, "events.amazonaws.com")), "PutRule", "PutTargets"
    ),
    "PutEvents": on(_buses),
    **only_root(
        "DeleteRule",
        "DescribeEventBus",
        "DescribeRule",
        "DisableRule",
        "EnableRule",
        "ListEventBuses",
        "ListRules",
        "ListTagsForResource",
        "ListTargetsByRule",
        "RemoveTargets",
        "TagResource",
        "TestEventPattern",
        "UntagResource",
    ),
}

SNS_OPERATIONS: Final[Operations] = {
    "Publish": _publish,
    "PublishBatch": _publish,
    **same(on(_topic), "GetTopicAttributes", "ListSubscriptionsByTopic"),
    **only_root(
        "CreateTopic",
        "DeleteTopic",
        "GetSubscriptionAttributes",
        "ListSubscriptions",
        "ListTagsForResource",
        "ListTopics",
        "SetSubscriptionAttributes",
        "SetTopicAttributes",
        "Subscribe",
        "TagResource",
        "Unsubscribe",
        "UntagResource",
    ),
}

CLOUDWATCH_OPERATIONS: Final[Operations] = {
    "PutMetricData": _put_metric_data,
    **same(on(lambda _request: "*"), "GetMetricData", "GetMetricStatistics", "ListMetrics"),
    **only_root(
        "DeleteAlarms",
        "DeleteDashboards",
        "DescribeAlarms",
        "DescribeAlarmsForMetric",
        "DisableAlarmActions",
        "EnableAlarmActions",
        "GetDashboard",
        "ListDashboards",
        "ListTagsForResource",
        "PutDashboard",
        "PutMetricAlarm",
        "SetAlarmState",
        "TagResource",
        "UntagResource",
    ),
}
