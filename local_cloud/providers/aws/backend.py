"""Calls to the local cloud's AWS, with errors in our own words."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from local_cloud.providers.aws.caller_identity import caller_identity
from local_cloud.providers.errors import (
    BackendRefusedError,
    BackendUnreachableError,
    ConfigurationRefusedError,
)
from local_cloud.providers.values import Properties, text

if TYPE_CHECKING:
    from botocore.session import Session

_CONNECTIONS = 64
_SECONDS_TO_CONNECT = 5
_SECONDS_TO_ANSWER = 120


class _Operation(Protocol):
    def __call__(self, **parameters: object) -> dict[str, object]: ...


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What the plugin signs with."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


class AwsAccount:
    """One endpoint and one identity; its clients are made once each and shared by threads."""

    def __init__(
        self, *, endpoint: str, credentials: Credentials, endpoints: Mapping[str, str] | None = None
    ) -> None:
        self._endpoint = endpoint
        self._endpoints = dict(endpoints or {})
        self._credentials = credentials
        self._clients: dict[tuple[str, str], object] = {}
        self._lock = threading.Lock()

    @cached_property
    def _session(self) -> Session:
        # Imported late: the engine waits for the plugin's port, and botocore takes 0.3 s to load.
        from botocore.session import Session

        return Session()

    def client(self, service: str, region: str) -> object:
        """The client of a service in a region."""
        with self._lock:
            key = (service, region)
            if key not in self._clients:
                self._clients[key] = self._create_client(service, region)
            return self._clients[key]

    def _create_client(self, service: str, region: str) -> object:
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=_CONNECTIONS,
            connect_timeout=_SECONDS_TO_CONNECT,
            read_timeout=_SECONDS_TO_ANSWER,
            s3={"addressing_style": "path"},
            proxies={},  # a proxy of the environment must not see calls to this machine
        )
        created: object = self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._endpoints.get(service, self._endpoint),
            aws_access_key_id=self._credentials.access_key_id,
            aws_secret_access_key=self._credentials.secret_access_key,
            aws_session_token=self._credentials.session_token,
            config=config,
        )
        return created

    def call(self, service: str, region: str, operation: str, **parameters: object) -> Properties:
        """The answer to one operation (named as boto3 names it)."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.exceptions import ConnectionError as NoConnectionError

        method = cast("_Operation", getattr(self.client(service, region), operation))
        name = f"{service}:{operation}"
        try:
            return cast("Properties", method(**parameters))
        except ClientError as error:
            details = cast("dict[str, str]", error.response.get("Error", {}))
            code, reason = details.get("Code", "Unknown"), details.get("Message", str(error))
            raise BackendRefusedError(name, code, reason) from error
        except NoConnectionError as error:
            endpoint = self._endpoints.get(service, self._endpoint)
            raise BackendUnreachableError(name, endpoint) from error
        except BotoCoreError as error:
            raise BackendRefusedError(name, type(error).__name__, str(error)) from error

    @cached_property
    def identity(self) -> Properties:
        """Who the credentials belong to: Account, Arn, UserId."""
        return caller_identity(self._endpoints.get("sts", self._endpoint), self._credentials)


@dataclass(frozen=True, kw_only=True)
class Aws:
    """The account seen from one region: what an adapter calls."""

    account: AwsAccount
    region: str

    @property
    def account_id(self) -> str:
        """The 12 digits of the account."""
        return text(self.account.identity, "Account")

    @property
    def partition(self) -> str:
        """The partition of the region, as it stands in ARNs."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def call(self, service: str, operation: str, **parameters: object) -> Properties:
        """The answer to one operation in this region."""
        return self.account.call(service, self.region, operation, **parameters)

    def find(
        self, service: str, operation: str, missing: Collection[str], **parameters: object
    ) -> Properties | None:
        """The answer, or None when the error's code says that there is no such object."""
        try:
            return self.call(service, operation, **parameters)
        except BackendRefusedError as error:
            if error.code in missing:
                return None
            raise


def require_account(aws: Aws, allowed: Collection[str]) -> None:
    """Refuse an account that the configuration does not allow."""
    if allowed and aws.account_id not in allowed:
        message = (
            f"the local cloud's account is {aws.account_id}, but aws:allowedAccountIds only allows"
            f" {', '.join(sorted(allowed))}: start the local cloud with an allowed account id"
            " (TARN_LOCAL_ACCOUNT_ID), or correct the stack's configuration"
        )
        raise ConfigurationRefusedError(message)
