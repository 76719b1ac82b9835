"""Who may do what: grants on objects, grants for objects to come, and roles in roles."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from local_cloud.snowflake.names import Path

ACCOUNT: Final = "ACCOUNT"

SYSTEM_ROLES: Final = {
    "ACCOUNTADMIN": ("SYSADMIN", "SECURITYADMIN"),
    "SECURITYADMIN": ("USERADMIN",),
    "SYSADMIN": (),
    "USERADMIN": (),
    "PUBLIC": (),
}
"""The roles that every account has, each with the roles it holds."""

SYSTEM_PRIVILEGES: Final = {
    "ACCOUNTADMIN": ("CREATE INTEGRATION", "CREATE EXTERNAL VOLUME", "CREATE RESOURCE MONITOR"),
    "SYSADMIN": ("CREATE DATABASE", "CREATE WAREHOUSE"),
    "SECURITYADMIN": ("MANAGE GRANTS",),
    "USERADMIN": ("CREATE ROLE", "CREATE USER"),
    "PUBLIC": (),
}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A privilege on one object (or on the account: kind ACCOUNT, empty path)."""

    privilege: str
    kind: str
    path: Path
    role: str
    granted_by: str
    grant_option: bool = False
    created_on: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


@dataclass(frozen=True, kw_only=True)
class FutureGrant:
    """A privilege that each new object of a kind in a database or schema gets."""

    privilege: str
    kind: str
    container: Path
    role: str
    grant_option: bool = False
    created_on: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


class Grants:
    """The account's grants. Thread-safe."""

    def __init__(self) -> None:
        """Start with the system roles' hierarchy and privileges."""
        self._lock = threading.RLock()
        self._grants: dict[tuple[str, str, Path, str], Grant] = {}
        self._future: dict[tuple[str, str, Path, str], FutureGrant] = {}
        self._roles_of_role = {role: set(held) for role, held in SYSTEM_ROLES.items()}
        self._roles_of_user: dict[str, set[str]] = {}
        for role, privileges in SYSTEM_PRIVILEGES.items():
            for privilege in privileges:
                self.grant(
                    Grant(privilege=privilege, kind=ACCOUNT, path=(), role=role, granted_by="")
                )

    def grant(self, grant: Grant) -> None:
        """Add a grant; granting twice changes nothing but the grant option."""
        with self._lock:
            key = (grant.privilege, grant.kind, grant.path, grant.role)
            present = self._grants.get(key)
            if present is None or grant.grant_option:
                self._grants[key] = grant

    def revoke(self, *, privilege: str, kind: str, path: Path, role: str) -> None:
        """Take a privilege away; what was not granted stays so."""
        with self._lock:
            self._grants.pop((privilege, kind, path, role), None)

    def grant_future(self, grant: FutureGrant) -> None:
        """Remember a privilege for objects to come."""
        with self._lock:
            self._future[(grant.privilege, grant.kind, grant.container, grant.role)] = grant

    def revoke_future(self, *, privilege: str, kind: str, container: Path, role: str) -> None:
        """Forget a privilege for objects to come."""
        with self._lock:
            self._future.pop((privilege, kind, container, role), None)

    def grant_role(self, *, role: str, to_role: str | None = None, to_user: str | None) -> None:
        """Put a role into another role, or give it to a user."""
        with self._lock:
            if to_role is not None:
                self._roles_of_role.setdefault(to_role, set()).add(role)
            if to_user is not None:
                self._roles_of_user.setdefault(to_user, set()).add(role)

    def revoke_role(self, *, role: str, of_role: str | None = None, of_user: str | None) -> None:
        """Take a role out of another role, or from a user."""
        with self._lock:
            if of_role is not None:
                self._roles_of_role.get(of_role, set[str]()).discard(role)
            if of_user is not None:
                self._roles_of_user.get(of_user, set[str]()).discard(role)

    def on_created(self, *, kind: str, path: Path, granted_by: str) -> None:
        """Give a new object what was promised; a schema's promises hide its database's."""
        with self._lock:
            promised = self._promises(kind, path[:-1]) or self._promises(kind, path[:1])
        for promise in promised:
            self.grant(
                Grant(
                    privilege=promise.privilege,
                    kind=kind,
                    path=path,
                    role=promise.role,
                    granted_by=granted_by,
                    grant_option=promise.grant_option,
                )
            )

    def _promises(self, kind: str, container: Path) -> list[FutureGrant]:
        return [
            one for one in self._future.values() if one.kind == kind and one.container == container
        ]

    def on_dropped(self, *, kind: str, path: Path) -> None:
        """Forget the grants on, and the promises inside, an object that is gone."""
        with self._lock:
            for key, grant in list(self._grants.items()):
                if (grant.kind, grant.path) == (kind, path):
                    del self._grants[key]
            for key, promise in list(self._future.items()):
                if promise.container == path and kind in ("DATABASE", "SCHEMA"):
                    del self._future[key]

    def on_role_dropped(self, role: str) -> None:
        """Forget what a role held and who held it."""
        with self._lock:
            self._grants = {k: one for k, one in self._grants.items() if one.role != role}
            self._future = {k: one for k, one in self._future.items() if one.role != role}
            self._roles_of_role.pop(role, None)
            for held in (*self._roles_of_role.values(), *self._roles_of_user.values()):
                held.discard(role)

    def on_renamed(self, *, kind: str, path: Path, new_path: Path) -> None:
        """Keep the grants of an object under its new name."""
        with self._lock:
            for grant in [one for one in self._grants.values() if one.path == path]:
                if grant.kind == kind:
                    self.revoke(privilege=grant.privilege, kind=kind, path=path, role=grant.role)
                    self.grant(replace(grant, path=new_path))

    def closure(self, roles: Iterable[str]) -> frozenset[str]:
        """Return the roles and every role they hold, PUBLIC included."""
        with self._lock:
            waiting = [*roles, "PUBLIC"]
            reached: set[str] = set()
            while waiting:
                role = waiting.pop()
                if role not in reached:
                    reached.add(role)
                    waiting.extend(self._roles_of_role.get(role, ()))
        return frozenset(reached)

    def roles_of_user(self, user: str) -> frozenset[str]:
        """Return the roles granted to a user directly."""
        with self._lock:
            return frozenset(self._roles_of_user.get(user, ()))

    def may_use(self, user: str, role: str) -> bool:
        """Tell whether a user may take on a role, directly or through another."""
        return role in self.closure(self.roles_of_user(user))

    def allows(self, *, roles: frozenset[str], privilege: str, kind: str, path: Path) -> bool:
        """Tell whether one of the roles holds the privilege (or ALL) on this object."""
        with self._lock:
            return any((privilege, kind, path, role) in self._grants for role in roles)

    def with_option(self, *, roles: frozenset[str], kind: str, path: Path) -> set[str]:
        """Return the privileges on an object that these roles may pass on."""
        with self._lock:
            return {
                one.privilege
                for one in self._grants.values()
                if one.grant_option and (one.kind, one.path) == (kind, path) and one.role in roles
            }

    def any_on(self, *, roles: frozenset[str], kind: str, path: Path) -> bool:
        """Tell whether one of the roles holds anything on this object."""
        with self._lock:
            return any(
                grant.kind == kind and grant.path == path and grant.role in roles
                for grant in self._grants.values()
            )

    def all(self) -> list[Grant]:
        """Return every grant on an object or on the account."""
        with self._lock:
            return list(self._grants.values())

    def all_future(self) -> list[FutureGrant]:
        """Return every promise."""
        with self._lock:
            return list(self._future.values())

    def holders(self, role: str) -> tuple[list[str], list[str]]:
        """Return the roles and the users to which a role was granted."""
        with self._lock:
            by_roles = [one for one, held in self._roles_of_role.items() if role in held]
            by_users = [one for one, held in self._roles_of_user.items() if role in held]
        return sorted(by_roles), sorted(by_users)

    def held_by_role(self, role: str) -> list[str]:
        """Return the roles granted to a role directly."""
        with self._lock:
            return sorted(self._roles_of_role.get(role, ()))
