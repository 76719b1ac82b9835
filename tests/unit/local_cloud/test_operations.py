"""The tables of operations against the SDK's own models of the services."""

from __future__ import annotations

from typing import cast

import botocore.session
import pytest

from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations import dynamodb, glue, lambda_functions
from local_cloud.aws.operations.rules import Operations
from local_cloud.aws.operations.table import SERVICES


@pytest.mark.parametrize(("service", "operations"), SERVICES.items(), ids=SERVICES)
def test_every_operation_exists_in_the_service(service: str, operations: Operations) -> None:
    model = botocore.session.Session().get_service_model(service)
    known = cast("list[str]", model.operation_names)
    assert sorted(set(operations) - set(known)) == []


def call(service: str, operation: str, **parameters: object) -> ApiRequest:
    """Return a call as the gateway reads it."""
    return ApiRequest(
        service=service,
        operation=operation,
        region="us-east-1",
        account_id="000000000000",
        parameters=parameters,
        headers={},
    )


def needed(operations: Operations, request: ApiRequest) -> list[tuple[str, str]]:
    """Return the actions and resources that a call needs, without the ARNs' common part."""
    rule = operations[request.operation]
    assert rule is not None
    return [
        (need.action, need.resource.removeprefix(f"arn:aws:{request.service}:us-east-1:"))
        for need in rule(request)
    ]


@pytest.mark.parametrize(
    ("operations", "request_", "expected"),
    [
        (
            glue.OPERATIONS,
            call("glue", "GetTable", DatabaseName="d", Name="t"),
            [
                ("glue:GetTable", "000000000000:catalog"),
                ("glue:GetTable", "000000000000:database/d"),
                ("glue:GetTable", "000000000000:table/d/t"),
            ],
        ),
        (
            glue.OPERATIONS,
            call("glue", "UpdateTable", DatabaseName="d", TableInput={"Name": "t"}),
            [
                ("glue:UpdateTable", "000000000000:catalog"),
                ("glue:UpdateTable", "000000000000:database/d"),
                ("glue:UpdateTable", "000000000000:table/d/t"),
            ],
        ),
        (
            dynamodb.OPERATIONS,
            call("dynamodb", "Query", TableName="t", IndexName="i"),
            [("dynamodb:Query", "000000000000:table/t/index/i")],
        ),
        (
            dynamodb.OPERATIONS,
            call(
                "dynamodb",
                "TransactWriteItems",
                TransactItems=[{"Put": {"TableName": "a"}}, {"Update": {"TableName": "b"}}],
            ),
            [
                ("dynamodb:PutItem", "000000000000:table/a"),
                ("dynamodb:UpdateItem", "000000000000:table/b"),
            ],
        ),
        (
            lambda_functions.OPERATIONS,
            call("lambda", "Invoke", FunctionName="f", Qualifier="3"),
            [("lambda:InvokeFunction", "000000000000:function:f:3")],
        ),
    ],
    ids=lambda value: value.operation if isinstance(value, ApiRequest) else "",
)
def test_a_call_needs_its_action_on_each_resource(
    operations: Operations, request_: ApiRequest, expected: list[tuple[str, str]]
) -> None:
    assert needed(operations, request_) == expected
