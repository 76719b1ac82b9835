"""What connects Snowflake to AWS: storage and catalog integrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from local_cloud.providers.adapter import Input
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import unquoted_name
from local_cloud.providers.snowflake.object_adapter import (
    COMMENT,
    SnowflakeObjectAdapter,
    listed,
    optional,
    properties_of,
    whole,
    yes,
)
from local_cloud.providers.snowflake.rules import (
    account_id,
    between,
    each,
    not_empty,
    region,
    role_arn,
    s3_location,
    s3_url,
    some,
)
from local_cloud.providers.snowflake.sql import Clause, Form, assignments, quoted
from local_cloud.providers.values import Properties

_OUTPUTS: Final = ("fullyQualifiedName", "showOutputs", "describeOutputs")


def _shown(row: Record, kind: str) -> Properties:
    return {
        "name": row["name"],
        kind: row["type"],
        "category": row["category"],
        "enabled": yes(row["enabled"]),
        "comment": row["comment"] or "",
        "createdOn": row["created_on"],
    }


class StorageIntegrationAws(SnowflakeObjectAdapter):
    """An integration for S3; Snowflake answers with its user and the external id."""

    resource_type: ClassVar[str] = "snowflake:index/storageIntegrationAws:StorageIntegrationAws"
    source: ClassVar[str] = "pkg/resources/storage_integration_aws.go"
    keyword: ClassVar[str] = "STORAGE INTEGRATION"
    describes: ClassVar[bool] = True
    computed: ClassVar[tuple[str, ...]] = _OUTPUTS
    create_prefix: ClassVar[tuple[str, ...]] = ("TYPE = EXTERNAL_STAGE",)
    clauses: ClassVar[Mapping[str, Clause]] = {
        "enabled": Clause(name="ENABLED", form=Form.FLAG),
        "storageAwsRoleArn": Clause(name="STORAGE_AWS_ROLE_ARN", form=Form.TEXT),
        "storageAwsExternalId": Clause(name="STORAGE_AWS_EXTERNAL_ID", form=Form.TEXT),
        "storageAwsObjectAcl": Clause(name="STORAGE_AWS_OBJECT_ACL", form=Form.TEXT),
        "storageAllowedLocations": Clause(name="STORAGE_ALLOWED_LOCATIONS", form=Form.TEXTS),
        "storageBlockedLocations": Clause(name="STORAGE_BLOCKED_LOCATIONS", form=Form.TEXTS),
        "comment": COMMENT,
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        "comment": Input(),
        "enabled": Input(required=True),
        "name": Input(replace=True, rule=unquoted_name),
        "storageAllowedLocations": Input(required=True, unordered=True, rule=some(s3_location)),
        "storageAwsExternalId": Input(rule=not_empty),
        "storageAwsObjectAcl": Input(choices=("bucket-owner-full-control",), stored=True),
        "storageAwsRoleArn": Input(required=True, rule=role_arn),
        "storageBlockedLocations": Input(unordered=True, rule=each(s3_url), stored=True),
        "storageProvider": Input(required=True, replace=True, choices=("S3",), ignore_case=True),
    }

    def create_clauses(self, inputs: Properties) -> list[str]:
        provider = Clause(name="STORAGE_PROVIDER", form=Form.TEXT)
        return assignments([("storageProvider", provider), *self.clauses.items()], inputs)

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        live = properties_of(described)
        allowed = listed(live["STORAGE_ALLOWED_LOCATIONS"])
        blocked = listed(live["STORAGE_BLOCKED_LOCATIONS"])
        acl = live.get("STORAGE_AWS_OBJECT_ACL")
        details: Properties = {
            "id": quoted(str(row["name"])),
            "enabled": yes(live["ENABLED"]),
            "provider": live["STORAGE_PROVIDER"],
            "allowedLocations": allowed,
            "blockedLocations": blocked,
            "comment": row["comment"] or "",
            "iamUserArn": live["STORAGE_AWS_IAM_USER_ARN"],
            "roleArn": live["STORAGE_AWS_ROLE_ARN"],
            "externalId": live["STORAGE_AWS_EXTERNAL_ID"],
            "objectAcl": acl or "",
            "usePrivatelinkEndpoint": False,
        }
        given = known.get("storageAwsExternalId") is not None
        return {
            "comment": optional(row["comment"]),
            "enabled": yes(row["enabled"]),
            "storageAllowedLocations": allowed,
            "storageBlockedLocations": blocked or None,
            "storageAwsExternalId": live["STORAGE_AWS_EXTERNAL_ID"] if given else None,
            "storageAwsObjectAcl": optional(acl),
            "storageAwsRoleArn": live["STORAGE_AWS_ROLE_ARN"],
            "storageProvider": live["STORAGE_PROVIDER"],
            "showOutputs": [_shown(row, "storageType")],
            "describeOutputs": [details],
        }


class CatalogIntegrationAwsGlue(SnowflakeObjectAdapter):
    """An integration for a Glue catalog; what it points at is final."""

    resource_type: ClassVar[str] = (
        "snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue"
    )
    source: ClassVar[str] = "pkg/resources/catalog_integration_aws_glue.go"
    keyword: ClassVar[str] = "CATALOG INTEGRATION"
    describes: ClassVar[bool] = True
    computed: ClassVar[tuple[str, ...]] = (*_OUTPUTS, "catalogSource")
    create_prefix: ClassVar[tuple[str, ...]] = ("CATALOG_SOURCE = GLUE", "TABLE_FORMAT = ICEBERG")
    clauses: ClassVar[Mapping[str, Clause]] = {
        "glueAwsRoleArn": Clause(name="GLUE_AWS_ROLE_ARN", form=Form.TEXT),
        "glueCatalogId": Clause(name="GLUE_CATALOG_ID", form=Form.TEXT),
        "glueRegion": Clause(name="GLUE_REGION", form=Form.TEXT),
        "catalogNamespace": Clause(name="CATALOG_NAMESPACE", form=Form.TEXT),
        "enabled": Clause(name="ENABLED", form=Form.FLAG),
        "refreshIntervalSeconds": Clause(name="REFRESH_INTERVAL_SECONDS", form=Form.NUMBER),
        "comment": Clause(name="COMMENT", form=Form.TEXT, unset=False),
    }
    inputs: ClassVar[Mapping[str, Input]] = {
        "catalogNamespace": Input(replace=True, rule=not_empty),
        "comment": Input(),
        "enabled": Input(required=True),
        "glueAwsRoleArn": Input(required=True, replace=True, rule=role_arn),
        "glueCatalogId": Input(required=True, replace=True, rule=account_id),
        "glueRegion": Input(replace=True, rule=region),
        "name": Input(replace=True, rule=unquoted_name),
        # The provider takes 1 and more, and Snowflake refuses what is not in this range.
        "refreshIntervalSeconds": Input(default=30, rule=between(30, 86400)),
    }

    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        live = properties_of(described)
        region_given = known.get("glueRegion") is not None
        details: Properties = {
            "id": quoted(str(row["name"])),
            "catalogSource": live["CATALOG_SOURCE"],
            "tableFormat": live["TABLE_FORMAT"],
            "enabled": yes(live["ENABLED"]),
            "refreshIntervalSeconds": whole(live["REFRESH_INTERVAL_SECONDS"]),
            "comment": live["COMMENT"],
            "glueAwsRoleArn": live["GLUE_AWS_ROLE_ARN"],
            "glueCatalogId": live["GLUE_CATALOG_ID"],
            "glueRegion": live["GLUE_REGION"],
            "catalogNamespace": live["CATALOG_NAMESPACE"],
            "glueAwsIamUserArn": live["GLUE_AWS_IAM_USER_ARN"],
            "glueAwsExternalId": live["GLUE_AWS_EXTERNAL_ID"],
        }
        return {
            "catalogNamespace": optional(live["CATALOG_NAMESPACE"]),
            "catalogSource": live["CATALOG_SOURCE"],
            "comment": optional(live["COMMENT"]),
            "enabled": yes(live["ENABLED"]),
            "glueAwsRoleArn": live["GLUE_AWS_ROLE_ARN"],
            "glueCatalogId": live["GLUE_CATALOG_ID"],
            "glueRegion": live["GLUE_REGION"] if region_given else None,
            "refreshIntervalSeconds": whole(live["REFRESH_INTERVAL_SECONDS"]),
            "showOutputs": [_shown(row, "type")],
            "describeOutputs": [details],
        }


ADAPTERS = (StorageIntegrationAws(), CatalogIntegrationAwsGlue())
