"""Which requests were allowed or refused, and by which statements: one example of each kind.

Two requests of one caller for one action that the same statements cover are one kind: taking a
statement away, or an action out of it, means the same for both. So the record stays small however
long the cloud runs, and is still enough to say exactly what each statement is needed for.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from local_cloud.aws.authorization.principals import Caller
from local_cloud.aws.authorization.resources import ResourceSide

Context = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Need:
    """One permission that a request needs."""

    action: str
    resource: str
    context: Context = field(default_factory=dict[str, "str | tuple[str, ...]"])


@dataclass(frozen=True, kw_only=True)
class StatementUse:
    """A statement that covers a request: the policy's owner by ARN, its name, and the place."""

    owner: str
    policy: str
    place: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided of one need. ``because`` is the reason of a refusal.

    The record keeps of ``side`` whose policy was asked, and not the policy.
    """

    caller: Caller
    need: Need
    region: str
    side: ResourceSide
    because: str | None
    statements: tuple[StatementUse, ...]

    @property
    def allowed(self) -> bool:
        """Whether the request may pass."""
        return self.because is None

    def to_json(self) -> dict[str, object]:
        """Return the decision as one JSON object, the form of the control API."""
        return {
            "caller": {
                "kind": self.caller.kind.value,
                "account_id": self.caller.account_id,
                "arn": self.caller.arn,
                "name": self.caller.name,
                "role_arn": self.caller.role_arn,
            },
            "action": self.need.action,
            "resource": self.need.resource,
            "context": dict(self.need.context),
            "region": self.region,
            "resource_policy": {
                "owner": self.side.owner,
                "kind": self.side.kind,
                "account_id": self.side.account_id,
                "decides": self.side.decides,
            },
            "because": self.because,
            "statements": [
                {"owner": each.owner, "policy": each.policy, "place": each.place}
                for each in self.statements
            ],
        }


class DecisionRecord:
    """Thread-safe; keeps the first decision of each kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: dict[object, Decision] = {}

    def add(self, decision: Decision) -> None:
        """Keep a decision, unless one of its kind is kept already."""
        kind = (
            decision.caller.principal_arn,
            decision.need.action.lower(),
            decision.statements,
            decision.because,
            # What is refused may be so for want of any statement: then the owner tells them apart.
            "" if decision.allowed else decision.side.owner,
        )
        with self._lock:
            if kind not in self._kinds:
                # A session's policy is its own business and may be long.
                caller = replace(decision.caller, session_policy=None)
                side = replace(decision.side, policy=None)
                self._kinds[kind] = replace(decision, caller=caller, side=side)

    def all(self) -> list[Decision]:
        """Return the decisions, the oldest first."""
        with self._lock:
            return list(self._kinds.values())


DECISIONS: Final = DecisionRecord()
"""The record of this process."""
