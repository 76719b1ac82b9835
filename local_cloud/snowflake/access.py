"""What a session's role may see and do."""

from __future__ import annotations

from collections.abc import Iterable
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
        secondary = self.grants.roles_of_user(session.user) if session.all_roles else ()
        return self.primary_roles(session) | self.grants.closure(secondary)

    def primary_roles(self, session: Session) -> frozenset[str]:
        """Return the session's role and what it holds: what counts for CREATE and ownership.

        A role that was taken from the user meanwhile gives nothing any more.
        """
        held = self.grants.may_use(session.user, session.role)
        return self.grants.closure([session.role] if held else [])

    def owns(self, session: Session, item: SnowflakeObject) -> bool:
        """Tell whether a session's roles include the owner."""
        return item.owner in self.roles(session)

    def sees(self, session: Session, item: SnowflakeObject) -> bool:
        """Tell whether the object exists as far as the session may know."""
        if item.kind is Kind.ROLE or (item.kind, item.name) == (Kind.USER, session.user):
            return True
        if item.kind is Kind.USER and self.on_account(session, "MANAGE GRANTS"):
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

    def may_pass_on(
        self, session: Session, item: SnowflakeObject, privileges: Iterable[str]
    ) -> bool:
        """Tell whether the session holds all these privileges WITH GRANT OPTION."""
        kind = item.kind.privilege_kind
        options = self.grants.with_option(roles=self.roles(session), kind=kind, path=item.path)
        return set(privileges) <= options

    def on_account(self, session: Session, privilege: str) -> bool:
        """Tell whether the session holds a privilege on the account."""
        return self.grants.allows(
            roles=self.roles(session), privilege=privilege, kind=ACCOUNT, path=()
        )

    def require(self, session: Session, item: SnowflakeObject, *privileges: str) -> None:
        """Refuse: an invisible object does not exist; a visible one is not operable."""
        if self.allows(session, item, *privileges):
            return
        self.require_visible(session, item)
        raise insufficient_privileges(kind=item.kind.value, name=plain(item.path))

    def require_visible(self, session: Session, item: SnowflakeObject) -> None:
        """Refuse an object that does not exist as far as the session may know."""
        if not self.sees(session, item):
            raise does_not_exist(kind=_word(item.kind), name=plain(item.path))

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
        roles = self.primary_roles(session)
        if len(path) == 1:
            if not self.grants.allows(roles=roles, privilege=privilege, kind=ACCOUNT, path=()):
                raise insufficient_privileges(kind=ACCOUNT, name="TARN_LOCAL")
            return
        self.registry.require_container(kind, path)
        self.require_usage(session, path[:-1])
        container = Kind.DATABASE if len(path) == 2 else Kind.SCHEMA
        self.require_in(session, container, path[:-1], privilege)

    def require_in(self, session: Session, container: Kind, path: Path, privilege: str) -> None:
        """Refuse to create in a container; secondary roles do not help to create."""
        self.require_usage(session, path)
        item = self.registry.get(container, path)
        self.require(session, item, "USAGE")
        roles = self.primary_roles(session)
        held = self.grants.allows(
            roles=roles, privilege=privilege, kind=container.privilege_kind, path=path
        )
        if item.owner not in roles and not held:
            raise insufficient_privileges(kind=container.value, name=plain(path))


def _word(kind: Kind) -> str:
    return "Object" if kind in (Kind.TABLE, Kind.VIEW, Kind.ICEBERG_TABLE) else kind.value
