"""What a session's role may see and do."""

from __future__ import annotations

from dataclasses import dataclass

from local_cloud.snowflake.errors import does_not_exist, insufficient_privileges
from local_cloud.snowflake.grants import ACCOUNT, Grants
from local_cloud.snowflake.names import Path, plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.registry import Registry
from local_cloud.snowflake.session import Session


@dataclass(frozen=True, kw_only=True)
class Access:
    """Answers questions about privileges; changes nothing."""

    registry: Registry
    grants: Grants

    def roles(self, session: Session) -> frozenset[str]:
        """Return the roles whose privileges a session has."""
        primary = [session.role]
        secondary = self.grants.roles_of_user(session.user) if session.all_roles else ()
        return self.grants.closure([*primary, *secondary])

    def owns(self, session: Session, item: SnowflakeObject) -> bool:
        """Tell whether a session's roles include the owner."""
        return item.owner in self.roles(session)

    def sees(self, session: Session, item: SnowflakeObject) -> bool:
        """Tell whether the object exists as far as the session may know."""
        if item.kind in (Kind.ROLE, Kind.USER):
            return True
        roles = self.roles(session)
        return item.owner in roles or self.grants.any_on(
            roles=roles, kind=item.kind.privilege_kind, path=item.path
        )

    def allows(self, session: Session, item: SnowflakeObject, *privileges: str) -> bool:
        """Tell whether the session owns the object or holds one of the privileges on it."""
        roles = self.roles(session)
        return item.owner in roles or any(
            self.grants.allows(
                roles=roles, privilege=privilege, kind=item.kind.privilege_kind, path=item.path
            )
            for privilege in privileges
        )

    def on_account(self, session: Session, privilege: str) -> bool:
        """Tell whether the session holds a privilege on the account."""
        return self.grants.allows(
            roles=self.roles(session), privilege=privilege, kind=ACCOUNT, path=()
        )

    def require(self, session: Session, item: SnowflakeObject, *privileges: str) -> None:
        """Refuse: an invisible object does not exist; a visible one is not operable."""
        if self.allows(session, item, *privileges):
            return
        if not self.sees(session, item):
            raise does_not_exist(kind=_word(item.kind), name=plain(item.path))
        raise insufficient_privileges(kind=item.kind.value, name=plain(item.path))

    def require_owner(self, session: Session, item: SnowflakeObject) -> None:
        """Refuse everybody but the owner."""
        self.require(session, item)

    def require_usage(self, session: Session, path: Path) -> None:
        """Refuse a schema object whose database or schema the session may not use."""
        for kind, part in ((Kind.DATABASE, path[:1]), (Kind.SCHEMA, path[:2])):
            if len(path) > len(part):
                self.require(session, self.registry.get(kind, part), "USAGE")

    def require_create(self, session: Session, kind: Kind, path: Path, privilege: str) -> None:
        """Refuse to create where the session may not."""
        if len(path) == 1:
            if not self.on_account(session, privilege):
                raise insufficient_privileges(kind=ACCOUNT, name="TARN_LOCAL")
            return
        self.registry.require_container(kind, path)
        self.require_usage(session, path[:-1])
        container = Kind.DATABASE if len(path) == 2 else Kind.SCHEMA
        self.require(session, self.registry.get(container, path[:-1]), privilege)


def _word(kind: Kind) -> str:
    return "Object" if kind in (Kind.TABLE, Kind.VIEW, Kind.ICEBERG_TABLE) else kind.value
