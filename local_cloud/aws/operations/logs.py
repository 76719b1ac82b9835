"""CloudWatch Logs: groups and their streams."""

from __future__ import annotations

from typing import Final

from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.rules import Operations, on, only_root, same


def group_arn(account_id: str, region: str, name: str) -> str:
    """Name a log group as policies do, with the ``:*`` that covers its streams."""
    return f"arn:aws:logs:{region}:{account_id}:log-group:{name}:*"


def stream_arn(account_id: str, region: str, group: str, stream: str) -> str:
    """Name a log stream as policies do."""
    return f"arn:aws:logs:{region}:{account_id}:log-group:{group}:log-stream:{stream}"


def _group(request: ApiRequest) -> str:
    identifier = request.text("logGroupIdentifier")
    name = request.text("logGroupName") or identifier.split(":")[-1]
    return group_arn(request.account_id, request.region, name)


def _stream(request: ApiRequest) -> str:
    return stream_arn(
        request.account_id,
        request.region,
        request.text("logGroupName"),
        request.text("logStreamName"),
    )


OPERATIONS: Final[Operations] = {
    **same(
        on(_group),
        "AssociateKmsKey",
        "CreateLogGroup",
        "DescribeLogStreams",
        "FilterLogEvents",
        "PutRetentionPolicy",
    ),
    **same(on(_stream), "CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"),
    **only_root(
        "DeleteLogGroup",
        "DeleteRetentionPolicy",
        "DescribeLogGroups",
        "DisassociateKmsKey",
        "ListTagsForResource",
        "ListTagsLogGroup",
        "TagLogGroup",
        "TagResource",
        "UntagResource",
    ),
}
