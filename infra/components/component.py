"""What every component shares: its type token, its children's options, and how data is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.deployment import Deployment


@dataclass(frozen=True, kw_only=True)
class DataProtection:
    """Whether what a component stores may be deleted or replaced.

    Two switches must agree: the component's and the stack's. Otherwise the data is kept.
    """

    removable: bool

    @classmethod
    def decide(cls, *, owner: str, component: bool, stack: bool) -> DataProtection:
        """Combine the two switches; warn when only the component's is on, for it has no effect.

        owner: what a person calls the component, for the warning.
        """
        if component and not stack:
            pulumi.log.warn(
                f"{owner} allows its data to be removed, but the stack does not: the data is "
                "kept. Set tarn:dataRemovalAllowed to true as well if it really may go."
            )
        return cls(removable=component and stack)

    @property
    def kept(self) -> bool:
        """True when deleting must be refused."""
        return not self.removable


class TarnComponent(pulumi.ComponentResource):
    """A component of the platform, of type ``tarn:<area>:<Name>``."""

    def __init__(
        self,
        area: str,
        name: str,
        deployment: Deployment,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(f"tarn:{area}:{type(self).__name__}", name, None, opts)
        self.deployment = deployment
        self.component_name = name

    @property
    def tags(self) -> dict[str, str]:
        """Tags of this component's children."""
        return self.deployment.tags(self.component_name)

    def child(
        self,
        *,
        depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
        protection: DataProtection | None = None,
        ignore_changes: Sequence[str] = (),
        delete_before_replace: bool = False,
        replace_on_changes: Sequence[str] = (),
    ) -> pulumi.ResourceOptions:
        """Options of a child: this component is the parent, and nothing else is inherited.

        protection: given for what holds data; it is then protected and retained unless removable.
        """
        kept = protection is not None and protection.kept
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=list(depends_on),
            protect=True if kept else None,
            retain_on_delete=True if kept else None,
            ignore_changes=list(ignore_changes) or None,
            delete_before_replace=True if delete_before_replace else None,
            replace_on_changes=list(replace_on_changes) or None,
        )

    def publish(self, outputs: Mapping[str, object]) -> None:
        """Register what others compose with; call once, at the end of the constructor."""
        self.register_outputs(dict(outputs))
