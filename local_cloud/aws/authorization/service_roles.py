"""Roles that AWS services assume."""

from __future__ import annotations


def require_assumable(role_arn: str, service: str) -> None:
    """Refuse when the role does not exist or does not trust the service."""
