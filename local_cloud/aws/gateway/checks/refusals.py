"""Refusals that name AWS's own error code."""

from __future__ import annotations

from http import HTTPStatus
from typing import NoReturn

from local_cloud.aws.authorization.errors import ApiRefusalError


def refuse(code: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> NoReturn:
    """Raise the error that AWS would answer with."""
    raise ApiRefusalError(message, code=code, status=status)
