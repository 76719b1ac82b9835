"""What is wrong with a fault rule, told before any rule is in force.

FaultError
├── FaultRuleError        a rule cannot be understood, or could never act
└── UnknownFaultError     no rule has this id
"""

from __future__ import annotations

from collections.abc import Iterable

from tarn.errors import PermanentError


class FaultError(PermanentError):
    """Base: nothing was changed."""


class FaultRuleError(FaultError):
    """A rule that cannot be understood, or that could never act."""

    def __init__(self, *, rule: str, field: str, reason: str) -> None:
        super().__init__(
            f"The fault rule {rule} cannot be used: {field} {reason}. No rule was added; "
            "correct it and add it again."
        )
        self.rule = rule
        self.field = field


class UnknownFaultError(FaultError):
    """There is no rule of this id to clear."""

    def __init__(self, *, rule: str, known: Iterable[str]) -> None:
        listed = ", ".join(known) or "none"
        super().__init__(f"No fault rule has the id {rule}. Rules in force: {listed}.")
        self.rule = rule
