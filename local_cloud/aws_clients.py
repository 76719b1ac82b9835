"""Clients of the local AWS for the services that use it as their customers do.

They share one session, and with it one copy of each service's model: a session of its own lists
the folder of models and parses what it needs, which takes 50 ms for each client.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    LocalCloudSettings,
)

_MAKING = threading.Lock()
"""A session may not make two clients at once."""


@dataclass(frozen=True, kw_only=True)
class AwsKeys:
    """What a client signs with."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


ROOT_KEYS = AwsKeys(access_key_id=ROOT_ACCESS_KEY_ID, secret_access_key=ROOT_SECRET_ACCESS_KEY)
"""The customer account's root user."""


@cache
def _session() -> boto3.Session:
    return boto3.Session()


def aws_client(
    service: str,
    settings: LocalCloudSettings,
    keys: AwsKeys,
    *,
    region: str | None = None,
    config: Config | None = None,
) -> Any:  # noqa: ANN401 - boto3 has no stubs
    """Return a client of the local AWS; its region is the cloud's unless another is named."""
    with _MAKING:
        return _session().client(
            service,
            endpoint_url=settings.aws_endpoint,
            region_name=region or settings.region,
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            aws_session_token=keys.session_token,
            config=config,
        )
