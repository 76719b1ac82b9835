"""External volumes: where the files of Iceberg tables are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import CheckFailure, Input
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import bare, object_name, same_identifier
from local_cloud.providers.snowflake.object_adapter import (
    SnowflakeObjectAdapter,
    flag_text,
    optional,
    properties_of,
    yes,
)
from local_cloud.providers.snowflake.rules import not_empty, role_arn, s3_url
from local_cloud.providers.snowflake.sql import Clause, Form, assignments, literal, quoted
from local_cloud.providers.values import Properties, Unknown, objects, text, text_or

_SENTINEL: Final = "terraform_provider_sentinel_storage_location"
_LOCATION: Final[Mapping[str, Input]] = {
    "encryptionKmsKeyId": Input(stored=True),
    "encryptionType": Input(default="NONE", choices=("NONE", "AWS_SSE_S3", "AWS_SSE_KMS")),
    "storageAwsExternalId": Input(rule=not_empty),
    "storageAwsRoleArn": Input(required=True, rule=role_arn),
    "storageBaseUrl": Input(required=True, rule=s3_url),
    "storageLocationName": Input(required=True, same=same_identifier, rule=object_name),
    "storageProvider": Input(required=True, choices=("S3",), ignore_case=True),
}


class ExternalVolume(SnowflakeObjectAdapter):
    """Where Iceberg tables' files are; locations can be added and removed in place."""

    resource_type: ClassVar[str] = "snowflake:index/externalVolume:ExternalVolume"
    source: ClassVar[str] = "pkg/resources/external_volume.go"
    keyword: ClassVar[str] = "EXTERNAL VOLUME"
    describes: ClassVar[bool] = True
    computed: ClassVar[tuple[str, ...]] = (
        "fullyQualifiedName",
        "showOutputs",
        "describeOutputs",
    )
    volatile: ClassVar[tuple[str, ...]] = ("describeOutputs",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        "allowWrites": Clause(name="ALLOW_WRITES", form=Form.FLAG, unset=False),
        "comment": Clause(name="COMMENT", form=Form.TEXT, unset=False),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        "allowWrites": Input(default="true", choices=("true", "false")),
        "comment": Input(),
        "name": Input(replace=True, same=same_identifier, rule=object_name),
        "storageLocations": Input(required=True, fields=_LOCATION),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        locations = inputs.get("storageLocations")
        if isinstance(locations, Unknown):
            return []
        if not locations:
            reason = "at least one storage location is needed"
            return [CheckFailure(property="storageLocations", reason=reason)]
        return list(_location_failures(objects(inputs, "storageLocations")))

    def create_clauses(self, inputs: Properties) -> list[str]:
        locations = ", ".join(_location(one) for one in objects(inputs, "storageLocations"))
        return [
            f"STORAGE_LOCATIONS = ({locations})",
            *assignments(self.clauses.items(), inputs),
        ]

    def alter(
        self, backend: SnowflakeConnection, path: Sequence[str], old: Properties, new: Properties
    ) -> None:
        before, after = objects(old, "storageLocations"), objects(new, "storageLocations")
        if before != after:
            _replace_locations(backend, f"ALTER EXTERNAL VOLUME {quoted(*path)}", before, after)
        super().alter(backend, path, old, new)

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        live = properties_of(described)
        locations = [
            json.loads(value)
            for name, value in sorted(live.items(), key=lambda pair: len(pair[0]))
            if name.startswith("STORAGE_LOCATION_")
        ]
        given = {text(one, "storageLocationName"): one for one in _known_locations(known)}
        details: Properties = {
            "active": live["ACTIVE"],
            "allowWrites": flag_text(live["ALLOW_WRITES"]),
            "comment": live["COMMENT"],
            "storageLocations": [_described(one) for one in locations],
        }
        shown: Properties = {
            "name": row["name"],
            "allowWrites": yes(row["allow_writes"]),
            "comment": row["comment"] or "",
        }
        return {
            "allowWrites": flag_text(row["allow_writes"]),
            "comment": optional(row["comment"]),
            "storageLocations": [_live(one, given.get(one["NAME"], {})) for one in locations],
            "showOutputs": [shown],
            "describeOutputs": [details],
        }


def _location_failures(locations: Sequence[Properties]) -> Iterable[CheckFailure]:
    names: set[str] = set()
    for index, location in enumerate(locations):
        path = f"storageLocations[{index}]"
        name = location.get("storageLocationName")
        if name == _SENTINEL:
            reason = f"{name!r} is reserved: the provider uses it while it changes locations"
            yield CheckFailure(property=f"{path}.storageLocationName", reason=reason)
        if isinstance(name, str) and bare(name) in names:
            reason = f"{name!r} names another location already; names are unique in a volume"
            yield CheckFailure(property=f"{path}.storageLocationName", reason=reason)
        names |= {bare(name)} if isinstance(name, str) else set()
        kind = location.get("encryptionType", "NONE")
        if "encryptionKmsKeyId" in location and kind in ("NONE", "AWS_SSE_S3"):
            reason = f"is used with encryptionType AWS_SSE_KMS only, not with {kind}"
            yield CheckFailure(property=f"{path}.encryptionKmsKeyId", reason=reason)


def _known_locations(known: Properties) -> list[Properties]:
    return objects(known, "storageLocations")


def _location(location: Properties) -> str:
    pieces = [
        f"NAME = {literal(text(location, 'storageLocationName'))}",
        f"STORAGE_PROVIDER = {literal(text(location, 'storageProvider').upper())}",
        f"STORAGE_BASE_URL = {literal(text(location, 'storageBaseUrl'))}",
        f"STORAGE_AWS_ROLE_ARN = {literal(text(location, 'storageAwsRoleArn'))}",
    ]
    external_id = text_or(location, "storageAwsExternalId", "")
    if external_id:
        pieces.append(f"STORAGE_AWS_EXTERNAL_ID = {literal(external_id)}")
    kind = text_or(location, "encryptionType", "NONE")
    if kind != "NONE":
        key = text_or(location, "encryptionKmsKeyId", "")
        suffix = f" KMS_KEY_ID = {literal(key)}" if key else ""
        pieces.append(f"ENCRYPTION = (TYPE = {literal(kind)}{suffix})")
    return f"({' '.join(pieces)})"


def _replace_locations(
    backend: SnowflakeConnection, target: str, before: list[Properties], after: list[Properties]
) -> None:
    """Keep the common beginning; as the provider does, put a sentinel in while the rest changes."""
    kept = 0
    while kept < min(len(before), len(after)) and before[kept] == after[kept]:
        kept += 1
    if kept == 0 and before:
        guard = {**before[0], "storageLocationName": _SENTINEL}
        backend.execute(f"{target} ADD STORAGE_LOCATION = {_location(guard)}")
    for location in reversed(before[kept:]):
        name = literal(text(location, "storageLocationName"))
        backend.execute(f"{target} REMOVE STORAGE_LOCATION {name}")
    for location in after[kept:]:
        backend.execute(f"{target} ADD STORAGE_LOCATION = {_location(location)}")
    if kept == 0 and before:
        backend.execute(f"{target} REMOVE STORAGE_LOCATION {literal(_SENTINEL)}")


def _live(location: Mapping[str, str], given: Properties) -> Properties:
    external_id = location["STORAGE_AWS_EXTERNAL_ID"] if "storageAwsExternalId" in given else None
    live: Properties = {
        "storageLocationName": location["NAME"],
        "storageProvider": location["STORAGE_PROVIDER"],
        "storageBaseUrl": location["STORAGE_BASE_URL"],
        "storageAwsRoleArn": location["STORAGE_AWS_ROLE_ARN"],
        "storageAwsExternalId": external_id,
        "encryptionType": location["ENCRYPTION_TYPE"],
        "encryptionKmsKeyId": location["ENCRYPTION_KMS_KEY_ID"] or None,
    }
    return {name: value for name, value in live.items() if value is not None}


def _described(location: Mapping[str, str]) -> Properties:
    return {
        "name": location["NAME"],
        "storageProvider": location["STORAGE_PROVIDER"],
        "storageBaseUrl": location["STORAGE_BASE_URL"],
        "storageAllowedLocations": [location["STORAGE_ALLOWED_LOCATIONS"]],
        "encryptionType": location["ENCRYPTION_TYPE"],
        "s3StorageLocations": [
            {
                "storageAwsRoleArn": location["STORAGE_AWS_ROLE_ARN"],
                "storageAwsIamUserArn": location["STORAGE_AWS_IAM_USER_ARN"],
                "storageAwsExternalId": location["STORAGE_AWS_EXTERNAL_ID"],
                "storageAwsAccessPointArn": "",
                "usePrivatelinkEndpoint": "",
                "encryptionKmsKeyId": location["ENCRYPTION_KMS_KEY_ID"],
            }
        ],
        "s3CompatStorageLocations": [],
        "gcsStorageLocations": [],
        "azureStorageLocations": [],
    }


ADAPTERS = (ExternalVolume(),)
