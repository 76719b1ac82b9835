"""The quicker ways through moto give what moto gives."""

from __future__ import annotations

from typing import Any

import pytest
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import UpdateExpressionValidator

from local_cloud.aws.moto_speed import install_speed

NAMES = {"#a": "a", "#list": "list", "#map": "map"}
VALUES = {":one": {"N": "1"}, ":text": {"S": "t"}, ":list": {"L": [{"S": "x"}]}}


def updated(expression: str) -> dict[str, Any]:
    """Apply an expression to an item, as moto's update_item does."""
    # Moto's metaclass hides the classes from the type checker.
    item: Any = Item(
        DynamoType({"S": "key"}),
        None,
        attrs={"id": {"S": "key"}, "a": {"N": "4"}, "list": {"L": [{"S": "0"}, {"S": "1"}]}},
    )
    table: Any = Table(
        "table",
        account_id="000000000000",
        region="us-east-1",
        schema=[{"KeyType": "HASH", "AttributeName": "id"}],
        attr=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    tree = UpdateExpressionValidator(
        UpdateExpressionParser.make(expression),
        expression_attribute_names=NAMES,
        expression_attribute_values=VALUES,
        item=item,
        table=table,
    ).validate()
    tree.normalize()
    UpdateExpressionExecutor(tree, item, NAMES).execute()
    return item.to_json()["Attributes"]


EXPRESSIONS = [
    "SET #a = #a + :one",
    "SET #a=if_not_exists(#a,:one)+:one, b = :text",
    "SET b = if_not_exists(b, :text) REMOVE #a",
    "SET #list = list_append(#list, :list)",
    "REMOVE #list[0], #list[1]",
    "ADD #a :one SET #map = :text",
]
FAULTY = ["SET #a = :one, #a = :one", "SET #a = :one SET b = :one", "SET id = :text"]


ANSWERS: list[tuple[str, str, str, object]] = [
    ("dynamodb", "json", "GetItem", {"Item": {"a": {"S": "x"}, "b": {"N": "1.5"}, "c": {"S": ""}}}),
    ("dynamodb", "json", "GetItem", {"Item": {"a": {"B": b"x"}, "b": {"NULL": True}}}),
    ("dynamodb", "json", "GetItem", {"Item": {"a": {"L": [{"S": "x"}, {"M": {"k": {"N": "2"}}}]}}}),
    ("dynamodb", "json", "Scan", {"Items": [{"a": {"SS": ["x", "y"]}}, {}], "Count": 2}),
    ("glue", "json", "GetTable", {"Table": {"Name": "t", "database_name": "d", "Parameters": {}}}),
    ("glue", "json", "GetTable", {"Table": {"name": "t", "StorageDescriptor": {"Columns": None}}}),
    ("sqs", "json", "ReceiveMessage", {"Messages": [{"MessageId": "1", "body": "b"}]}),
    ("sns", "query", "GetTopicAttributes", {"Attributes": {"Owner": "o"}}),
]


def served(service: str, protocol: str, operation: str, result: object) -> object:
    """Write an answer as moto does."""
    model: Any = get_service_model(service)
    serializer: Any = get_serializer_class(service, protocol)
    writer = serializer(model.operation_model(operation), value_picker=XFormedAttributePicker())
    return writer.serialize(result)["body"]


MOTOS_ANSWERS = [served(*answer) for answer in ANSWERS]
"""Taken at import, before anything is replaced."""

MOTOS_OWN = {expression: updated(expression) for expression in EXPRESSIONS}
"""Taken at import, before anything is replaced."""


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_update_changes_the_same(expression: str) -> None:
    install_speed()
    assert updated(expression) == MOTOS_OWN[expression]
    # The second time the expression is not parsed again.
    assert updated(expression) == MOTOS_OWN[expression]


@pytest.mark.parametrize("expression", FAULTY)
def test_a_faulty_expression_is_still_refused(expression: str) -> None:
    install_speed()
    with pytest.raises(MockValidationException):
        updated(expression)


@pytest.mark.parametrize("number", range(len(ANSWERS)), ids=[each[2] for each in ANSWERS])
def test_an_answer_is_written_the_same(number: int) -> None:
    install_speed()
    assert served(*ANSWERS[number]) == MOTOS_ANSWERS[number]
    # The second time the names of the members are known.
    assert served(*ANSWERS[number]) == MOTOS_ANSWERS[number]
