"""The permissions boundary: a managed policy that every role carries as its ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import iam

from infra.components.component import TarnComponent
from infra.iam.boundary import boundary_policy
from infra.iam.document import to_json

if TYPE_CHECKING:
    import pulumi

    from infra.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class PermissionsBoundaryArgs:
    """What the boundary is built from."""

    deployment: Deployment


class PermissionsBoundary(TarnComponent):
    """Attribute: ``arn``."""

    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: PermissionsBoundaryArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("bounding", name, args.deployment, opts)
        self.policy = iam.Policy(
            name,
            name=args.deployment.name("boundary"),
            description=f"What no role of {args.deployment.prefix} may exceed.",
            policy=to_json(boundary_policy(args.deployment)),
            tags=self.tags,
            opts=self.child(),
        )
        self.arn = self.policy.arn
        self.publish({"arn": self.arn})
