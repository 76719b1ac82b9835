"""DynamoDB tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from local_cloud.providers.aws.dynamodb_shapes import (
    attribute_definitions,
    create_parameters,
    index,
    parse_table,
)
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import Properties, flag, is_known, mapping, objects, text

_MISSING = ("ResourceNotFoundException",)
_TAGGING = Tagging(service="dynamodb", target="ResourceArn", list="list_tags_of_resource")
_PROJECTIONS = ("ALL", "INCLUDE", "KEYS_ONLY")
_GLOBAL_INDEX = {
    "hashKey": Input(),
    "keySchemas": Input(
        fields={
            "attributeName": Input(required=True),
            "keyType": Input(required=True, choices=("HASH", "RANGE")),
        }
    ),
    "name": Input(required=True),
    "nonKeyAttributes": Input(unordered=True),
    "projectionType": Input(required=True, choices=_PROJECTIONS),
    "rangeKey": Input(),
    "readCapacity": Input(computed=True),
    "writeCapacity": Input(computed=True),
}
_LOCAL_INDEX = {
    "name": Input(required=True),
    "nonKeyAttributes": Input(unordered=True),
    "projectionType": Input(required=True, choices=_PROJECTIONS),
    "rangeKey": Input(required=True),
}


class Table(ResourceAdapter[Aws]):
    """A table; its id is its name."""

    resource_type: ClassVar[str] = "aws:dynamodb/table:Table"
    source: ClassVar[str] = "internal/service/dynamodb/table.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "streamArn", "streamLabel", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        "attributes": Input(
            computed=True,
            unordered=True,
            fields={
                "name": Input(required=True),
                "type": Input(required=True, choices=("S", "N", "B")),
            },
        ),
        "billingMode": Input(default="PROVISIONED", choices=("PROVISIONED", "PAY_PER_REQUEST")),
        "deletionProtectionEnabled": Input(default=False),
        "globalSecondaryIndexes": Input(unordered=True, default=[], fields=_GLOBAL_INDEX),
        "hashKey": Input(required=True, replace=True),
        "localSecondaryIndexes": Input(
            replace=True, unordered=True, default=[], fields=_LOCAL_INDEX
        ),
        "name": Input(
            replace=True, rule=rules.pattern(r"[\w.-]{3,255}", "3 to 255 letters, digits and _.-")
        ),
        "pointInTimeRecovery": Input(
            computed=True,
            stored=True,
            fields={
                "enabled": Input(required=True),
                "recoveryPeriodInDays": Input(computed=True, rule=rules.between(1, 35)),
            },
        ),
        "rangeKey": Input(replace=True),
        "readCapacity": Input(computed=True),
        "serverSideEncryption": Input(
            computed=True,
            fields={
                "enabled": Input(required=True),
                "kmsKeyArn": Input(computed=True, rule=rules.arn),
            },
        ),
        "streamEnabled": Input(default=False),
        "streamViewType": Input(
            computed=True, choices=("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
        ),
        "tableClass": Input(default="STANDARD", choices=("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
        "tags": TAGS,
        "ttl": Input(
            computed=True,
            stored=True,
            fields={"attributeName": Input(), "enabled": Input(default=False)},
        ),
        "writeCapacity": Input(computed=True),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if not is_known(inputs.get("attributes")) or not is_known(
            inputs.get("globalSecondaryIndexes")
        ):
            return []
        defined = {str(item.get("name")) for item in objects(inputs, "attributes")}
        used = set(_keys(inputs))
        failures = [
            CheckFailure(
                property=f"globalSecondaryIndexes[{place}]",
                reason="give the keys either as 'keySchemas' or as 'hashKey' and 'rangeKey'",
            )
            for place, item in enumerate(objects(inputs, "globalSecondaryIndexes"))
            if ("keySchemas" in item) == ("hashKey" in item)
        ]
        unused = [f"{name!r} is not a key of the table or an index" for name in defined - used]
        undefined = [f"the key {name!r} is not defined" for name in used - defined]
        failures += [
            CheckFailure(property="attributes", reason=reason)
            for reason in sorted([*unused, *undefined])
        ]
        return [*failures, *_check_capacity(inputs), *_check_company(inputs)]

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        parameters = create_parameters(inputs)
        backend.call("dynamodb", "create_table", **parameters, Tags=_TAGGING.given(inputs))
        _set_time_to_live(backend, name, inputs)
        _set_recovery(backend, name, inputs)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("dynamodb", "describe_table", _MISSING, TableName=identity)
        if answer is None:
            return None
        table = mapping(answer, "Table")
        backups = backend.call("dynamodb", "describe_continuous_backups", TableName=identity)
        lifetime = backend.call("dynamodb", "describe_time_to_live", TableName=identity)
        state = parse_table(
            table,
            mapping(backups, "ContinuousBackupsDescription"),
            mapping(lifetime, "TimeToLiveDescription"),
            keys_as_schemas=not any(
                "hashKey" in index for index in objects(known, "globalSecondaryIndexes")
            ),
        )
        state |= {"region": backend.region, **_TAGGING.read(backend, text(table, "TableArn"))}
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        for change in _table_changes(old, new):
            backend.call("dynamodb", "update_table", TableName=identity, **change)
        if old.get("ttl") != new.get("ttl"):
            _set_time_to_live(backend, identity, new)
        if old.get("pointInTimeRecovery") != new.get("pointInTimeRecovery"):
            _set_recovery(backend, identity, new)
        _TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("dynamodb", "delete_table", _MISSING, TableName=identity)


def _check_capacity(inputs: Properties) -> Iterable[CheckFailure]:
    """terraform-provider-aws, internal/service/dynamodb/table.go (provisioned throughput)."""
    mode = inputs.get("billingMode", "PROVISIONED")
    for name in ("readCapacity", "writeCapacity"):
        units = inputs.get(name, 0)
        if not isinstance(units, int) or not isinstance(mode, str):
            continue
        if mode == "PROVISIONED" and units < 1:
            reason = "must be at least 1 when 'billingMode' is PROVISIONED"
            yield CheckFailure(property=name, reason=reason)
        if mode == "PAY_PER_REQUEST" and units > 0:
            reason = "must be left out when 'billingMode' is PAY_PER_REQUEST"
            yield CheckFailure(property=name, reason=reason)


def _check_company(inputs: Properties) -> Iterable[CheckFailure]:
    """terraform-provider-aws, internal/service/dynamodb/table.go (streams, time to live)."""
    if inputs.get("streamEnabled") is True and "streamViewType" not in inputs:
        reason = "must be given when 'streamEnabled' is true"
        yield CheckFailure(property="streamViewType", reason=reason)
    lifetime = inputs.get("ttl")
    given = lifetime if isinstance(lifetime, dict) else {}
    if given.get("enabled") is True and not given.get("attributeName"):
        reason = "must be given when 'ttl.enabled' is true"
        yield CheckFailure(property="ttl.attributeName", reason=reason)


def _keys(inputs: Properties) -> Iterable[str]:
    indexes = [
        *objects(inputs, "globalSecondaryIndexes"),
        *objects(inputs, "localSecondaryIndexes"),
    ]
    for holder in (inputs, *indexes):
        for name in ("hashKey", "rangeKey"):
            value = holder.get(name)
            if isinstance(value, str):
                yield value
        for key in objects(holder, "keySchemas"):
            yield text(key, "attributeName")


def _set_time_to_live(aws: Aws, table: str, inputs: Properties) -> None:
    lifetime = mapping(inputs, "ttl")
    if "attributeName" in lifetime:
        specification = {
            "AttributeName": text(lifetime, "attributeName"),
            "Enabled": flag(lifetime, "enabled"),
        }
        aws.call(
            "dynamodb",
            "update_time_to_live",
            TableName=table,
            TimeToLiveSpecification=specification,
        )


def _set_recovery(aws: Aws, table: str, inputs: Properties) -> None:
    recovery = mapping(inputs, "pointInTimeRecovery")
    if recovery:
        specification = {"PointInTimeRecoveryEnabled": flag(recovery, "enabled")}
        aws.call(
            "dynamodb",
            "update_continuous_backups",
            TableName=table,
            PointInTimeRecoverySpecification=specification,
        )


def _table_changes(old: Properties, new: Properties) -> Iterable[dict[str, object]]:
    """One UpdateTable call for each kind of change, as the service wants them."""
    if old.get("deletionProtectionEnabled") != new.get("deletionProtectionEnabled"):
        yield {"DeletionProtectionEnabled": flag(new, "deletionProtectionEnabled")}
    complete = create_parameters(new)
    if any(
        old.get(key) != new.get(key) for key in ("billingMode", "readCapacity", "writeCapacity")
    ):
        names = ("BillingMode", "ProvisionedThroughput")
        yield {name: complete[name] for name in names if name in complete}
    if old.get("tableClass") != new.get("tableClass"):
        yield {"TableClass": text(new, "tableClass")}
    if old.get("serverSideEncryption") != new.get("serverSideEncryption"):
        yield {"SSESpecification": complete.get("SSESpecification", {"Enabled": False})}
    if any(old.get(name) != new.get(name) for name in ("streamEnabled", "streamViewType")):
        yield {"StreamSpecification": complete.get("StreamSpecification", {"StreamEnabled": False})}
    yield from _index_changes(old, new)


def _index_changes(old: Properties, new: Properties) -> Iterable[dict[str, object]]:
    before = {text(item, "name"): item for item in objects(old, "globalSecondaryIndexes")}
    after = {text(item, "name"): item for item in objects(new, "globalSecondaryIndexes")}
    changed = {name for name, item in before.items() if after.get(name) != item}
    for name in sorted(changed):
        yield {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}
    for name in sorted((after.keys() - before.keys()) | (changed & after.keys())):
        yield {
            "AttributeDefinitions": attribute_definitions(new),
            "GlobalSecondaryIndexUpdates": [{"Create": index(after[name], new)}],
        }


ADAPTERS = (Table(),)
