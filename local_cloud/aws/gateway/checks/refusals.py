"""Refusals that name AWS's own error code."""

from __future__ import annotations

from http import HTTPStatus

from local_cloud.aws.authorization.errors import ApiRefusalError


def refused(
    code: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST
) -> ApiRefusalError:
    """Return the error to raise, as AWS would answer it."""
    return ApiRefusalError(message, code=code, status=status)
