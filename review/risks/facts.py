"""What the rules may look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from review.inventory import Inventory
from review.model import JsonValue, Operation, Risk, RiskClass
from review.paths import value_at
from review.steps import Step


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One step among all of them. ``operations`` are by URN; what is unchanged is absent.

    ``renamed`` maps the names of what is made anew, old to new: what speaks of them follows.
    """

    step: Step
    before: Inventory
    after: Inventory
    operations: Mapping[str, Operation]
    retained: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_removed(self) -> bool:
        """Whether it leaves the program."""
        return self.step.operation in (Operation.DELETE, Operation.RETAIN)

    @property
    def goes_or_comes_again(self) -> bool:
        """Whether what is there now ends: deleted, or replaced by another."""
        return self.is_removed or self.step.operation is Operation.REPLACE

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was there before."""
        return self.step.operation in (Operation.CREATE, Operation.IMPORT)

    def owner_goes(self) -> bool:
        """Whether what this belongs to goes as well: then its own risk says it all."""
        return any(self._goes(urn) for urn in self._owners(self.before))

    def owner_is_new(self) -> bool:
        """Whether what this belongs to is made by the same change."""
        owners = list(self._owners(self.after))
        return bool(owners) and any(urn not in self.before for urn in owners)

    def dependents(self) -> int:
        """How many resources of the base depend on this one."""
        return sum(self.step.urn in one.dependencies for one in self.before.values())

    def values(self, path: str) -> tuple[JsonValue, JsonValue]:
        """Return the old and the new value at a path."""
        return value_at(self.step.old, path), value_at(self.step.new, path)

    def following(self, text: JsonValue) -> JsonValue:
        """Return a text as it would be if it only followed what is made anew."""
        if isinstance(text, str):
            for old, new in self.renamed.items():
                text = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", lambda _, to=new: to, text)
        return text

    def _owners(self, inventory: Inventory) -> Iterator[str]:
        resource = inventory.get(self.step.urn)
        for urn in resource.dependencies if resource is not None else ():
            # What lies in the same component belongs together.
            known = inventory.get(urn)
            if known is not None and resource is not None and known.parent == resource.parent:
                yield urn

    def _goes(self, urn: str) -> bool:
        return self.operations.get(urn) in (Operation.DELETE, Operation.RETAIN)


def risk(risk_class: RiskClass, sentence: str) -> Risk:
    """Shorten the making of a risk."""
    return Risk(risk_class=risk_class, sentence=sentence)
