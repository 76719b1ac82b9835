"""DynamoDB: names, indexes, the sizes of keys and of expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_GLOBAL_INDEXES: Final = 20
_LOCAL_INDEXES: Final = 5
_KEY_BYTES: Final = {"HASH": 2_048, "RANGE": 1_024}
_EXPRESSION_BYTES: Final = 4 * 1_024
_EXPRESSIONS: Final = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_CODE: Final = "ValidationException"


def check_table(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """A new table: its name, and how many indexes it has."""
    if not _NAME.fullmatch(request.text("TableName")):
        message = (
            "TableName must be at least 3 characters long and at most 255 characters long, of a-z, "
            "A-Z, 0-9, '_', '-' and '.'"
        )
        refuse(_CODE, message)
    for kind, most in (("Global", _GLOBAL_INDEXES), ("Local", _LOCAL_INDEXES)):
        count = len(request.parameters.get(f"{kind}SecondaryIndexes") or [])
        if count > most:
            message = (
                f"One or more parameter values were invalid: {kind}SecondaryIndex count exceeds "
                f"the per-table limit of {most}"
            )
            refuse(_CODE if kind == "Local" else "LimitExceededException", message)


def check_item(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """A call about one item: its expressions, and the size of its key."""
    for name in _EXPRESSIONS:
        size = len(request.text(name).encode())
        if size > _EXPRESSION_BYTES:
            message = (
                f"Invalid {name}: Expression size has exceeded the maximum allowed size; "
                f"expression size: {size}"
            )
            refuse(_CODE, message)
    item: Mapping[str, Any] = request.parameters.get("Item") or request.parameters.get("Key") or {}
    for name, kind in _keys(request):
        size = _bytes(item.get(name) or {})
        if size > _KEY_BYTES[kind]:
            what = "hashkey" if kind == "HASH" else "rangekey"
            message = (
                f"One or more parameter values were invalid: Size of {what} has exceeded the "
                f"maximum size limit of {_KEY_BYTES[kind]} bytes"
            )
            refuse(_CODE, message)


def _keys(request: ApiRequest) -> Iterator[tuple[str, str]]:
    """Yield the attributes of a table's key with their kinds."""
    name = request.text("TableName").rpartition("/")[2]
    table: Any = get_backend("dynamodb")[request.account_id][request.region].tables.get(name)
    schema: Sequence[Mapping[str, str]] = [] if table is None else table.schema
    for each in schema:
        yield each["AttributeName"], each["KeyType"]


def _bytes(value: Mapping[str, Any]) -> int:
    return len(str(value.get("S") or value.get("B") or "").encode())
