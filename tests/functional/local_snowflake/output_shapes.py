"""The shapes of computed outputs: the package's own fields, and which of them are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local_cloud.providers.values import Properties, Value, objects
from tests.unit.local_snowflake.package import output_fields

LEFT_OUT: Final[Mapping[str, str]] = {
    # What changes with every query, commit or grant would show in every refresh (ADR 71).
    "WarehouseShowOutput": "available isCurrent other provisioning queued quiescing resumedOn"
    " running startedClusters state updatedOn",
    "ResourceMonitorShowOutput": "remainingCredits usedCredits",
    "AccountRoleShowOutput": "assignedToUsers grantedRoles grantedToRoles isCurrent"
    " isFromOrganizationUserGroup",
    "SchemaShowOutput": "droppedOn isCurrent",
    "IcebergTableFromAwsGlueShowOutput": "autoRefreshStatuses catalogSyncName"
    " currentPartitionSpecId icebergTableFormatVersion nameMapping partitionSpecs",
    # What the local account has not.
    "StageExternalS3ShowOutput": "endpoint",
    "StageExternalS3DescribeOutput": "directoryTables fileFormats privatelinks",
    "ViewShowOutput": "kind reserved",
}


def misshapen(type_name: str, state: Properties) -> dict[str, set[str]]:
    """Fields that the package does not have, or that are missing though not left out."""
    found: dict[str, set[str]] = {}
    for output, suffix in (("showOutputs", "ShowOutput"), ("describeOutputs", "DescribeOutput")):
        for one in objects(state, output):
            name = f"{type_name}{suffix}"
            fields, left_out = output_fields(name), set(LEFT_OUT.get(name, "").split())
            optional = {key for key in fields if key in _UNSET_WHEN_ABSENT}
            wrong = (set(one) - fields) | (fields - set(one) - left_out - optional)
            found |= {name: wrong} if wrong else {}
    return found


_UNSET_WHEN_ABSENT: Final = ("creditQuota", "suspendAt", "suspendImmediateAt")


def secrets_of(state: Properties) -> list[Value]:
    """What Snowflake made up for a trust: the user's ARN and the external id."""
    described = next(iter(objects(state, "describeOutputs")), {})
    if "storageLocations" in described:
        location = objects(described, "storageLocations")[0]
        described = objects(location, "s3StorageLocations")[0]
    return [
        value
        for name, value in described.items()
        if name.lower().endswith(("iamuserarn", "externalid"))
    ]
