"""Lambda: quotas of functions and of their code."""

from __future__ import annotations

from typing import Any, Final

from tests.functional.local_aws.laboratory import Document, Laboratory, archive
from tests.functional.local_aws.limits.row import MODEL, Row, long_name, named

QUOTAS: Final = "lambda/latest/dg/gettingstarted-limits.html"
CODE: Final = archive({"module.py": "def handler(event, context):\n    return event\n"})


def deployed(laboratory: Laboratory) -> None:
    """Make a function, and a queue that hides long enough for it."""
    laboratory.deploy("def handler(event, context):\n    return event\n", role(laboratory))
    laboratory.queue(VisibilityTimeout="30")


def role(laboratory: Laboratory) -> str:
    """Return the function's role, made when it is new."""
    iam = laboratory.client("iam")
    try:
        return iam.get_role(RoleName=f"role-{laboratory.suffix}")["Role"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        return laboratory.function_role()


def create(parameter: str) -> Any:  # noqa: ANN401 - a Build
    """Return a CreateFunction call with one parameter as given."""

    def build(laboratory: Laboratory, value: object) -> Document:
        return {
            "FunctionName": laboratory.function,
            "Runtime": "python3.11",
            "Role": role(laboratory),
            "Handler": "module.handler",
            "Code": {"ZipFile": CODE},
            parameter: value,
        }

    return build


def variables(size: int) -> Document:
    """Return an environment that is this large as JSON."""
    return {"Variables": {"NAME": "x" * (size - len('{"NAME":""}'))}}


def name_of(laboratory: Laboratory, length: int) -> Document:
    """Return a CreateFunction call for a name of this length."""
    return create("FunctionName")(laboratory, long_name(laboratory, length))


def spelled(laboratory: Laboratory, start: str) -> Document:
    """Return a CreateFunction call for a name that begins so."""
    return create("FunctionName")(laboratory, start + laboratory.suffix)


def layers(laboratory: Laboratory, count: int) -> Document:
    """Return a CreateFunction call with this many layers."""
    client = laboratory.client("lambda")
    arns = [
        client.publish_layer_version(
            LayerName=f"{laboratory.suffix}-{number}", Content={"ZipFile": CODE}
        )["LayerVersionArn"]
        for number in range(count)
    ]
    return create("Layers")(laboratory, arns)


def half_permitted(laboratory: Laboratory) -> None:
    """Make a function that half of what its policy may hold has been let call."""
    deployed(laboratory)
    for name in "ab":
        call = permission(laboratory, 5_000)
        laboratory.client("lambda").add_permission(**{**call, "StatementId": name})


def permission(laboratory: Laboratory, size: int) -> Document:
    """Return an AddPermission call for a source whose name has this size."""
    return {
        "FunctionName": laboratory.function,
        "StatementId": "s",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceArn": "arn:aws:s3:::" + "x" * size,
    }


VALIDATION: Final = "ValidationException"
INVALID: Final = "InvalidParameterValueException"

ROWS: Final = (
    Row("timeout", "lambda", "create_function", create("Timeout"), 900, 901, VALIDATION, QUOTAS),
    Row("no timeout", "lambda", "create_function", create("Timeout"), 1, 0, VALIDATION, QUOTAS),
    Row(
        "memory",
        "lambda",
        "create_function",
        create("MemorySize"),
        10_240,
        10_241,
        VALIDATION,
        QUOTAS,
    ),
    Row(
        "least memory",
        "lambda",
        "create_function",
        create("MemorySize"),
        128,
        127,
        VALIDATION,
        QUOTAS,
    ),
    Row(
        "/tmp",
        "lambda",
        "create_function",
        create("EphemeralStorage"),
        {"Size": 10_240},
        {"Size": 10_241},
        VALIDATION,
        QUOTAS,
    ),
    Row(
        "least /tmp",
        "lambda",
        "create_function",
        create("EphemeralStorage"),
        {"Size": 512},
        {"Size": 511},
        VALIDATION,
        QUOTAS,
    ),
    Row("name length", "lambda", "create_function", name_of, 64, 65, VALIDATION, MODEL),
    Row("name pattern", "lambda", "create_function", spelled, "a-b_", "a b", VALIDATION, MODEL),
    Row(
        "handler length",
        "lambda",
        "create_function",
        create("Handler"),
        "m." + "h" * 126,
        "m." + "h" * 127,
        VALIDATION,
        MODEL,
    ),
    Row(
        "handler pattern",
        "lambda",
        "create_function",
        create("Handler"),
        "a/b.c",
        "a b.c",
        VALIDATION,
        MODEL,
    ),
    Row(
        "description",
        "lambda",
        "create_function",
        create("Description"),
        "x" * 256,
        "x" * 257,
        VALIDATION,
        MODEL,
    ),
    Row(
        "environment size",
        "lambda",
        "create_function",
        create("Environment"),
        variables(4096),
        variables(4097),
        INVALID,
        QUOTAS,
    ),
    Row(
        "reserved variable",
        "lambda",
        "create_function",
        create("Environment"),
        {"Variables": {"AWS_REGIONS": "x"}},
        {"Variables": {"AWS_REGION": "x"}},
        INVALID,
        "lambda/latest/dg/configuration-envvars.html",
    ),
    Row(
        "variable name",
        "lambda",
        "create_function",
        create("Environment"),
        {"Variables": {"A1": "x"}},
        {"Variables": {"1A": "x"}},
        VALIDATION,
        MODEL,
    ),
    Row(
        "tracing mode",
        "lambda",
        "create_function",
        create("TracingConfig"),
        {"Mode": "PassThrough"},
        {"Mode": "On"},
        VALIDATION,
        MODEL,
    ),
    Row(
        "architecture",
        "lambda",
        "create_function",
        create("Architectures"),
        ["x86_64"],
        ["x86_64", "arm64"],
        VALIDATION,
        MODEL,
    ),
    Row(
        "retries of events",
        "lambda",
        "put_function_event_invoke_config",
        named("MaximumRetryAttempts", FunctionName="function-{suffix}"),
        2,
        3,
        VALIDATION,
        MODEL,
        deployed,
    ),
    Row(
        "age of events",
        "lambda",
        "put_function_event_invoke_config",
        named("MaximumEventAgeInSeconds", FunctionName="function-{suffix}"),
        60,
        59,
        VALIDATION,
        MODEL,
        deployed,
    ),
    Row("layers", "lambda", "create_function", layers, 5, 6, INVALID, QUOTAS),
    Row(
        "permissions",
        "lambda",
        "add_permission",
        permission,
        9_000,
        9_980,
        "PolicyLengthExceededException",
        QUOTAS,
        half_permitted,
    ),
)
