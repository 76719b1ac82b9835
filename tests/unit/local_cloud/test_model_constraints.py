"""The services' models: every known operation can be checked, and violations read as AWS's do."""

from __future__ import annotations

import pytest
from moto.core.utils import get_service_model

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.gateway.checks.constraints import operation_validator, python_pattern
from local_cloud.aws.gateway.checks.model_checks import check_model
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.table import SERVICES


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


@pytest.mark.parametrize("service", SERVICES)
def test_the_model_of_every_known_operation_compiles(service: str) -> None:
    model = get_service_model(service)
    for operation in SERVICES[service]:
        operation_validator(model.operation_model(operation), service)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\w+=,.@-]+", "a+b", "é"),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "é 1:/", "a*"),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "a\t\U0001f600", "a\n"),
        (r"[\w-_]*", "a-_1", "a b"),
        (r"[a-z]+", "a", "a\n"),
    ],
)
def test_a_pattern_of_java_is_read_as_java_reads_it(pattern: str, good: str, bad: str) -> None:
    assert python_pattern(pattern).fullmatch(good)
    assert not python_pattern(pattern).fullmatch(bad)


def test_every_violation_is_told_at_once_with_its_place() -> None:
    request = call(
        "events",
        "PutTargets",
        Rule="a b",
        Targets=[{"Id": "1", "Arn": "a"}, {"Id": "x" * 65, "Arn": "a"}],
    )
    with pytest.raises(ApiRefusalError) as refused:
        check_model(request)
    assert refused.value.code == "ValidationException"
    assert refused.value.message == (
        "2 validation errors detected: Value 'a b' at 'rule' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+; "
        f"Value '{'x' * 65}' at 'targets.2.member.id' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


def test_a_map_is_told_as_a_whole() -> None:
    request = call("lambda", "CreateFunction", Environment={"Variables": {"1": "x"}})
    with pytest.raises(ApiRefusalError) as refused:
        check_model(request)
    assert refused.value.message == (
        "1 validation error detected: Value '{1=x}' at 'environment.variables' failed to satisfy "
        "constraint: Map keys must satisfy constraint: [Member must satisfy regular expression "
        "pattern: [a-zA-Z]([a-zA-Z0-9_])+]"
    )


def test_the_query_protocol_is_read_too() -> None:
    request = call("iam", "TagRole", RoleName="r", **{"Tags.member.1.Key": "a*b"})
    with pytest.raises(ApiRefusalError, match=r"'tags\.1\.member\.key'") as refused:
        check_model(request)
    assert refused.value.code == "ValidationError"
