"""Chance that can be repeated: a rule's n-th call decides by the rule's seed and n alone.

So the same calls in the same order meet the same faults, whatever other rules there are.
"""

from __future__ import annotations

import random
import secrets
from typing import Final

from local_cloud.faults.rules import FaultRule

_SEED_BITS: Final = 31


def new_seed() -> int:
    """Return a seed for rules that were given none; it is shown with the rule."""
    return secrets.randbits(_SEED_BITS)


def acts(rule: FaultRule, number: int) -> bool:
    """Whether the rule acts on the n-th call that fits it."""
    if rule.nth:
        return number in rule.nth
    return rule.probability is None or _generator(rule, number).random() < rule.probability


def seconds(rule: FaultRule, number: int) -> float:
    """Return how long, within the rule's range."""
    low, high = rule.seconds
    return low if low == high else low + (high - low) * _generator(rule, -number).random()


def _generator(rule: FaultRule, number: int) -> random.Random:
    return random.Random(f"{rule.seed}/{rule.id}/{number}")  # noqa: S311 - to be repeated
