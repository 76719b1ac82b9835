"""Whose access key it is, and which policies are attached to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from moto.backends import get_backend
from moto.iam.exceptions import NotFoundException
from moto.sts.models import STSBackend

from local_cloud.aws.authorization.errors import InvalidCredentialsError
from local_cloud.aws.authorization.policy import Policy, parse_policy
from local_cloud.aws.authorization.principals import Caller, CallerKind, root_of
from local_cloud.aws.patching import replace
from local_cloud.settings import ROOT_ACCESS_KEY_ID

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User
    from moto.sts.models import AssumedRole

PARTITION: Final = "aws"
_ACCOUNT_DIGITS: Final = 12


class Sessions:
    """Every role session by its access key: moto would search a list for each request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, AssumedRole] = {}

    def install(self) -> None:
        """Hear of every session that STS hands out."""
        assume_role = STSBackend.assume_role

        def remember(
            backend: STSBackend,
            region_name: str,
            role_session_name: str,
            role_arn: str,
            policy: str,
            duration: int,
            external_id: str,
        ) -> AssumedRole:
            session = assume_role(
                backend, region_name, role_session_name, role_arn, policy, duration, external_id
            )
            with self._lock:
                self._by_key[session.access_key_id] = session
            return session

        replace(STSBackend, "assume_role", remember)

    def find(self, access_key_id: str) -> AssumedRole | None:
        """Return the session of a key, or None."""
        with self._lock:
            return self._by_key.get(access_key_id)


class Accounts:
    """The identities of every account of this cloud."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._sessions = Sessions()

    def install(self) -> None:
        """Begin to follow what IAM and STS know."""
        self._sessions.install()

    def caller(self, access_key_id: str, session_token: str | None) -> Caller:
        """Say who signs with a key; raise when nobody does."""
        if access_key_id == ROOT_ACCESS_KEY_ID:
            return root_of(self._account_id)
        if access_key_id.isdigit() and len(access_key_id) == _ACCOUNT_DIGITS:
            return root_of(access_key_id)
        session = self._sessions.find(access_key_id)
        if session is not None:
            return _session_caller(session, session_token)
        return _user_caller(access_key_id)


def identity_policies(caller: Caller) -> Iterator[tuple[str, Policy]]:
    """Yield (name, policy) of every policy that is attached to a user or a session's role."""
    backend = get_backend("iam")[caller.account_id][PARTITION]
    if caller.kind is CallerKind.ROLE:
        yield from _policies_of(find_role(caller.role_arn or ""))
    elif caller.kind is CallerKind.USER:
        yield from _policies_of(backend.get_user(caller.name))
        for group in backend.get_groups_for_user(caller.name):
            yield from _policies_of(group)


def ceilings(caller: Caller) -> Iterator[tuple[str, Policy]]:
    """Yield the policies of which each must allow too: session policy, permissions boundary."""
    if caller.session_policy:
        yield "session policy", parse_policy(caller.session_policy)
    if caller.kind is CallerKind.ROLE:
        role = find_role(caller.role_arn or "")
        if role is not None and role.permissions_boundary_arn:
            backend = get_backend("iam")[caller.account_id][PARTITION]
            boundary = backend.get_policy(role.permissions_boundary_arn)
            yield "permissions boundary", _default_version(boundary)


def find_role(arn: str) -> Role | None:
    """Return a role of any account, or None."""
    backend: IAMBackend = get_backend("iam")[arn.split(":")[4]][PARTITION]
    try:
        return backend.get_role_by_arn(arn)
    except NotFoundException:
        return None


def _session_caller(session: AssumedRole, session_token: str | None) -> Caller:
    if session_token != session.session_token:
        message = "The security token included in the request is invalid."
        raise InvalidCredentialsError(message)
    if session.expiration.replace(tzinfo=UTC) < datetime.now(UTC):
        message = "The security token included in the request is expired."
        raise InvalidCredentialsError(message, code="ExpiredToken")
    return Caller(
        kind=CallerKind.ROLE,
        account_id=session.account_id,
        arn=session.arn,
        name=session.role_arn.rpartition("/")[2],
        role_arn=session.role_arn,
        session_policy=session.policy or None,
    )


def _user_caller(access_key_id: str) -> Caller:
    for account_id, backends in list(get_backend("iam").items()):
        key = backends[PARTITION].access_keys.get(access_key_id)
        if key is not None and key.user_name is not None and key.status == "Active":
            user = backends[PARTITION].get_user(key.user_name)
            return Caller(kind=CallerKind.USER, account_id=account_id, arn=user.arn, name=user.name)
    message = (
        f"The security token included in the request is invalid: nobody in the local cloud has "
        f"the access key {access_key_id}. Use the local cloud's root key ({ROOT_ACCESS_KEY_ID}), "
        "a user's key, or assume a role."
    )
    raise InvalidCredentialsError(message)


def _policies_of(owner: Role | User | Group | None) -> Iterator[tuple[str, Policy]]:
    if owner is None:
        return
    for name, document in owner.policies.items():
        yield name, parse_policy(document)
    for policy in owner.managed_policies.values():
        yield policy.name, _default_version(policy)


def _default_version(policy: ManagedPolicy) -> Policy:
    for version in policy.versions:
        if version.is_default:
            return parse_policy(version.document)
    return parse_policy({"Statement": []})
