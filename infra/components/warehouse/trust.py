"""Trust between AWS and Snowflake, made in one apply.

A storage integration, an external volume and a catalog integration each name a role that does not
exist yet: its ARN is known from its name. Snowflake answers with a user and an external id, and
the roles are then created to trust exactly these. What reads through a role waits for it
(assumable.py). A role has its permissions in a resource of their own, so there is no cycle.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pulumi_snowflake as snowflake

from infra.components.component import TarnComponent
from infra.components.warehouse.assumable import Patience, assumable
from infra.components.warehouse.names import VOLUME_LOCATION, WarehouseNames
from infra.iam.document import rendered
from infra.iam.snowflake import bucket_reader_policy, catalog_reader_policy, snowflake_trust
from tarn.quarantine import DECISIONS_PREFIX, ROWS_PREFIX
from tarn.zones import Zone

if TYPE_CHECKING:
    from pulumi_snowflake.outputs import (
        ExternalVolumeDescribeOutputStorageLocationS3StorageLocation,
    )

    from infra.deployment import Deployment

STAGE_ROLE = "snowflake-stage"
VOLUME_ROLE = "snowflake-volume"
CATALOG_ROLE = "snowflake-catalog"
LOADED = {Zone.VALIDATED: ("",), Zone.QUARANTINE: (ROWS_PREFIX, DECISIONS_PREFIX)}
"""What stages may read: not the objects that are held whole, which may be anything."""


@dataclass(frozen=True, kw_only=True)
class SnowflakeTrustArgs:
    """What Snowflake may read, and how patient to be with IAM."""

    deployment: Deployment
    key_arn: pulumi.Input[str]
    curated_database: str
    catalog_refresh_seconds: int
    """How often Snowflake looks for new commits in the Glue catalog."""
    role_settle_seconds: int
    """Age that a role must have before something reads through it."""


class SnowflakeTrust(TarnComponent):
    """The three integrations, the three roles that they assume, and when each can be used."""

    storage_integration: snowflake.StorageIntegrationAws
    external_volume: snowflake.ExternalVolume
    catalog_integration: snowflake.CatalogIntegrationAwsGlue
    stage_ready: pulumi.Output[pulumi.Resource]
    """For the ``depends_on`` of what reads through the storage integration."""
    volume_ready: pulumi.Output[pulumi.Resource]
    catalog_ready: pulumi.Output[pulumi.Resource]
    stage_mark: pulumi.Output[str]
    """Changes when the storage integration is another one, though its name is the same. Snowflake
    ties a stage to the integration and a pipe to the stage, so these have to be made again."""
    table_mark: pulumi.Output[str]
    """The same for the external volume and the catalog integration of Iceberg tables."""

    def __init__(
        self, name: str, args: SnowflakeTrustArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("warehouse", name, args.deployment, opts)
        self._args = args
        self._names = WarehouseNames.of(args.deployment)
        self.storage_integration = self._storage_integration()
        self.external_volume = self._external_volume()
        self.catalog_integration = self._catalog_integration()
        self.stage_ready = self._trust_stage()
        self.volume_ready = self._trust_volume()
        self.catalog_ready = self._trust_catalog()
        self.stage_mark = _mark(self.storage_integration.describe_outputs[0].external_id)
        self.table_mark = _mark(
            self._volume_description().storage_aws_external_id,
            self.catalog_integration.describe_outputs[0].glue_aws_external_id,
        )
        self.publish(
            {
                "storageIntegration": self.storage_integration.name,
                "externalVolume": self.external_volume.name,
                "catalogIntegration": self.catalog_integration.name,
            }
        )

    def _storage_integration(self) -> snowflake.StorageIntegrationAws:
        return snowflake.StorageIntegrationAws(
            f"{self.component_name}-storage",
            name=self._names.storage_integration,
            comment=f"Validated files and quarantined rows of {self.deployment.prefix}.",
            enabled=True,
            storage_provider="S3",
            storage_allowed_locations=[f"s3://{self.deployment.bucket(zone)}/" for zone in LOADED],
            storage_aws_role_arn=self._role_arn(STAGE_ROLE),
            opts=self._named_once(),
        )

    def _external_volume(self) -> snowflake.ExternalVolume:
        return snowflake.ExternalVolume(
            f"{self.component_name}-volume",
            name=self._names.external_volume,
            comment=f"Iceberg tables of {self.deployment.prefix}.",
            allow_writes="false",
            storage_locations=[
                snowflake.ExternalVolumeStorageLocationArgs(
                    storage_location_name=VOLUME_LOCATION,
                    storage_provider="S3",
                    storage_base_url=f"s3://{self.deployment.bucket(Zone.CURATED)}/",
                    storage_aws_role_arn=self._role_arn(VOLUME_ROLE),
                )
            ],
            opts=self._named_once(),
        )

    def _catalog_integration(self) -> snowflake.CatalogIntegrationAwsGlue:
        return snowflake.CatalogIntegrationAwsGlue(
            f"{self.component_name}-catalog",
            name=self._names.catalog_integration,
            comment=f"Glue catalog of {self.deployment.prefix}.",
            enabled=True,
            glue_aws_role_arn=self._role_arn(CATALOG_ROLE),
            glue_catalog_id=self.deployment.account_id,
            glue_region=self.deployment.region,
            catalog_namespace=self._args.curated_database,
            refresh_interval_seconds=self._args.catalog_refresh_seconds,
            opts=self._named_once(),
        )

    def _trust_stage(self) -> pulumi.Output[pulumi.Resource]:
        described = self.storage_integration.describe_outputs[0]
        return self._trusted_role(
            STAGE_ROLE,
            user_arn=described.iam_user_arn,
            external_id=described.external_id,
            permissions=rendered(
                bucket_reader_policy,
                deployment=self.deployment,
                locations=LOADED,
                key_arn=self._args.key_arn,
            ),
        )

    def _trust_volume(self) -> pulumi.Output[pulumi.Resource]:
        described = self._volume_description()
        return self._trusted_role(
            VOLUME_ROLE,
            user_arn=described.storage_aws_iam_user_arn,
            external_id=described.storage_aws_external_id,
            permissions=rendered(
                bucket_reader_policy,
                deployment=self.deployment,
                locations={Zone.CURATED: ("",)},
                key_arn=self._args.key_arn,
            ),
        )

    def _volume_description(
        self,
    ) -> pulumi.Output[ExternalVolumeDescribeOutputStorageLocationS3StorageLocation]:
        location = self.external_volume.describe_outputs[0].storage_locations[0]
        return location.s3_storage_locations[0]

    def _trust_catalog(self) -> pulumi.Output[pulumi.Resource]:
        described = self.catalog_integration.describe_outputs[0]
        return self._trusted_role(
            CATALOG_ROLE,
            user_arn=described.glue_aws_iam_user_arn,
            external_id=described.glue_aws_external_id,
            permissions=rendered(
                catalog_reader_policy,
                deployment=self.deployment,
                database=self._args.curated_database,
            ),
        )

    def _named_once(self) -> pulumi.ResourceOptions:
        """Replacing an integration is how an external id is renewed; two cannot share a name."""
        return self.child(delete_before_replace=True)

    def _role_arn(self, suffix: str) -> str:
        return self.deployment.role_arn(self.deployment.name(suffix))

    def _trusted_role(
        self,
        suffix: str,
        *,
        user_arn: pulumi.Input[str | None],
        external_id: pulumi.Input[str | None],
        permissions: pulumi.Input[str],
    ) -> pulumi.Output[pulumi.Resource]:
        """Create the role and its permissions; the result is known when it can be assumed."""
        role = aws.iam.Role(
            f"{self.component_name}-{suffix}",
            name=self.deployment.name(suffix),
            description=f"Snowflake reads {self.deployment.prefix} through it.",
            assume_role_policy=rendered(
                snowflake_trust, user_arn=user_arn, external_id=external_id
            ),
            permissions_boundary=self.deployment.boundary_arn,
            tags=self.tags,
            # A new trust makes a new role: only then does its age say how long IAM has known it.
            opts=self.child(delete_before_replace=True, replace_on_changes=("assumeRolePolicy",)),
        )
        policy = aws.iam.RolePolicy(
            f"{self.component_name}-{suffix}-permissions",
            name="permissions",
            role=role.name,
            policy=permissions,
            opts=self.child(),
        )
        return assumable(
            role,
            permissions=policy,
            patience=Patience(settle_seconds=self._args.role_settle_seconds),
        )


def _mark(*external_ids: pulumi.Input[str | None]) -> pulumi.Output[str]:
    """Shorten external ids to what a comment can carry without telling them."""
    return pulumi.Output.all(*external_ids).apply(
        lambda known: hashlib.sha256("\0".join(map(str, known)).encode()).hexdigest()[:8]
    )
