"""Who asks, and whether a policy's principal means them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from local_cloud.aws.authorization.errors import NotKnownError


class CallerKind(StrEnum):
    """What a caller is; the values are those of ``aws:PrincipalType``."""

    ROOT = "Account"
    USER = "User"
    ROLE = "AssumedRole"
    SERVICE = "Service"
    ANONYMOUS = "Anonymous"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks. ``arn`` is what AWS shows in messages."""

    kind: CallerKind
    account_id: str
    arn: str
    name: str = ""
    """The user's or the role's name, or the service's principal, e.g. ``s3.amazonaws.com``."""
    role_arn: str | None = None
    session_policy: str | None = None

    @property
    def principal_arn(self) -> str:
        """The value of ``aws:PrincipalArn``: for a session, its role."""
        return self.role_arn or self.arn


class PrincipalMatch(Enum):
    """How a policy's principal means a caller."""

    NONE = auto()
    ACCOUNT = auto()
    """Through the account: it delegates, and identity policies decide."""
    DIRECT = auto()


def root_of(account_id: str) -> Caller:
    """Return the root user of an account."""
    arn = f"arn:aws:iam::{account_id}:root"
    return Caller(kind=CallerKind.ROOT, account_id=account_id, arn=arn, name="root")


def service_caller(principal: str, account_id: str) -> Caller:
    """Return an AWS service that acts for an account's resource."""
    return Caller(kind=CallerKind.SERVICE, account_id=account_id, arn=principal, name=principal)


def principal_match(principals: Mapping[str, Sequence[str]], caller: Caller) -> PrincipalMatch:
    """Say how a statement's principals mean the caller; the most direct way counts."""
    best = PrincipalMatch.NONE
    for kind, values in principals.items():
        for value in values:
            match = _match(kind, value, caller)
            if match is PrincipalMatch.DIRECT:
                return match
            if match is PrincipalMatch.ACCOUNT:
                best = match
    return best


def _match(kind: str, value: str, caller: Caller) -> PrincipalMatch:
    match kind:
        case "*":
            direct = True
        case "Service":
            direct = caller.kind is CallerKind.SERVICE and caller.name == value
        case "AWS":
            return _match_aws(value, caller)
        case "Federated" | "CanonicalUser":
            # Nobody signs in to the local cloud in these ways, so they mean no caller.
            direct = False
        case _:
            raise NotKnownError(
                what=f"the principal type {kind} of a policy", what_to_do="Use AWS or Service."
            )
    return PrincipalMatch.DIRECT if direct else PrincipalMatch.NONE


def _match_aws(value: str, caller: Caller) -> PrincipalMatch:
    if caller.kind is CallerKind.SERVICE:
        return PrincipalMatch.DIRECT if value == "*" else PrincipalMatch.NONE
    if value in ("*", caller.arn) or (caller.role_arn is not None and value == caller.role_arn):
        return PrincipalMatch.DIRECT
    if value in (caller.account_id, f"arn:aws:iam::{caller.account_id}:root"):
        return PrincipalMatch.ACCOUNT
    return PrincipalMatch.NONE
