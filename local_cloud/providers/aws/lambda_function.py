"""Lambda functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.enumerations import RUNTIMES
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.aws.tags import TAGS, Tagging, as_state
from local_cloud.providers.content import archive_bytes
from local_cloud.providers.values import (
    Properties,
    flag,
    integer,
    mapping,
    objects,
    text,
    texts,
)

_MISSING = ("ResourceNotFoundException",)
_TAGGING = Tagging(service="lambda", target="Resource", list="list_tags", pair=None)

# Inputs that UpdateFunctionConfiguration takes as they are.
_CONFIGURATION: dict[str, Input] = {
    "deadLetterConfig": Input(fields={"targetArn": Input(required=True, rule=rules.arn)}),
    "description": Input(default="", rule=rules.length(0, 256)),
    "environment": Input(fields={"variables": Input()}),
    "ephemeralStorage": Input(
        computed=True, fields={"size": Input(computed=True, rule=rules.between(512, 10240))}
    ),
    "handler": Input(rule=rules.length(1, 128)),
    "kmsKeyArn": Input(wire="KMSKeyArn", stored=True, rule=rules.arn),
    "layers": Input(each=rules.arn, at_most=5),
    "loggingConfig": Input(
        computed=True,
        fields={
            "applicationLogLevel": Input(
                stored=True, choices=("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
            ),
            "logFormat": Input(required=True, choices=("JSON", "Text")),
            "logGroup": Input(
                computed=True,
                rule=rules.pattern(r"[\w./#-]{1,512}", "1 to 512 letters, digits and _./#-"),
            ),
            "systemLogLevel": Input(stored=True, choices=("DEBUG", "INFO", "WARN")),
        },
    ),
    "memorySize": Input(default=128, rule=rules.between(128, 10240)),
    "role": Input(required=True, rule=rules.arn),
    "runtime": Input(choices=RUNTIMES),
    "timeout": Input(default=3, rule=rules.between(1, 900)),
    "tracingConfig": Input(
        computed=True,
        stored=True,
        fields={"mode": Input(required=True, choices=("Active", "PassThrough"))},
    ),
}
_CODE = ("architectures", "code", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash")


class Function(ResourceAdapter[Aws]):
    """A function; its id is its name."""

    resource_type: ClassVar[str] = "aws:lambda/function:Function"
    source: ClassVar[str] = "internal/service/lambda/function.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=64)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "codeSha256",
        "invokeArn",
        "lastModified",
        "qualifiedArn",
        "qualifiedInvokeArn",
        "region",
        "responseStreamingInvokeArn",
        "signingJobArn",
        "signingProfileVersionArn",
        "sourceCodeSize",
        "tagsAll",
        "version",
    )
    volatile: ClassVar[tuple[str, ...]] = ("codeSha256", "lastModified", "sourceCodeSize")
    inputs: ClassVar[Mapping[str, Input]] = {
        **_CONFIGURATION,
        "architectures": Input(computed=True, choices=(["x86_64"], ["arm64"])),
        "code": Input(write_only=True),
        "name": Input(
            replace=True, rule=rules.pattern(r"[\w-]{1,64}", "1 to 64 letters, digits, - and _")
        ),
        "packageType": Input(replace=True, default="Zip", choices=("Zip",)),
        "publish": Input(write_only=True, default=False),
        "reservedConcurrentExecutions": Input(default=-1, rule=rules.at_least(-1)),
        "s3Bucket": Input(write_only=True, needs=("s3Key",)),
        "s3Key": Input(write_only=True, needs=("s3Bucket",)),
        "s3ObjectVersion": Input(write_only=True, conflicts=("code",)),
        "skipDestroy": Input(write_only=True, default=False),
        "sourceCodeHash": Input(computed=True, write_only=True),
        "tags": TAGS,
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        failures = [
            CheckFailure(property=name, reason="is needed for a function of package type Zip")
            for name in ("handler", "runtime")
            if name not in inputs
        ]
        if ("code" in inputs) == ("s3Bucket" in inputs):
            reason = "give the code either as an archive ('code') or by 's3Bucket' and 's3Key'"
            failures.append(CheckFailure(property="code", reason=reason))
        return failures

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        parameters: dict[str, object] = {
            **request(inputs, _CONFIGURATION),
            "Code": code_location(inputs),
            "FunctionName": name,
            "PackageType": text(inputs, "packageType"),
            "Publish": flag(inputs, "publish"),
            "Tags": _TAGGING.given(inputs),
        }
        if "architectures" in inputs:
            parameters["Architectures"] = texts(inputs, "architectures")
        backend.call("lambda", "create_function", **parameters)
        _set_concurrency(backend, name, inputs)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("lambda", "get_function", _MISSING, FunctionName=identity)
        if answer is None:
            return None
        found = mapping(answer, "Configuration")
        reserved = mapping(answer, "Concurrency").get("ReservedConcurrentExecutions", -1)
        arn = text(found, "FunctionArn").removesuffix(":$LATEST")
        live: Properties = {
            **state(found, _CONFIGURATION),
            **_addresses(backend, arn),
            **as_state(_TAGGING.parse(answer)),
            "architectures": found.get("Architectures"),
            "codeSha256": found.get("CodeSha256"),
            "environment": _environment(found),
            "lastModified": found.get("LastModified"),
            "layers": [layer["Arn"] for layer in objects(found, "Layers")],
            "name": identity,
            "packageType": found.get("PackageType", "Zip"),
            "region": backend.region,
            "reservedConcurrentExecutions": reserved,
            "signingJobArn": found.get("SigningJobArn", ""),
            "signingProfileVersionArn": found.get("SigningProfileVersionArn", ""),
            "sourceCodeSize": found.get("CodeSize"),
            "version": found.get("Version"),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if any(old.get(name) != new.get(name) for name in _CODE):
            architectures = texts(new, "architectures") or ["x86_64"]
            location = code_location(new)
            backend.call(
                "lambda",
                "update_function_code",
                FunctionName=identity,
                Architectures=architectures,
                **location,
            )
        if any(old.get(name) != new.get(name) for name in _CONFIGURATION):
            changed = request(new, _CONFIGURATION) | _cleared(old, new)
            backend.call(
                "lambda", "update_function_configuration", FunctionName=identity, **changed
            )
        name = "reservedConcurrentExecutions"
        if old.get(name) != new.get(name):
            _set_concurrency(backend, identity, new)
        _TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        if not flag(state, "skipDestroy"):
            backend.find("lambda", "delete_function", _MISSING, FunctionName=identity)


def code_location(inputs: Properties) -> dict[str, object]:
    """Where the code is: inline from an archive, or an object in S3."""
    if "code" in inputs:
        return {"ZipFile": archive_bytes("code", inputs["code"])}
    names = {"s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"}
    return {wire: text(inputs, name) for name, wire in names.items() if name in inputs}


def _cleared(old: Properties, new: Properties) -> Properties:
    """What the update must say so that values taken out of the program are unset."""
    empty: Properties = {
        "deadLetterConfig": {"TargetArn": ""},
        "environment": {"Variables": {}},
        "kmsKeyArn": "",
        "layers": [],
    }
    wire = {"kmsKeyArn": "KMSKeyArn"}
    return {
        wire.get(name, name[:1].upper() + name[1:]): value
        for name, value in empty.items()
        if name in old and name not in new
    }


def _environment(found: Properties) -> Properties | None:
    variables = mapping(mapping(found, "Environment"), "Variables")
    return {"variables": variables} if variables else None


def _addresses(aws: Aws, arn: str) -> Properties:
    path = f"arn:{aws.partition}:apigateway:{aws.region}:lambda:path"
    gateway = f"{path}/2015-03-31/functions"
    streaming = f"{path}/2021-11-15/functions"
    qualified = f"{arn}:$LATEST"
    return {
        "arn": arn,
        "invokeArn": f"{gateway}/{arn}/invocations",
        "qualifiedArn": qualified,
        "qualifiedInvokeArn": f"{gateway}/{qualified}/invocations",
        "responseStreamingInvokeArn": f"{streaming}/{arn}/response-streaming-invocations",
    }


def _set_concurrency(aws: Aws, function: str, inputs: Properties) -> None:
    reserved = integer(inputs, "reservedConcurrentExecutions", -1)
    if reserved >= 0:
        aws.call(
            "lambda",
            "put_function_concurrency",
            FunctionName=function,
            ReservedConcurrentExecutions=reserved,
        )
    else:
        aws.find("lambda", "delete_function_concurrency", _MISSING, FunctionName=function)


ADAPTERS = (Function(),)
