"""The policies that are attached to resources, by the resource's ARN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from moto.backends import get_backend
from moto.s3.models import s3_backends

from local_cloud.aws.authorization.accounts import PARTITION, find_role
from local_cloud.aws.authorization.policy import Policy, parse_policy

if TYPE_CHECKING:
    from moto.kms.models import Key
    from moto.s3.models import FakeBucket


@dataclass(frozen=True, kw_only=True)
class ResourceSide:
    """What the resource's side says: who owns it, and its policy if it has one."""

    account_id: str
    kind: str
    """As AWS calls the kind of policy in a message, e.g. ``bucket policy``."""
    policy: Policy | None
    owner: str = ""
    """ARN of what the policy is attached to: of an object, its bucket."""
    decides: bool = False
    """Identity policies count only where this policy lets them: keys and roles."""


def resource_side(resource: str, default_account_id: str) -> ResourceSide:
    """Find the owner and the policy of a resource; most kinds have no policy."""
    if not resource.startswith("arn:"):
        return ResourceSide(account_id=default_account_id, kind="", policy=None)
    _, _, service, region, account_id, name = resource.split(":", 5)
    match service:
        case "s3":
            return _bucket_side(name.partition("/")[0], default_account_id)
        case "sqs":
            return _queue_side(region, account_id, name)
        case "sns":
            return _topic_side(region, account_id, resource)
        case "kms":
            return _key_side(region, account_id, name)
        case "iam" if name.startswith("role/"):
            return _role_side(account_id, resource)
        case "lambda":
            return _function_side(region, account_id, name)
        case _:
            return ResourceSide(account_id=account_id or default_account_id, kind="", policy=None)


def find_bucket(name: str) -> FakeBucket | None:
    """Return a bucket of any account, or None: bucket names are global."""
    backends = s3_backends
    owner = backends.bucket_accounts.get(name)
    return backends[owner[1]][PARTITION].buckets.get(name) if owner else None


def find_key(identifier: str, account_id: str, region: str) -> Key | None:
    """Return a key by id, ARN, alias or alias ARN, or None."""
    if identifier.startswith("arn:"):
        region, account_id, identifier = identifier.split(":", 5)[3:]
        identifier = identifier.removeprefix("key/")
    backend = get_backend("kms")[account_id][region]
    if identifier.startswith("alias/"):
        identifier = str(backend.get_key_id_from_alias(identifier) or "").rpartition("/")[2]
    return backend.keys.get(identifier)


def _bucket_side(name: str, default_account_id: str) -> ResourceSide:
    bucket = find_bucket(name)
    if bucket is None:
        return ResourceSide(account_id=default_account_id, kind="bucket policy", policy=None)
    policy = parse_policy(bucket.policy.decode()) if bucket.policy else None
    return ResourceSide(
        account_id=bucket.account_id, kind="bucket policy", policy=policy, owner=bucket.arn
    )


def _queue_side(region: str, account_id: str, name: str) -> ResourceSide:
    queue = get_backend("sqs")[account_id][region].queues.get(name)
    document = cast("str | None", queue.policy) if queue is not None else None
    policy = parse_policy(document) if document else None
    owner = f"arn:aws:sqs:{region}:{account_id}:{name}"
    return ResourceSide(account_id=account_id, kind="queue policy", policy=policy, owner=owner)


def _topic_side(region: str, account_id: str, arn: str) -> ResourceSide:
    topic = get_backend("sns")[account_id][region].topics.get(arn)
    document = cast("Any", topic).policy if topic is not None else None
    policy = parse_policy(document) if document else None
    return ResourceSide(account_id=account_id, kind="topic policy", policy=policy, owner=arn)


def _key_side(region: str, account_id: str, name: str) -> ResourceSide:
    key = find_key(name.removeprefix("key/"), account_id, region)
    if key is None:
        return ResourceSide(account_id=account_id, kind="key policy", policy=None)
    return ResourceSide(
        account_id=account_id,
        kind="key policy",
        policy=parse_policy(key.policy),
        owner=key.arn,
        decides=True,
    )


def _role_side(account_id: str, arn: str) -> ResourceSide:
    role = find_role(arn)
    policy = parse_policy(role.assume_role_policy_document) if role is not None else None
    return ResourceSide(account_id=account_id, kind="role trust policy", policy=policy, owner=arn)


def _function_side(region: str, account_id: str, name: str) -> ResourceSide:
    kind = "resource-based policy"
    if not name.startswith("function:"):
        return ResourceSide(account_id=account_id, kind=kind, policy=None)
    functions = get_backend("lambda")[account_id][region]._lambdas
    function = functions._functions.get(name.split(":")[1], {}).get("latest")
    statements = list(function.policy.statements) if function is not None else []
    policy = parse_policy({"Statement": statements}) if statements else None
    owner = function.function_arn if function is not None else ""
    return ResourceSide(account_id=account_id, kind=kind, policy=policy, owner=owner)
