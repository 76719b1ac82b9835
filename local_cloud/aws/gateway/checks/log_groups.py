"""Requests on encrypted log groups: Logs itself must be allowed to use the key."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.aws.authorization.log_keys import (
    ASSOCIATE,
    READ,
    WRITE,
    require_key_of_group,
    require_log_key,
)
from local_cloud.aws.gateway.requests import ApiRequest


def check_key_given(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """A group is created with a key, or given one."""
    key_id = request.text("kmsKeyId")
    if key_id:
        require_log_key(
            key_id, request.account_id, request.region, request.text("logGroupName"), ASSOCIATE
        )


def check_key_to_write(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Events are encrypted when they are put."""
    _check(request, WRITE)


def check_key_to_read(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Events are decrypted when they are read."""
    _check(request, READ)


def _check(request: ApiRequest, actions: tuple[str, ...]) -> None:
    group = request.text("logGroupName") or request.text("logGroupIdentifier").split(":")[-1]
    require_key_of_group(request.account_id, request.region, group, actions)
