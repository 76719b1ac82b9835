"""How the Snowflake service reaches a customer's AWS account: only by assuming the role it is told.

The service has its own AWS account. From there it assumes the customer's role with the object's
external id; every read of S3 and Glue uses the credentials got that way, never the root user's.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.aws_clients import AwsKeys, aws_client
from local_cloud.settings import SNOWFLAKE_AWS_ACCOUNT_ID, LocalCloudSettings
from local_cloud.snowflake.errors import storage_failure

SERVICE_USER: Final = "tarn-snowflake"
SERVICE_USER_ARN: Final = f"arn:aws:iam::{SNOWFLAKE_AWS_ACCOUNT_ID}:user/{SERVICE_USER}"
_CREDENTIALS_KEPT_SECONDS: Final = 60.0
_CLIENT: Final = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"max_attempts": 3, "mode": "standard"},
    max_pool_connections=16,
    s3={"addressing_style": "path"},
)
_SERVICE_ROOT: Final = AwsKeys(
    # The local AWS reads an access key of twelve digits as that account's root user.
    access_key_id=SNOWFLAKE_AWS_ACCOUNT_ID,
    secret_access_key="snowflake",  # noqa: S106 - the local AWS verifies no signature
)
_USER_POLICY: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/*"}
    ],
}


@dataclass(frozen=True, kw_only=True)
class RoleTrust:
    """The role to assume and what proves to it that Snowflake acts for this object."""

    role_arn: str
    external_id: str
    used_by: str


@dataclass(kw_only=True)
class CustomerAws:
    """Makes clients; assumed credentials are kept for a minute, as a revocation must be felt."""

    settings: LocalCloudSettings
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _clients: dict[tuple[str, RoleTrust], tuple[float, Any]] = field(
        default_factory=dict[tuple[str, RoleTrust], "tuple[float, Any]"], repr=False
    )
    _services: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    def client(self, service: str, trust: RoleTrust) -> Any:  # noqa: ANN401 - boto3 has no stubs
        """Return a client that acts as the customer's role."""
        now = time.monotonic()
        with self._lock:
            kept = self._clients.get((service, trust))
        if kept is not None and now - kept[0] < _CREDENTIALS_KEPT_SECONDS:
            return kept[1]
        credentials = self.credentials(trust)
        assumed = AwsKeys(
            access_key_id=credentials["AccessKeyId"],
            secret_access_key=credentials["SecretAccessKey"],
            session_token=credentials["SessionToken"],
        )
        made = self._client(service, assumed)
        with self._lock:
            self._clients[(service, trust)] = (now, made)
        return made

    def forget(self) -> None:
        """Drop assumed credentials, so that the next use asks STS again."""
        with self._lock:
            self._clients.clear()

    def service(self, name: str) -> Any:  # noqa: ANN401 - boto3 has no stubs
        """Return a client of the owner of Snowflake's own AWS account."""
        return self._kept(name, lambda: _SERVICE_ROOT)

    def _sts(self) -> Any:  # noqa: ANN401 - boto3 has no stubs
        """Return a client of the user that customers' trust policies name."""
        return self._kept("sts", self._user_keys)

    def _kept(self, name: str, keys: Callable[[], AwsKeys]) -> Any:  # noqa: ANN401
        with self._lock:
            if name not in self._services:
                self._services[name] = self._client(name, keys())
            return self._services[name]

    def _user_keys(self) -> AwsKeys:
        """Make the user, with a key and the right to assume roles, when it is first needed."""
        iam = self._client("iam", _SERVICE_ROOT)
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_user(UserName=SERVICE_USER)
        iam.put_user_policy(
            UserName=SERVICE_USER,
            PolicyName="assume-customer-roles",
            PolicyDocument=json.dumps(_USER_POLICY),
        )
        key = iam.create_access_key(UserName=SERVICE_USER)["AccessKey"]
        return AwsKeys(access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"])

    def credentials(self, trust: RoleTrust) -> dict[str, str]:
        """Assume a role; refused with the reason when its trust policy does not let Snowflake."""
        try:
            answer = self._sts().assume_role(
                RoleArn=trust.role_arn,
                RoleSessionName="snowflake",
                ExternalId=trust.external_id,
            )
        except (ClientError, BotoCoreError) as error:
            raise storage_failure(
                what=trust.used_by,
                reason=f"role {trust.role_arn} cannot be assumed by {SERVICE_USER_ARN} with "
                f"external id '{trust.external_id}': {error}. "
                "Check the role's trust policy: principal and sts:ExternalId.",
            ) from error
        return answer["Credentials"]

    def _client(self, service: str, keys: AwsKeys) -> Any:  # noqa: ANN401 - boto3 has no stubs
        return aws_client(service, self.settings, keys, config=_CLIENT)
