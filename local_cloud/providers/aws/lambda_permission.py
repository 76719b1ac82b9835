"""Who may call a Lambda function: the statements of its resource policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.shapes import request
from local_cloud.providers.errors import ProviderError
from local_cloud.providers.values import Properties, Value, mapping, objects, text

_MISSING = ("ResourceNotFoundException",)

# terraform-provider-aws, internal/service/lambda/validate.go (validFunctionName).
_FUNCTION = rules.every(
    rules.length(1, 140),
    rules.pattern(
        r"(arn:[\w-]+:lambda:)?([a-z]{2}-([a-z]+-){1,2}\d:)?(\d{12}:)?(function:)?"
        r"[\w-]{1,64}(:(\$LATEST|[\w-]+))?",
        "the name of a function (1 to 64 letters, digits, - and _) or its ARN",
    ),
)


class Permission(ResourceAdapter[Aws]):
    """A statement of a function's resource policy; its id is the statement's."""

    resource_type: ClassVar[str] = "aws:lambda/permission:Permission"
    source: ClassVar[str] = "internal/service/lambda/permission.go"
    naming: ClassVar[Naming | None] = Naming(input="statementId", longest=100)
    inputs: ClassVar[Mapping[str, Input]] = {
        "action": Input(
            required=True,
            replace=True,
            rule=rules.pattern(r"lambda:(\*|[A-Za-z]+)|\*", "lambda:InvokeFunction"),
        ),
        "function": Input(required=True, replace=True, rule=_FUNCTION),
        "principal": Input(required=True, replace=True),
        "sourceAccount": Input(replace=True, rule=rules.pattern(r"\d{12}", "12 digits")),
        "sourceArn": Input(replace=True, rule=rules.arn),
        "statementId": Input(
            replace=True, rule=rules.pattern(r"[\w-]{1,100}", "1 to 100 letters, digits, - and _")
        ),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        statement = text(inputs, "statementId")
        given = request(inputs, self.inputs, without=("function",))
        backend.call("lambda", "add_permission", FunctionName=text(inputs, "function"), **given)
        return CreateResult(id=statement)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        function, statement_id = _names(identity, known)
        answer = backend.find("lambda", "get_policy", _MISSING, FunctionName=function)
        policy: Properties = json.loads(text(answer, "Policy")) if answer else {}
        for statement in objects(policy, "Statement"):
            if statement.get("Sid") == statement_id:
                live: Properties = {"function": function, **_parsed(statement)}
                return ReadResult(id=statement_id, state=live)
        return None

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        function = text(state, "function")
        backend.find(
            "lambda",
            "remove_permission",
            _MISSING,
            FunctionName=function,
            StatementId=identity,
        )


def _names(identity: str, known: Properties) -> tuple[str, str]:
    """Function and statement; an import names them `<function>/<statement>`, as AWS's does."""
    if "function" in known:
        return text(known, "function"), identity
    function, separator, statement_id = identity.partition("/")
    if not separator:
        message = f"a permission is imported as '<function>/<statement>', not {identity!r}"
        raise ProviderError(message)
    return function, statement_id


def _parsed(statement: Properties) -> Properties:
    principal: Value = statement.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("Service", principal.get("AWS"))
    conditions = mapping(statement, "Condition")
    return {
        "action": statement.get("Action"),
        "principal": principal,
        "sourceAccount": mapping(conditions, "StringEquals").get("AWS:SourceAccount"),
        "sourceArn": mapping(conditions, "ArnLike").get("AWS:SourceArn"),
        "statementId": statement.get("Sid"),
    }


ADAPTERS = (Permission(),)
