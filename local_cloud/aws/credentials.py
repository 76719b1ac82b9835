"""Credentials of a role, for what the local cloud runs on behalf of an AWS service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from moto.backends import get_backend

from local_cloud.aws.authorization.service_roles import require_assumable

_SESSION_SECONDS: Final = 12 * 3600
_PARTITION: Final = "aws"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Temporary credentials of a role session."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime
    session_arn: str

    def to_environment(self) -> dict[str, str]:
        """Return the variables in which every SDK looks for them."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }


def assume_role_for_service(
    role_arn: str,
    service: str,
    *,
    session_name: str = "tarn",
    region: str = "us-east-1",
    source_arn: str | None = None,
) -> Credentials:
    """Let a service, e.g. ``lambda.amazonaws.com``, assume a role that trusts it.

    source_arn: the resource for which it acts, for trust policies with ``aws:SourceArn``.
    Raises ``AccessDeniedError`` when the role's trust policy does not allow the service.
    """
    account_id = role_arn.split(":")[4]
    require_assumable(role_arn, service, region=region, source_arn=source_arn)
    session = get_backend("sts")[account_id][_PARTITION].assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=role_arn,
        policy="",
        duration=_SESSION_SECONDS,
        external_id="",
    )
    return Credentials(
        access_key_id=session.access_key_id,
        secret_access_key=session.secret_access_key,
        session_token=session.session_token,
        expires_at=session.expiration,
        session_arn=session.arn,
    )
