"""One Snowflake account: its objects, grants, engine and the hands it works with."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from local_cloud.clock import Clock
from local_cloud.journal import Journal
from local_cloud.settings import SNOWFLAKE_ADMIN, SNOWFLAKE_ADMIN_PASSWORD, LocalCloudSettings
from local_cloud.snowflake.access import Access
from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.aws import CustomerAws
from local_cloud.snowflake.grants import SYSTEM_ROLES
from local_cloud.snowflake.iceberg import IcebergRefresher
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.parameters import new_properties
from local_cloud.snowflake.pipes import PipeChannel
from local_cloud.snowflake.session import Session
from local_cloud.snowflake.warehouses import Warehouses

FIRST_WAREHOUSE: Final = "COMPUTE_WH"
LOCATOR: Final = "TARN_LOCAL"


@dataclass(kw_only=True)
class Account(AccountParts):
    """What all statements of all sessions share."""

    warehouses: Warehouses = field(init=False)
    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Create what every new account has."""
        super().__post_init__()
        self.access = Access(registry=self.registry, grants=self.grants)
        self.warehouses = Warehouses(registry=self.registry, clock=self.clock, journal=self.journal)
        self.clock.on_advance(lambda _: self.warehouses.settle())
        self.engine.skip(self.clock.skipped)
        self.clock.on_advance(self.engine.skip)
        self.pipes = PipeChannel(self)
        self.iceberg = IcebergRefresher(self)
        for role in SYSTEM_ROLES:
            self.registry.add(SnowflakeObject(kind=Kind.ROLE, path=(role,), owner=""))
        self.registry.add(
            SnowflakeObject(
                kind=Kind.WAREHOUSE,
                path=(FIRST_WAREHOUSE,),
                owner="ACCOUNTADMIN",
                properties=new_properties(Kind.WAREHOUSE, {}),
            )
        )
        self.registry.add(
            SnowflakeObject(
                kind=Kind.USER,
                path=(SNOWFLAKE_ADMIN,),
                owner="ACCOUNTADMIN",
                properties={
                    "LOGIN_NAME": SNOWFLAKE_ADMIN,
                    "PASSWORD": SNOWFLAKE_ADMIN_PASSWORD,
                    "DEFAULT_ROLE": "ACCOUNTADMIN",
                    "DEFAULT_WAREHOUSE": FIRST_WAREHOUSE,
                    "DEFAULT_SECONDARY_ROLES": [],
                },
            )
        )
        self.grants.grant_role(role="ACCOUNTADMIN", to_user=SNOWFLAKE_ADMIN)

    @classmethod
    def of(
        cls, settings: LocalCloudSettings, journal: Journal, clock: Clock | None = None
    ) -> Account:
        """Open a new account of a local cloud."""
        aws = CustomerAws(settings=settings)
        return cls(settings=settings, journal=journal, aws=aws, clock=clock or Clock())

    def admits(self, user: str) -> bool:
        """Tell whether a user is there and not disabled."""
        found = self.registry.find(Kind.USER, (user,))
        return found is not None and not found.flag("DISABLED")

    def created(self, item: SnowflakeObject) -> None:
        """Give a new object the privileges that were promised for it."""
        self.grants.on_created(kind=item.kind.privilege_kind, path=item.path, granted_by=item.owner)

    def dropped(self, item: SnowflakeObject) -> None:
        """Forget the grants on an object that is gone."""
        self.grants.on_dropped(kind=item.kind.privilege_kind, path=item.path)
        if item.kind is Kind.ROLE:
            self.grants.on_role_dropped(item.name)

    def leave_database(self, name: str) -> None:
        """Take every session out of a database that is about to go."""
        for session in list(self.sessions.values()):
            if session.database == name:
                session.engine.leave()

    def leave_schema(self, path: Path) -> None:
        """Take every session out of a schema that is about to go."""
        for session in list(self.sessions.values()):
            if (session.database, session.schema) == path:
                session.engine.use(path[:1])
