"""DynamoDB: names, and the sizes of items, keys, expressions and batches."""

from __future__ import annotations

from typing import Final

from tests.functional.local_aws.laboratory import Document, Laboratory
from tests.functional.local_aws.limits.row import MODEL, Row

TABLES: Final = "amazondynamodb/latest/developerguide/Constraints.html"
VALIDATION: Final = "ValidationException"


def table(laboratory: Laboratory) -> None:
    """Make a table with a sort key."""
    laboratory.client("dynamodb").create_table(**table_named(laboratory, laboratory.suffix))


def table_named(_laboratory: Laboratory, name: str) -> Document:
    """Return a CreateTable call."""
    return {
        "TableName": name,
        "KeySchema": [
            {"AttributeName": "h", "KeyType": "HASH"},
            {"AttributeName": "r", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "h", "AttributeType": "S"},
            {"AttributeName": "r", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }


def item(laboratory: Laboratory, attributes: dict[str, int]) -> Document:
    """Return a PutItem call whose attributes have these sizes."""
    sizes = {"h": 1, "r": 1, **attributes}
    return {
        "TableName": laboratory.suffix,
        "Item": {name: {"S": "x" * size} for name, size in sizes.items()},
    }


def expression(laboratory: Laboratory, size: int) -> Document:
    """Return a PutItem call with a condition of this size."""
    condition = "attribute_not_exists(h)".ljust(size)
    return {**item(laboratory, {}), "ConditionExpression": condition}


def writes(laboratory: Laboratory, count: int) -> Document:
    """Return a BatchWriteItem call for so many items."""
    puts = [
        {"PutRequest": {"Item": {"h": {"S": str(number)}, "r": {"S": "r"}}}}
        for number in range(count)
    ]
    return {"RequestItems": {laboratory.suffix: puts}}


def reads(laboratory: Laboratory, count: int) -> Document:
    """Return a BatchGetItem call for so many items."""
    keys = [{"h": {"S": str(number)}, "r": {"S": "r"}} for number in range(count)]
    return {"RequestItems": {laboratory.suffix: {"Keys": keys}}}


def transaction(laboratory: Laboratory, count: int) -> Document:
    """Return a TransactWriteItems call for so many items."""
    name = laboratory.suffix
    puts = [
        {"Put": {"TableName": name, "Item": {"h": {"S": str(number)}, "r": {"S": "r"}}}}
        for number in range(count)
    ]
    return {"TransactItems": puts}


ROWS: Final = (
    Row(
        "table name",
        "dynamodb",
        "create_table",
        lambda lab, start: table_named(lab, start + lab.suffix),
        "a_b.c-",
        "a b",
        VALIDATION,
        TABLES,
    ),
    Row(
        "item",
        "dynamodb",
        "put_item",
        item,
        {"a": 409_600 - 5},
        {"a": 409_600},
        VALIDATION,
        TABLES,
        table,
    ),
    Row(
        "partition key",
        "dynamodb",
        "put_item",
        item,
        {"h": 2_048},
        {"h": 2_049},
        VALIDATION,
        TABLES,
        table,
    ),
    Row(
        "sort key",
        "dynamodb",
        "put_item",
        item,
        {"r": 1_024},
        {"r": 1_025},
        VALIDATION,
        TABLES,
        table,
    ),
    Row("expression", "dynamodb", "put_item", expression, 4_096, 4_097, VALIDATION, TABLES, table),
    Row("writes at once", "dynamodb", "batch_write_item", writes, 25, 26, VALIDATION, MODEL, table),
    Row("reads at once", "dynamodb", "batch_get_item", reads, 100, 101, VALIDATION, MODEL, table),
    Row(
        "transaction",
        "dynamodb",
        "transact_write_items",
        transaction,
        100,
        101,
        VALIDATION,
        MODEL,
        table,
    ),
)
