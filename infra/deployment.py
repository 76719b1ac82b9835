"""Where the program deploys to: the facts that every name, ARN and tag derives from.

All of them are plain values, known before the first resource exists, so that a policy can name
a bucket or a role that another component has yet to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.tags import resource_tags
from tarn.zones import bucket_name

if TYPE_CHECKING:
    import pulumi

    from tarn.zones import Zone


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One environment in one account and region."""

    environment: str
    owner: str
    account_id: str
    region: str
    partition: str
    data_removal_allowed: bool
    """The stack's switch: no component may remove data while this is off."""
    boundary_arn: pulumi.Input[str] | None = None
    """The ceiling of every role, where the stack has one. Not plain: roles must come after it."""

    @property
    def prefix(self) -> str:
        """What every name starts with, e.g. ``tarn-dev``."""
        return f"tarn-{self.environment}"

    def name(self, suffix: str) -> str:
        """Name a resource of this environment, e.g. ``tarn-dev-ingest``."""
        return f"{self.prefix}-{suffix}"

    def bucket(self, zone: Zone | str) -> str:
        """Name the bucket of a zone."""
        return bucket_name(prefix=self.prefix, zone=zone, account_id=self.account_id)

    def bucket_arn(self, zone: Zone | str) -> str:
        """ARN of the bucket of a zone."""
        return f"arn:{self.partition}:s3:::{self.bucket(zone)}"

    def arn(self, service: str, resource: str) -> str:
        """ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def role_arn(self, name: str) -> str:
        """ARN of a role of this account, by its full name."""
        return f"arn:{self.partition}:iam::{self.account_id}:role/{name}"

    def root_arn(self) -> str:
        """ARN that stands for the account itself in a resource policy."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"

    def service_endpoint(self, service: str) -> str:
        """What ``kms:ViaService`` holds when a service of this region uses a key."""
        return f"{service}.{self.region}.amazonaws.com"

    def tags(self, component: str) -> dict[str, str]:
        """Tags of one component's resources."""
        return resource_tags(environment=self.environment, owner=self.owner, component=component)
