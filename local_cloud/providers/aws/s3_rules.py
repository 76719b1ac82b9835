"""The two settings of a bucket that are lists of rules: lifecycle and notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import CheckFailure, Input
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.s3_settings import BUCKET, BucketSetting
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.values import Properties, Value, flag, is_known, objects

_TAG = {"key": Input(required=True), "value": Input(required=True)}
_STORAGE_CLASSES = (
    "DEEP_ARCHIVE",
    "GLACIER",
    "GLACIER_IR",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "STANDARD_IA",
)
_FILTER = {
    "and": Input(
        fields={
            "objectSizeGreaterThan": Input(rule=rules.at_least(0)),
            "objectSizeLessThan": Input(rule=rules.at_least(1)),
            "prefix": Input(),
            "tags": Input(),
        }
    ),
    "objectSizeGreaterThan": Input(),
    "objectSizeLessThan": Input(),
    "prefix": Input(),
    "tag": Input(fields=_TAG),
}
_RULE = {
    "abortIncompleteMultipartUpload": Input(fields={"daysAfterInitiation": Input()}),
    "expiration": Input(
        fields={
            "date": Input(rule=rules.timestamp),
            "days": Input(),
            "expiredObjectDeleteMarker": Input(),
        }
    ),
    "filter": Input(fields=_FILTER),
    "id": Input(required=True, wire="ID", rule=rules.length(1, 255)),
    "noncurrentVersionExpiration": Input(
        fields={
            "newerNoncurrentVersions": Input(rule=rules.at_least(1)),
            "noncurrentDays": Input(required=True, rule=rules.at_least(1)),
        }
    ),
    "noncurrentVersionTransitions": Input(
        unordered=True,
        fields={
            "newerNoncurrentVersions": Input(rule=rules.at_least(1)),
            "noncurrentDays": Input(required=True, rule=rules.at_least(0)),
            "storageClass": Input(required=True, choices=_STORAGE_CLASSES),
        },
    ),
    "prefix": Input(),
    "status": Input(required=True, choices=("Enabled", "Disabled")),
    "transitions": Input(
        unordered=True,
        fields={
            "date": Input(rule=rules.timestamp, conflicts=("days",)),
            "days": Input(rule=rules.at_least(0)),
            "storageClass": Input(required=True, choices=_STORAGE_CLASSES),
        },
    ),
}


class BucketLifecycle(BucketSetting):
    """When objects age. Nothing ages on the local cloud: the rules are kept, not run."""

    resource_type: ClassVar[str] = (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    )
    source: ClassVar[str] = "internal/service/s3/bucket_lifecycle_configuration.go"
    setting: ClassVar[str] = "bucket_lifecycle_configuration"
    missing: ClassVar[tuple[str, ...]] = ("NoSuchLifecycleConfiguration",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "rules": Input(required=True, stored=True, at_least=1, fields=_RULE),
        "transitionDefaultMinimumObjectSize": Input(
            computed=True,
            stored=True,
            write_only=True,
            choices=("all_storage_classes_128K", "varies_by_storage_class"),
        ),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        wire = request(inputs, {"rules": self.inputs["rules"]})
        for rule in objects(wire, "Rules"):
            # AWS wants a condition in every rule; an empty prefix is met by every object.
            if "Prefix" not in rule and not rule.get("Filter"):
                rule["Filter"] = {"Prefix": ""}
        return {"LifecycleConfiguration": wire}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        return state(answer, {"rules": self.inputs["rules"]})

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        missing = ("NoSuchBucket", *self.missing)
        backend.find("s3", "delete_bucket_lifecycle", missing, Bucket=identity)


_TARGETS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "lambdaFunctionArn", "LambdaFunctionArn"),
    "queues": ("QueueConfigurations", "queueArn", "QueueArn"),
    "topics": ("TopicConfigurations", "topicArn", "TopicArn"),
}


def _target_fields(arn: str) -> dict[str, Input]:
    return {
        "events": Input(required=True, unordered=True),
        "filterPrefix": Input(),
        "filterSuffix": Input(),
        "id": Input(computed=True),
        arn: Input(required=arn != "lambdaFunctionArn"),
    }


class BucketNotification(BucketSetting):
    """Who hears of changes in a bucket. There is one a bucket: the last one written wins."""

    resource_type: ClassVar[str] = "aws:s3/bucketNotification:BucketNotification"
    source: ClassVar[str] = "internal/service/s3/bucket_notification.go"
    setting: ClassVar[str] = "bucket_notification_configuration"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "eventbridge": Input(default=False),
        **{
            name: Input(unordered=True, fields=_target_fields(arn))
            for name, (_, arn, _) in _TARGETS.items()
        },
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        return [
            CheckFailure(property=f"{name}[{index}].events", reason="names no event")
            for name in _TARGETS
            # In a preview the queues may follow from what does not exist yet.
            if is_known(inputs.get(name))
            for index, target in enumerate(objects(inputs, name))
            if target.get("events") == []
        ]

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        configuration: dict[str, object] = {}
        for name, (wire, arn, wire_arn) in _TARGETS.items():
            targets = [
                _target(target, index, arn, wire_arn)
                for index, target in enumerate(objects(inputs, name))
            ]
            if targets:
                configuration[wire] = targets
        if flag(inputs, "eventbridge"):
            configuration["EventBridgeConfiguration"] = {}
        return {"NotificationConfiguration": configuration}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        found: Properties = {"eventbridge": "EventBridgeConfiguration" in answer}
        for name, (wire, arn, wire_arn) in _TARGETS.items():
            found[name] = [
                _parsed_target(target, arn, wire_arn) for target in objects(answer, wire)
            ]
        return found

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find(
            "s3",
            "put_bucket_notification_configuration",
            ("NoSuchBucket", "404"),
            Bucket=identity,
            NotificationConfiguration={},
        )


def _target(target: Properties, index: int, arn: str, wire_arn: str) -> Properties:
    found: Properties = {
        wire_arn: target.get(arn),
        "Events": target["events"],
        "Id": target.get("id", f"tf-s3-{wire_arn.removesuffix('Arn').lower()}-{index}"),
    }
    names = {"filterPrefix": "prefix", "filterSuffix": "suffix"}
    filters: list[Value] = [
        {"Name": wire, "Value": target[name]} for name, wire in names.items() if target.get(name)
    ]
    if filters:
        found["Filter"] = {"Key": {"FilterRules": filters}}
    return found


def _parsed_target(target: Properties, arn: str, wire_arn: str) -> Properties:
    found: Properties = {arn: target[wire_arn], "events": target["Events"], "id": target.get("Id")}
    key = target.get("Filter")
    rules = objects(_key(key), "FilterRules") if isinstance(key, dict) else []
    for rule in rules:
        name = str(rule["Name"]).lower()
        found[f"filter{name.capitalize()}"] = rule["Value"]
    return {name: value for name, value in found.items() if value is not None}


def _key(wrapped: Properties) -> Properties:
    key = wrapped.get("Key")
    return key if isinstance(key, dict) else {}


ADAPTERS = (BucketLifecycle(), BucketNotification())
