"""What belongs to Lambda functions: layers and event source mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.enumerations import ARCHITECTURES, RUNTIMES
from local_cloud.providers.aws.lambda_function import code_location
from local_cloud.providers.aws.shapes import instant, request, state
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.errors import BackendRefusedError
from local_cloud.providers.values import (
    Properties,
    Value,
    flag,
    mapping,
    text,
    text_or,
    texts,
)

_MISSING = ("ResourceNotFoundException",)
_TAGGING = Tagging(service="lambda", target="Resource", list="list_tags", pair=None)


class LayerVersion(ResourceAdapter[Aws]):
    """One version of a layer, never changed; its id is the ARN with the version."""

    resource_type: ClassVar[str] = "aws:lambda/layerVersion:LayerVersion"
    source: ClassVar[str] = "internal/service/lambda/layer_version.go"
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "codeSha256",
        "createdDate",
        "layerArn",
        "region",
        "signingJobArn",
        "signingProfileVersionArn",
        "sourceCodeSize",
        "version",
    )
    inputs: ClassVar[Mapping[str, Input]] = {
        "code": Input(
            replace=True, write_only=True, conflicts=("s3Bucket", "s3Key", "s3ObjectVersion")
        ),
        "compatibleArchitectures": Input(
            replace=True, unordered=True, at_most=2, each=rules.one_of(*ARCHITECTURES)
        ),
        "compatibleRuntimes": Input(
            replace=True, unordered=True, at_most=15, each=rules.one_of(*RUNTIMES)
        ),
        "description": Input(replace=True, rule=rules.length(0, 256)),
        "layerName": Input(required=True, replace=True),
        "licenseInfo": Input(replace=True, rule=rules.length(0, 512)),
        "s3Bucket": Input(replace=True, write_only=True, needs=("s3Key",)),
        "s3Key": Input(replace=True, write_only=True, needs=("s3Bucket",)),
        "s3ObjectVersion": Input(replace=True, write_only=True),
        "skipDestroy": Input(replace=True, write_only=True, default=False),
        "sourceCodeHash": Input(replace=True, computed=True, write_only=True),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if "code" in inputs or "s3Bucket" in inputs:
            return []
        reason = "give the content either as an archive ('code') or by 's3Bucket' and 's3Key'"
        return [CheckFailure(property="code", reason=reason)]

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        parameters: dict[str, object] = {
            "Content": code_location(inputs),
            "Description": text_or(inputs, "description", ""),
            "LayerName": text(inputs, "layerName"),
        }
        for name in ("compatibleArchitectures", "compatibleRuntimes"):
            if name in inputs:
                parameters[name[:1].upper() + name[1:]] = texts(inputs, name)
        if "licenseInfo" in inputs:
            parameters["LicenseInfo"] = text(inputs, "licenseInfo")
        created = backend.call("lambda", "publish_layer_version", **parameters)
        return CreateResult(id=text(created, "LayerVersionArn"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        layer_arn, _, version = identity.rpartition(":")
        name = layer_arn.rsplit(":", 1)[-1]
        answer = backend.find(
            "lambda",
            "get_layer_version",
            _MISSING,
            LayerName=name,
            VersionNumber=int(version),
        )
        if answer is None:
            return None
        content = mapping(answer, "Content")
        live: Properties = {
            "arn": identity,
            "codeSha256": content.get("CodeSha256"),
            "compatibleArchitectures": answer.get("CompatibleArchitectures"),
            "compatibleRuntimes": answer.get("CompatibleRuntimes"),
            "createdDate": answer.get("CreatedDate"),
            "description": answer.get("Description"),
            "layerArn": layer_arn,
            "layerName": name,
            "licenseInfo": answer.get("LicenseInfo"),
            "region": backend.region,
            "signingJobArn": content.get("SigningJobArn", ""),
            "signingProfileVersionArn": content.get("SigningProfileVersionArn", ""),
            "sourceCodeSize": content.get("CodeSize"),
            "version": version,
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        if flag(state, "skipDestroy"):
            return
        layer_arn, _, version = identity.rpartition(":")
        name = layer_arn.rsplit(":", 1)[-1]
        backend.find(
            "lambda",
            "delete_layer_version",
            _MISSING,
            LayerName=name,
            VersionNumber=int(version),
        )


def _same_function(one: Value, other: Value) -> bool:
    """A function is named by its name or by its ARN."""
    return str(one).rpartition(":")[2] == str(other).rpartition(":")[2]


_MAPPING: dict[str, Input] = {
    "batchSize": Input(default=10, rule=rules.between(1, 10000)),
    "bisectBatchOnFunctionError": Input(stored=True),
    "enabled": Input(default=True),
    "filterCriteria": Input(
        fields={
            "filters": Input(
                unordered=True,
                at_most=10,
                fields={
                    "pattern": Input(
                        json=True, rule=rules.every(rules.json_document, rules.length(0, 4096))
                    )
                },
            )
        }
    ),
    "functionName": Input(required=True, same=_same_function),
    "functionResponseTypes": Input(
        unordered=True, default=[], each=rules.one_of("ReportBatchItemFailures")
    ),
    "maximumBatchingWindowInSeconds": Input(default=0, rule=rules.between(0, 300)),
    "scalingConfig": Input(fields={"maximumConcurrency": Input(rule=rules.between(2, 1000))}),
}


class EventSourceMapping(ResourceAdapter[Aws]):
    """What feeds a function from a queue; its id is a UUID."""

    resource_type: ClassVar[str] = "aws:lambda/eventSourceMapping:EventSourceMapping"
    source: ClassVar[str] = "internal/service/lambda/event_source_mapping.go"
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "functionArn",
        "lastModified",
        "lastProcessingResult",
        "region",
        "state",
        "stateTransitionReason",
        "tagsAll",
        "uuid",
    )
    volatile: ClassVar[tuple[str, ...]] = ("functionArn", "lastModified", "state")
    inputs: ClassVar[Mapping[str, Input]] = {
        **_MAPPING,
        "eventSourceArn": Input(required=True, replace=True, rule=rules.arn),
        "tags": TAGS,
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        size, window = inputs.get("batchSize", 10), inputs.get("maximumBatchingWindowInSeconds", 0)
        if isinstance(size, int) and size > 10 and window == 0:
            reason = "a queue's batch over 10 needs 'maximumBatchingWindowInSeconds' of at least 1"
            return [CheckFailure(property="batchSize", reason=reason)]
        return []

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        created = backend.call(
            "lambda",
            "create_event_source_mapping",
            EventSourceArn=text(inputs, "eventSourceArn"),
            Tags=_TAGGING.given(inputs),
            **request(inputs, _MAPPING),
        )
        return CreateResult(id=text(created, "UUID"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        found = backend.find("lambda", "get_event_source_mapping", _MISSING, UUID=identity)
        if found is None or found.get("State") == "Deleting":
            return None
        function_arn = text(found, "FunctionArn")
        arn = backend.arn("lambda", f"event-source-mapping:{identity}")
        live: Properties = {
            **state(found, _MAPPING),
            "arn": arn,
            "enabled": found.get("State") not in ("Disabled", "Disabling"),
            "eventSourceArn": found.get("EventSourceArn"),
            "functionArn": function_arn,
            "functionName": function_arn,
            "lastModified": instant(found.get("LastModified")),
            "lastProcessingResult": found.get("LastProcessingResult", ""),
            "region": backend.region,
            "state": found.get("State"),
            "stateTransitionReason": found.get("StateTransitionReason", ""),
            "uuid": identity,
            **_mapping_tags(backend, arn, known),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if any(old.get(name) != new.get(name) for name in _MAPPING):
            changed = request(new, _MAPPING)
            for name in ("FilterCriteria", "ScalingConfig"):
                changed.setdefault(name, {})
            backend.call("lambda", "update_event_source_mapping", UUID=identity, **changed)
        _TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("lambda", "delete_event_source_mapping", _MISSING, UUID=identity)


def _mapping_tags(aws: Aws, arn: str, known: Properties) -> Properties:
    try:
        return _TAGGING.read(aws, arn)
    except BackendRefusedError as error:
        # A backend without tags on mappings keeps what the program gave.
        if error.code not in (*_MISSING, "InvalidParameterValueException", "404", "500"):
            raise
        return {"tagsAll": known.get("tags", {})}


ADAPTERS = (LayerVersion(), EventSourceMapping())
