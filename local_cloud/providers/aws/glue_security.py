"""Glue security configurations."""

from __future__ import annotations

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
from local_cloud.providers.aws.glue_jobs import MISSING
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.values import Properties, mapping, objects, text

_ENCRYPTION = {
    "cloudwatchEncryption": Input(
        required=True,
        wire="CloudWatchEncryption",
        fields={
            "cloudwatchEncryptionMode": Input(
                wire="CloudWatchEncryptionMode",
                default="DISABLED",
                choices=("DISABLED", "SSE-KMS"),
            ),
            "kmsKeyArn": Input(rule=rules.arn),
        },
    ),
    "jobBookmarksEncryption": Input(
        required=True,
        fields={
            "jobBookmarksEncryptionMode": Input(
                default="DISABLED", choices=("DISABLED", "CSE-KMS")
            ),
            "kmsKeyArn": Input(rule=rules.arn),
        },
    ),
    "s3Encryption": Input(
        required=True,
        fields={
            "kmsKeyArn": Input(rule=rules.arn),
            "s3EncryptionMode": Input(
                default="DISABLED", choices=("DISABLED", "SSE-KMS", "SSE-S3")
            ),
        },
    ),
}


class SecurityConfiguration(ResourceAdapter[Aws]):
    """How jobs encrypt what they write; never changed, its id is its name."""

    resource_type: ClassVar[str] = "aws:glue/securityConfiguration:SecurityConfiguration"
    source: ClassVar[str] = "internal/service/glue/security_configuration.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("region",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "encryptionConfiguration": Input(
            required=True, replace=True, stored=True, fields=_ENCRYPTION
        ),
        "name": Input(replace=True, rule=rules.length(1, 255)),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        encryption = request(mapping(inputs, "encryptionConfiguration"), _ENCRYPTION)
        # Only this one of the three is a list in AWS.
        encryption["S3Encryption"] = [encryption["S3Encryption"]]
        backend.call(
            "glue",
            "create_security_configuration",
            Name=name,
            EncryptionConfiguration=encryption,
        )
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("glue", "get_security_configuration", MISSING, Name=identity)
        if answer is None:
            return None
        found = mapping(mapping(answer, "SecurityConfiguration"), "EncryptionConfiguration")
        buckets = objects(found, "S3Encryption")
        single: Properties = {**found, "S3Encryption": dict(buckets[0]) if buckets else None}
        live: Properties = {
            "encryptionConfiguration": state(single, _ENCRYPTION),
            "name": identity,
            "region": backend.region,
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("glue", "delete_security_configuration", MISSING, Name=identity)


ADAPTERS = (SecurityConfiguration(),)
