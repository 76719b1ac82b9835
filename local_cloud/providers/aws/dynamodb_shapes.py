"""A DynamoDB table as AWS spells it, and back."""

from __future__ import annotations

from local_cloud.providers.values import (
    Properties,
    Value,
    flag,
    integer,
    mapping,
    objects,
    text,
    text_or,
    texts,
)


def create_parameters(inputs: Properties) -> dict[str, object]:
    """The parameters of CreateTable, without tags."""
    parameters: dict[str, object] = {
        "AttributeDefinitions": attribute_definitions(inputs),
        "BillingMode": text(inputs, "billingMode"),
        "DeletionProtectionEnabled": flag(inputs, "deletionProtectionEnabled"),
        "KeySchema": _key_schema(inputs),
        "TableClass": text(inputs, "tableClass"),
        "TableName": text(inputs, "name"),
    }
    if text(inputs, "billingMode") == "PROVISIONED":
        parameters["ProvisionedThroughput"] = _throughput(inputs)
    if indexes := objects(inputs, "globalSecondaryIndexes"):
        parameters["GlobalSecondaryIndexes"] = [index(item, inputs) for item in indexes]
    if indexes := objects(inputs, "localSecondaryIndexes"):
        parameters["LocalSecondaryIndexes"] = [_local_index(item, inputs) for item in indexes]
    if flag(inputs, "streamEnabled"):
        view = text_or(inputs, "streamViewType", "NEW_AND_OLD_IMAGES")
        parameters["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    encryption = mapping(inputs, "serverSideEncryption")
    if flag(encryption, "enabled"):
        parameters["SSESpecification"] = _encryption(encryption)
    return parameters


def attribute_definitions(inputs: Properties) -> list[Properties]:
    """The key attributes and their types."""
    return [
        {"AttributeName": item["name"], "AttributeType": item["type"]}
        for item in objects(inputs, "attributes")
    ]


def _key_schema(holder: Properties, hash_key: str = "") -> list[Properties]:
    if "keySchemas" in holder:
        return [
            {"AttributeName": key["attributeName"], "KeyType": key["keyType"]}
            for key in objects(holder, "keySchemas")
        ]
    schema: list[Properties] = [
        {"AttributeName": hash_key or text(holder, "hashKey"), "KeyType": "HASH"}
    ]
    if "rangeKey" in holder:
        schema.append({"AttributeName": text(holder, "rangeKey"), "KeyType": "RANGE"})
    return schema


def _throughput(holder: Properties) -> Properties:
    return {
        "ReadCapacityUnits": integer(holder, "readCapacity", 1),
        "WriteCapacityUnits": integer(holder, "writeCapacity", 1),
    }


def _encryption(encryption: Properties) -> Properties:
    specification: Properties = {"Enabled": True, "SSEType": "KMS"}
    if "kmsKeyArn" in encryption:
        specification["KMSMasterKeyId"] = text(encryption, "kmsKeyArn")
    return specification


def _projection(item: Properties) -> Properties:
    projection: Properties = {"ProjectionType": text(item, "projectionType")}
    if attributes := texts(item, "nonKeyAttributes"):
        projection["NonKeyAttributes"] = list(attributes)
    return projection


def index(item: Properties, table: Properties) -> dict[str, object]:
    """A global secondary index."""
    described: dict[str, object] = {
        "IndexName": text(item, "name"),
        "KeySchema": _key_schema(item),
        "Projection": _projection(item),
    }
    if text(table, "billingMode") == "PROVISIONED":
        described["ProvisionedThroughput"] = _throughput(item)
    return described


def _local_index(item: Properties, table: Properties) -> dict[str, object]:
    return {
        "IndexName": text(item, "name"),
        "KeySchema": _key_schema(item, text(table, "hashKey")),
        "Projection": _projection(item),
    }


def parse_table(
    table: Properties, backups: Properties, lifetime: Properties, *, keys_as_schemas: bool
) -> Properties:
    """The state of a table, from the three answers that describe it.

    The keys of an index have two spellings, the newer being `keySchemas`.
    """
    stream = mapping(table, "StreamSpecification")
    mode = text_or(mapping(table, "BillingModeSummary"), "BillingMode", "PROVISIONED")
    is_provisioned = mode == "PROVISIONED"
    throughput = mapping(table, "ProvisionedThroughput") if is_provisioned else {}
    globals_: list[Value] = [
        _parse_index(item, is_provisioned=is_provisioned, keys_as_schemas=keys_as_schemas)
        for item in objects(table, "GlobalSecondaryIndexes")
    ]
    return {
        **_parse_keys(table),
        "arn": text(table, "TableArn"),
        "attributes": [
            {"name": item["AttributeName"], "type": item["AttributeType"]}
            for item in objects(table, "AttributeDefinitions")
        ],
        "billingMode": mode,
        "deletionProtectionEnabled": flag(table, "DeletionProtectionEnabled"),
        "globalSecondaryIndexes": globals_,
        "localSecondaryIndexes": [
            {**_parse_index(item, is_provisioned=False), "hashKey": None}
            for item in objects(table, "LocalSecondaryIndexes")
        ],
        "name": text(table, "TableName"),
        "pointInTimeRecovery": _parse_recovery(backups),
        "readCapacity": throughput.get("ReadCapacityUnits"),
        "serverSideEncryption": _parse_encryption(mapping(table, "SSEDescription")),
        "streamArn": table.get("LatestStreamArn"),
        "streamEnabled": flag(stream, "StreamEnabled"),
        "streamLabel": table.get("LatestStreamLabel"),
        "streamViewType": stream.get("StreamViewType"),
        "tableClass": mapping(table, "TableClassSummary").get("TableClass", "STANDARD"),
        "ttl": _parse_lifetime(lifetime),
        "writeCapacity": throughput.get("WriteCapacityUnits"),
    }


def _parse_keys(holder: Properties) -> Properties:
    keys = {text(item, "KeyType"): item["AttributeName"] for item in objects(holder, "KeySchema")}
    return {"hashKey": keys.get("HASH"), "rangeKey": keys.get("RANGE")}


def _parse_index(
    item: Properties, *, is_provisioned: bool, keys_as_schemas: bool = False
) -> Properties:
    projection = mapping(item, "Projection")
    throughput = mapping(item, "ProvisionedThroughput") if is_provisioned else {}
    keys: list[Value] = [
        {"attributeName": key["AttributeName"], "keyType": key["KeyType"]}
        for key in objects(item, "KeySchema")
    ]
    found: Properties = {
        **({"keySchemas": keys} if keys_as_schemas else _parse_keys(item)),
        "name": text(item, "IndexName"),
        "nonKeyAttributes": projection.get("NonKeyAttributes"),
        "projectionType": projection.get("ProjectionType"),
        "readCapacity": throughput.get("ReadCapacityUnits"),
        "writeCapacity": throughput.get("WriteCapacityUnits"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _parse_recovery(backups: Properties) -> Properties:
    recovery = mapping(backups, "PointInTimeRecoveryDescription")
    return {"enabled": recovery.get("PointInTimeRecoveryStatus") == "ENABLED"}


def _parse_encryption(description: Properties) -> Properties:
    if description.get("Status") != "ENABLED":
        return {"enabled": False}
    found: Properties = {"enabled": True}
    if "KMSMasterKeyArn" in description:
        found["kmsKeyArn"] = description["KMSMasterKeyArn"]
    return found


def _parse_lifetime(lifetime: Properties) -> Properties | None:
    if "AttributeName" not in lifetime:
        return None
    enabled = lifetime.get("TimeToLiveStatus") == "ENABLED"
    return {"attributeName": lifetime["AttributeName"], "enabled": enabled}
