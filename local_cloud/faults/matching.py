"""Whether a rule means a call, a delivery, a process or a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from local_cloud.faults.actions import ANY
from local_cloud.faults.rules import FaultRule


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One thing that a fault could hit, by every name that it goes by.

    principals: names and ARNs of who does it; root: whether that is the account's own root, who
    deploys, and whom only a rule that names a principal hits.
    """

    service: str
    operation: str
    resources: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    root: bool = False

    def facts(self) -> dict[str, str]:
        """Return what the journal tells of it."""
        return {
            "service": self.service,
            "operation": self.operation,
            "resource": self.resources[0] if self.resources else "",
            "principal": self.principals[0] if self.principals else "",
        }


def fits(rule: FaultRule, occasion: Occasion) -> bool:
    """Whether the rule means this occasion, however often it acts."""
    return (
        rule.service in (ANY, occasion.service)
        and fnmatchcase(occasion.operation, rule.operation)
        and _principal_fits(rule, occasion)
        and _any_fits(rule.resource, occasion.resources)
    )


def _principal_fits(rule: FaultRule, occasion: Occasion) -> bool:
    if rule.principal is None:
        return not occasion.root
    return _any_fits(rule.principal, occasion.principals)


def _any_fits(pattern: str, names: tuple[str, ...]) -> bool:
    return pattern == ANY or any(fnmatchcase(name, pattern) for name in names)
