"""Keys, tables, roles."""

from __future__ import annotations

from typing import Any

from local_cloud.providers.values import Properties, Value
from tests.functional.providers.ask import ask, asked
from tests.functional.providers.case import Case, Description
from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World, policy, trust


def _key(world: World, managed: Managed) -> Description | None:
    identity = {"KeyId": managed.id}
    found = asked(
        world,
        "kms",
        ("describe_key", identity),
        ("list_resource_tags", identity),
        ("get_key_policy", {**identity, "PolicyName": "default"}),
        ("get_key_rotation_status", identity),
    )
    return None if "PendingDeletion" in str(found) else found


def _alias(world: World, managed: Managed) -> Description | None:
    aliases = world.client("kms").list_aliases()["Aliases"]
    found = next((alias for alias in aliases if alias["AliasName"] == managed.id), None)
    return found and {**found, "key": _arn_of(world, found["TargetKeyId"])}


def _arn_of(world: World, key: str) -> str:
    return world.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]


def _table(world: World, managed: Managed) -> Description | None:
    name = {"TableName": managed.id}
    found = ask(world, "dynamodb", "describe_table", **name)
    if found is None:
        return None
    table = found["Table"]
    assert isinstance(table, dict)
    arn = table["TableArn"]
    return {
        "table": found,
        "backups": ask(world, "dynamodb", "describe_continuous_backups", **name),
        "lifetime": ask(world, "dynamodb", "describe_time_to_live", **name),
        "tags": ask(world, "dynamodb", "list_tags_of_resource", ResourceArn=arn),
    }


def _role(world: World, managed: Managed) -> Description | None:
    return ask(world, "iam", "get_role", RoleName=managed.id)


def _role_policy(world: World, managed: Managed) -> Description | None:
    role, name = managed.id.split(":", 1)
    return ask(world, "iam", "get_role_policy", RoleName=role, PolicyName=name)


def _managed_policy(world: World, managed: Managed) -> Description | None:
    policy = ask(world, "iam", "get_policy", PolicyArn=managed.id)
    if policy is None:
        return None
    described: Any = policy["Policy"]
    version = described["DefaultVersionId"]
    content = ask(world, "iam", "get_policy_version", PolicyArn=managed.id, VersionId=version)
    return {**policy, "content": content}


def _own_key(world: World, action: str) -> str:
    owner = f"arn:aws:iam::{world.account}:root"
    everything = {"Effect": "Allow", "Principal": {"AWS": owner}, "Action": "kms:*"}
    service = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": action}
    return policy({**everything, "Resource": "*"}, {**service, "Resource": "*"})


def _read(bucket: str) -> str:
    resource = f"arn:aws:s3:::{bucket}/*"
    return policy({"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": resource})


def _index(name: str) -> Properties:
    keys: list[Value] = [
        {"attributeName": "pending", "keyType": "HASH"},
        {"attributeName": "at", "keyType": "RANGE"},
    ]
    return {"name": name, "keySchemas": keys, "projectionType": "ALL"}


def _attributes(*names: str) -> list[Value]:
    return [{"name": name, "type": "S"} for name in names]


_WITH_INDEX = _attributes("file", "pending", "at")


CASES = (
    Case(
        resource_type="aws:kms/key:Key",
        inputs=lambda world: {
            "description": "the lake's key",
            "policy": _own_key(world, "kms:Decrypt"),
            "enableKeyRotation": True,
            "tags": {"team": "lake"},
        },
        describe=_key,
        changes=lambda world: {
            "description": "the shore's key",
            "policy": _own_key(world, "kms:GenerateDataKey"),
            "rotationPeriodInDays": 181,
            "enableKeyRotation": False,
            "isEnabled": False,
            "tags": {"team": "shore", "tier": "gold"},
        },
        replacing=lambda _: {
            "customerMasterKeySpec": "RSA_2048",
            "keyUsage": "SIGN_VERIFY",
            "multiRegion": True,
        },
        beside=lambda _: {
            "customerMasterKeySpec": {"enableKeyRotation": None, "keyUsage": "SIGN_VERIFY"},
            "keyUsage": {"enableKeyRotation": None, "customerMasterKeySpec": "RSA_2048"},
        },
        meddle=lambda world, managed: world.client("kms").update_key_description(
            KeyId=managed.id, Description="rogue"
        ),
        drift=frozenset({"description"}),
        kept=frozenset({"rotationPeriodInDays"}),
    ),
    Case(
        resource_type="aws:kms/alias:Alias",
        inputs=lambda world: {
            "name": f"alias/{world.name('subject')}",
            "targetKeyId": world.key_arn,
        },
        describe=_alias,
        changes=lambda world: {"targetKeyId": world.other_key_arn},
        replacing=lambda world: {"name": f"alias/{world.name('other')}"},
        meddle=lambda world, managed: world.client("kms").update_alias(
            AliasName=managed.id, TargetKeyId=world.other_key_arn
        ),
        drift=frozenset({"targetKeyId"}),
    ),
    Case(
        resource_type="aws:dynamodb/table:Table",
        inputs=lambda world: {
            "name": world.name("subject"),
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "file",
            "attributes": _WITH_INDEX,
            "globalSecondaryIndexes": [_index("pending")],
            "pointInTimeRecovery": {"enabled": True},
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": world.key_arn},
            "tags": {"team": "lake"},
        },
        describe=_table,
        changes=lambda world: {
            "globalSecondaryIndexes": [_index("waiting")],
            "pointInTimeRecovery": {"enabled": False},
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": world.other_key_arn},
            "streamEnabled": True,
            "tableClass": "STANDARD_INFREQUENT_ACCESS",
            "ttl": {"attributeName": "expires", "enabled": True},
            "tags": {"team": "shore"},
        },
        beside=lambda _: {
            "streamEnabled": {"streamViewType": "NEW_IMAGE"},
            "hashKey": {"attributes": _attributes("other", "pending", "at")},
            "rangeKey": {"attributes": _attributes("file", "other", "pending", "at")},
            "localSecondaryIndexes": {
                "rangeKey": "pending",
                "attributes": _WITH_INDEX,
            },
        },
        replacing=lambda world: {
            "name": world.name("other"),
            "hashKey": "other",
            "rangeKey": "other",
            "localSecondaryIndexes": [{"name": "local", "rangeKey": "at", "projectionType": "ALL"}],
        },
        meddle=lambda world, managed: world.client("dynamodb").update_continuous_backups(
            TableName=managed.id,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        ),
        drift=frozenset({"pointInTimeRecovery"}),
        # Each of these only changes together with another one; test_tables tries them.
        untried=frozenset(
            {
                "attributes",
                "billingMode",
                "deletionProtectionEnabled",
                "readCapacity",
                "streamViewType",
                "writeCapacity",
            }
        ),
    ),
    Case(
        resource_type="aws:iam/policy:Policy",
        inputs=lambda world: {
            "name": world.name("subject"),
            "description": "a ceiling",
            "policy": _read("lake"),
            "tags": {"team": "lake"},
        },
        describe=_managed_policy,
        changes=lambda _: {"policy": _read("shore"), "tags": {"team": "shore", "tier": "gold"}},
        replacing=lambda world: {
            "name": world.name("other"),
            "description": "another ceiling",
            "path": "/other/",
        },
        meddle=lambda world, managed: world.client("iam").create_policy_version(
            PolicyArn=managed.id, PolicyDocument=_read("rogue"), SetAsDefault=True
        ),
        drift=frozenset({"policy"}),
    ),
    Case(
        resource_type="aws:iam/role:Role",
        inputs=lambda world: {
            "name": world.name("subject"),
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "description": "runs the function",
            "tags": {"team": "lake"},
        },
        describe=_role,
        changes=lambda world: {
            "assumeRolePolicy": trust("glue.amazonaws.com"),
            "description": "runs the job",
            "maxSessionDuration": 7201,
            "permissionsBoundary": f"arn:aws:iam::{world.account}:policy/boundary",
            "tags": {"team": "shore", "tier": "gold"},
        },
        replacing=lambda world: {"name": world.name("other"), "path": "/other/"},
        meddle=lambda world, managed: world.client("iam").update_assume_role_policy(
            RoleName=managed.id, PolicyDocument=trust("ec2.amazonaws.com")
        ),
        drift=frozenset({"assumeRolePolicy"}),
    ),
    Case(
        resource_type="aws:iam/rolePolicy:RolePolicy",
        inputs=lambda world: {
            "name": "subject",
            "role": world.role_arn.rsplit("/", 1)[-1],
            "policy": _read("lake"),
        },
        describe=_role_policy,
        changes=lambda _: {"policy": _read("shore")},
        replacing=lambda world: {
            "name": "other",
            "role": world.other_role,
        },
        meddle=lambda world, managed: world.client("iam").put_role_policy(
            RoleName=managed.id.split(":")[0],
            PolicyName="subject",
            PolicyDocument=_read("rogue"),
        ),
        drift=frozenset({"policy"}),
    ),
)
