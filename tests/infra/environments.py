"""The environment that tests of components deploy to."""

from __future__ import annotations

from infra.deployment import Deployment
from tests.infra.recording import ACCOUNT_ID, PARTITION, REGION


def make_deployment(*, data_removal_allowed: bool = False) -> Deployment:
    """Return the environment that component tests deploy to."""
    return Deployment(
        environment="test",
        owner="tests",
        account_id=ACCOUNT_ID,
        region=REGION,
        partition=PARTITION,
        data_removal_allowed=data_removal_allowed,
    )
