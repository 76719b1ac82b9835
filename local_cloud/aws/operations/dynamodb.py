"""DynamoDB: tables and indexes, and the key of an encrypted table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.key_use import DECRYPT, key_needs
from local_cloud.aws.operations.rules import Operations, Rule, on, only_root, same

_TRANSACT_ACTIONS: Final = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Get": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}


def _table_arn(request: ApiRequest, name: str) -> str:
    return name if name.startswith("arn:") else request.arn(f"table/{name}")


def _table(request: ApiRequest) -> str:
    return _table_arn(request, request.text("TableName"))


def _data(request: ApiRequest) -> Sequence[Need]:
    arn = _table(request)
    index = request.text("IndexName")
    resource = f"{arn}/index/{index}" if index else arn
    need = Need(action=f"dynamodb:{request.operation}", resource=resource)
    return [need, *_table_key_needs(request, arn)]


def _batch(request: ApiRequest) -> Sequence[Need]:
    tables: Mapping[str, object] = request.parameters.get("RequestItems", {})
    arns = [_table_arn(request, name) for name in tables]
    return [
        need
        for arn in arns
        for need in (
            Need(action=f"dynamodb:{request.operation}", resource=arn),
            *_table_key_needs(request, arn),
        )
    ]


def _transaction(request: ApiRequest) -> Sequence[Need]:
    items: Sequence[Mapping[str, Mapping[str, Any]]] = request.parameters.get("TransactItems", [])
    needs: list[Need] = []
    for item in items:
        for kind, call in item.items():
            arn = _table_arn(request, str(call["TableName"]))
            needs.append(Need(action=_TRANSACT_ACTIONS[kind], resource=arn))
            needs += _table_key_needs(request, arn)
    return needs


def _table_key_needs(request: ApiRequest, arn: str) -> Sequence[Need]:
    region, account_id, name = arn.split(":")[3:6]
    name = name.removeprefix("table/")
    table = get_backend("dynamodb")[account_id][region].tables.get(name)
    encryption: Mapping[str, Any] = getattr(table, "sse_specification", None) or {}
    return key_needs(
        request,
        encryption.get("KMSMasterKeyId"),
        service="dynamodb",
        actions=(DECRYPT,),
        context={"aws:dynamodb:tableName": name, "aws:dynamodb:subscriberId": account_id},
        owner_account_id=account_id,
    )


_DATA_RULE: Final[Rule] = _data

OPERATIONS: Final[Operations] = {
    **same(_DATA_RULE, "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"),
    **same(_batch, "BatchGetItem", "BatchWriteItem"),
    **same(_transaction, "TransactGetItems", "TransactWriteItems"),
    "DescribeTable": on(_table),
    **only_root(
        "CreateTable",
        "DeleteTable",
        "DescribeContinuousBackups",
        "DescribeContributorInsights",
        "DescribeTimeToLive",
        "ListTables",
        "ListTagsOfResource",
        "TagResource",
        "UntagResource",
        "UpdateContinuousBackups",
        "UpdateTable",
        "UpdateTimeToLive",
    ),
}
