"""What a table optimizer's role must be allowed, asked when the optimizer is created.

Sources: "Table optimization prerequisites", AWS Glue Developer Guide, for the permissions;
internal/service/glue/catalog_table_optimizer.go of the Terraform AWS provider for how AWS refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from local_cloud.aws.authorization.accounts import PARTITION
from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.errors import AccessDeniedError
from local_cloud.aws.authorization.evaluation import require
from local_cloud.aws.authorization.resources import find_bucket
from local_cloud.aws.authorization.service_roles import require_assumable, role_session
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.glue.requests import GlueRefusal
from local_cloud.aws.operations.key_use import DECRYPT, GENERATE, key_needs
from local_cloud.aws.operations.logs import group_arn, stream_arn

_SERVICE: Final = "glue.amazonaws.com"
_SESSION: Final = "GlueTableOptimizer"
_ORPHANS: Final = "orphan_file_deletion"
LOG_GROUPS: Final = {
    "compaction": "/aws-glue/iceberg-compaction/logs",
    "retention": "/aws-glue/iceberg-retention/logs",
    _ORPHANS: "/aws-glue/iceberg-orphan-file-deletion/logs",
}
"""The groups that each type of optimizer writes; the types that there are."""


def require_optimizer_access(
    kind: str, role_arn: str, *, table: Mapping[str, Any], region: str
) -> None:
    """Raise ``GlueRefusal`` unless Glue may assume the role and the role may do its work."""
    account_id = role_arn.split(":")[4]
    try:
        require_assumable(role_arn, _SERVICE, region=region)
    except AccessDeniedError as error:
        message = (
            f"Role {role_arn} does not have the correct trust policies and is unable to be assumed "
            f"by our service (Tarn's local cloud: {error.message})"
        )
        raise GlueRefusal(code="AccessDeniedException", message=message) from error
    caller = role_session(role_arn, _SESSION)
    for need in _needs(kind, table, account_id=account_id, region=region):
        try:
            require(caller, need, region=region)
        except AccessDeniedError as error:
            raise GlueRefusal(code="AccessDeniedException", message=error.message) from error


def _needs(kind: str, table: Mapping[str, Any], *, account_id: str, region: str) -> Iterator[Need]:
    database, name = str(table["DatabaseName"]), str(table["Name"])
    changes = kind != _ORPHANS
    prefix = f"arn:{PARTITION}:glue:{region}:{account_id}:"
    for action in ("glue:GetTable", *(("glue:UpdateTable",) if changes else ())):
        for resource in ("catalog", f"database/{database}", f"table/{database}/{name}"):
            yield Need(action=action, resource=f"{prefix}{resource}")
    location = str(table["StorageDescriptor"]["Location"]).removeprefix("s3://").rstrip("/")
    bucket = location.partition("/")[0]
    yield Need(action="s3:ListBucket", resource=f"arn:aws:s3:::{bucket}")
    for action in ("GetObject", "DeleteObject", *(("PutObject",) if changes else ())):
        yield Need(action=f"s3:{action}", resource=f"arn:aws:s3:::{location}/data/any.parquet")
    yield from _key(bucket, changes, account_id=account_id, region=region)
    group = LOG_GROUPS[kind]
    yield Need(action="logs:CreateLogGroup", resource=group_arn(account_id, region, group))
    stream = stream_arn(account_id, region, group, name)
    yield Need(action="logs:CreateLogStream", resource=stream)
    yield Need(action="logs:PutLogEvents", resource=stream)


def _key(bucket: str, changes: bool, *, account_id: str, region: str) -> Iterator[Need]:
    """What it needs of the key that the bucket encrypts with by default."""
    held = find_bucket(bucket)
    rule: Mapping[str, Any] = ((held.encryption if held else None) or {}).get("Rule", {})
    default: Mapping[str, str] = rule.get("ApplyServerSideEncryptionByDefault", {})
    yield from key_needs(
        ApiRequest(
            service="s3",
            operation="PutObject",
            region=region,
            account_id=account_id,
            parameters={},
            headers={},
        ),
        default.get("KMSMasterKeyID"),
        service="s3",
        actions=(DECRYPT, GENERATE) if changes else (DECRYPT,),
        context={"aws:s3:arn": f"arn:aws:s3:::{bucket}"},
        owner_account_id=account_id,
    )
