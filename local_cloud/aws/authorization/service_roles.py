"""Roles that AWS services assume, and what services may do on behalf of resources."""

from __future__ import annotations

from local_cloud.aws.authorization.accounts import find_role
from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.errors import AccessDeniedError
from local_cloud.aws.authorization.evaluation import require
from local_cloud.aws.authorization.principals import Caller, CallerKind, service_caller

_ASSUME_ROLE = "sts:AssumeRole"


def require_assumable(
    role_arn: str, service: str, *, region: str, source_arn: str | None = None
) -> None:
    """Raise ``AccessDeniedError`` when the role does not exist or does not trust the service."""
    account_id = role_arn.split(":")[4]
    caller = service_caller(service, account_id)
    if find_role(role_arn) is None:
        raise AccessDeniedError(
            caller=service,
            action=_ASSUME_ROLE,
            resource=role_arn,
            because="the role does not exist",
        )
    require(
        caller,
        Need(
            action=_ASSUME_ROLE, resource=role_arn, context=source_context(account_id, source_arn)
        ),
        region=region,
    )


def require_of_service(
    service: str, action: str, resource: str, *, account_id: str, source_arn: str
) -> None:
    """Raise ``AccessDeniedError`` unless the resource's policy lets a service act on it."""
    caller = service_caller(service, account_id)
    need = Need(action=action, resource=resource, context=source_context(account_id, source_arn))
    require(caller, need, region=resource.split(":")[3])


def require_of_role(role_arn: str, action: str, resource: str, *, session_name: str) -> None:
    """Raise ``AccessDeniedError`` unless a role may do what a service does with its credentials."""
    caller = role_session(role_arn, session_name)
    require(caller, Need(action=action, resource=resource), region=resource.split(":")[3])


def role_session(role_arn: str, session_name: str) -> Caller:
    """Return the caller that a session of a role would be."""
    account_id, role_name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    return Caller(
        kind=CallerKind.ROLE,
        account_id=account_id,
        arn=f"arn:aws:sts::{account_id}:assumed-role/{role_name}/{session_name}",
        name=role_name,
        role_arn=role_arn,
    )


def source_context(account_id: str, source_arn: str | None) -> dict[str, str]:
    """Return the condition keys that guard against the confused deputy."""
    context = {"aws:SourceAccount": account_id}
    if source_arn:
        context["aws:SourceArn"] = source_arn
    return context
