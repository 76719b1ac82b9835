"""Compute and access in Snowflake: what everything else stands on.

Owns the warehouse and its monitor, the database and its schemas, the roles and their grants.
Does not own users: who gets a role is decided where people are managed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from infra.components.component import DataProtection, TarnComponent
from infra.components.warehouse.grants import PARENT_ROLES, AccountObject, Grant, grants
from infra.components.warehouse.names import AccessRole, SchemaName, WarehouseNames

if TYPE_CHECKING:
    from infra.deployment import Deployment
    from infra.settings import WarehouseSettings


@dataclass(frozen=True, kw_only=True)
class FoundationArgs:
    """What differs between environments."""

    deployment: Deployment
    settings: WarehouseSettings


class Foundation(TarnComponent):
    """Warehouse, database, schemas, roles and grants."""

    names: WarehouseNames
    database: snowflake.Database
    schemas: dict[SchemaName, snowflake.Schema]
    warehouse: snowflake.Warehouse
    roles: dict[AccessRole, snowflake.AccountRole]
    grants: list[snowflake.GrantPrivilegesToAccountRole]
    """Objects in a schema are created after these, so that the future grants cover them."""

    def __init__(
        self,
        name: str,
        args: FoundationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("warehouse", name, args.deployment, opts)
        self._settings = args.settings
        self.names = WarehouseNames.of(args.deployment)
        self._protection = DataProtection.decide(
            owner="The Snowflake database",
            component=args.settings.data_removal_allowed,
            stack=args.deployment.data_removal_allowed,
        )
        self.warehouse = self._warehouse()
        self.database = self._database()
        self.schemas = {schema: self._schema(schema) for schema in SchemaName}
        self.roles = {role: self._role(role) for role in AccessRole}
        for role in AccessRole:
            self._inherit(role)
        self.grants = [self._grant(grant) for grant in grants()]
        self.publish({"database": self.database.name, "warehouse": self.warehouse.name})

    def _warehouse(self) -> snowflake.Warehouse:
        monitor = snowflake.ResourceMonitor(
            f"{self.component_name}-monitor",
            name=self.names.resource_monitor,
            credit_quota=self._settings.credit_quota,
            frequency="MONTHLY",
            start_timestamp="IMMEDIATELY",
            notify_triggers=[50, 80],
            suspend_trigger=95,
            suspend_immediate_trigger=100,
            # Snowflake turns IMMEDIATELY into the day of creation.
            opts=self.child(ignore_changes=("startTimestamp",)),
        )
        return snowflake.Warehouse(
            f"{self.component_name}-warehouse",
            name=self.names.warehouse,
            comment=f"Queries of {self.deployment.prefix}.",
            warehouse_size=self._settings.size.value,
            auto_suspend=self._settings.auto_suspend_seconds,
            auto_resume="true",
            initially_suspended=True,
            resource_monitor=monitor.name,
            # Decides the first state only, and is not reported back.
            opts=self.child(ignore_changes=("initiallySuspended",)),
        )

    def _database(self) -> snowflake.Database:
        return snowflake.Database(
            f"{self.component_name}-database",
            name=self.names.database,
            comment=f"Data of {self.deployment.prefix}.",
            data_retention_time_in_days=self._settings.data_retention_days,
            opts=self.child(protection=self._protection),
        )

    def _schema(self, schema: SchemaName) -> snowflake.Schema:
        return snowflake.Schema(
            f"{self.component_name}-schema-{schema.lower()}",
            name=schema.value,
            database=self.database.name,
            with_managed_access="true",
            opts=self.child(protection=self._protection),
        )

    def _role(self, role: AccessRole) -> snowflake.AccountRole:
        return snowflake.AccountRole(
            f"{self.component_name}-role-{role.lower()}",
            name=self.names.role(role),
            comment=f"The {role.lower()} of {self.deployment.prefix}.",
            opts=self.child(),
        )

    def _inherit(self, role: AccessRole) -> None:
        parent = PARENT_ROLES[role]
        snowflake.GrantAccountRole(
            f"{self.component_name}-inherit-{role.lower()}",
            role_name=self.roles[role].name,
            parent_role_name=(
                self.roles[parent].name if isinstance(parent, AccessRole) else parent
            ),
            opts=self.child(),
        )

    def _grant(self, grant: Grant) -> snowflake.GrantPrivilegesToAccountRole:
        on_account_object, on_schema, on_schema_object = self._target(grant)
        return snowflake.GrantPrivilegesToAccountRole(
            f"{self.component_name}-grant-{grant.name}",
            account_role_name=self.roles[grant.role].name,
            privileges=list(grant.privileges),
            on_account_object=on_account_object,
            on_schema=on_schema,
            on_schema_object=on_schema_object,
            opts=self.child(),
        )

    def _target(
        self, grant: Grant
    ) -> tuple[
        snowflake.GrantPrivilegesToAccountRoleOnAccountObjectArgs | None,
        snowflake.GrantPrivilegesToAccountRoleOnSchemaArgs | None,
        snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectArgs | None,
    ]:
        if grant.schema is None:
            named = {
                AccountObject.DATABASE: self.database.name,
                AccountObject.WAREHOUSE: self.warehouse.name,
            }
            account_object = grant.account_object or AccountObject.DATABASE
            on_account_object = snowflake.GrantPrivilegesToAccountRoleOnAccountObjectArgs(
                object_type=account_object.value, object_name=named[account_object]
            )
            return on_account_object, None, None
        schema = self.schemas[grant.schema].fully_qualified_name
        if grant.future_objects is None:
            return (
                None,
                snowflake.GrantPrivilegesToAccountRoleOnSchemaArgs(schema_name=schema),
                None,
            )
        future = snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectFutureArgs(
            object_type_plural=grant.future_objects, in_schema=schema
        )
        return None, None, snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectArgs(future=future)
