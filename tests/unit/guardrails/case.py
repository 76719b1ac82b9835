"""A case of a rule: what keeps it and what breaks it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guardrails.resources import Resource, StackFacts


def resource(type_token: str, called: str = "subject", /, **inputs: Any) -> Resource:  # noqa: ANN401
    """Make a resource as the engine would hand it over."""
    urn = f"urn:pulumi:test::tarn::{type_token}::{called}"
    return Resource(
        given=inputs,
        urn=urn,
        type=type_token,
        protected=bool(inputs.pop("protected", False)),
        refers_to=inputs.pop("refers_to", {}),
    )


def policy(*statements: dict[str, Any]) -> str:
    """A policy document as IAM reads it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@dataclass(frozen=True, kw_only=True)
class Case:
    """The first resource of each list is the one that the rule is about; ``says``: the finding."""

    rule: str
    passing: list[Resource]
    failing: list[Resource]
    says: str
    facts: StackFacts = field(default_factory=StackFacts)
    day: date = date(2026, 11, 24)
    label: str = ""

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.rule}: {self.label}" if self.label else self.rule
