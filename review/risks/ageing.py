"""Rules of a bucket by which objects are deleted after a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from review.model import JsonValue, Risk, RiskClass
from review.paths import value_at
from review.risks.facts import Facts, risk

LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_ENDS: Final[Mapping[str, str]] = {
    "expiration.days": "objects",
    "noncurrentVersionExpiration.noncurrentDays": "versions that are no longer current",
}


def ageing_risks(facts: Facts) -> Iterator[Risk]:
    """Yield what is deleted earlier than before, or at all."""
    if facts.step.type != LIFECYCLE or facts.is_removed:
        return
    if facts.is_new and facts.owner_is_new():
        return
    before, after = _rules(facts.step.old), _rules(facts.step.new)
    for name, rule in sorted(after.items()):
        for path, what in _ENDS.items():
            new, old = value_at(rule, path), value_at(before.get(name, {}), path)
            if not isinstance(new, int | float) or rule.get("status") == "Disabled":
                continue
            if not isinstance(old, int | float):
                sentence = f"{what} are deleted after {new} days (rule {name}); so far they stayed"
                yield risk(RiskClass.DATA_LOSS, sentence)
            elif new < old:
                sentence = f"{what} are deleted after {new} days instead of {old} (rule {name})"
                yield risk(RiskClass.DATA_LOSS, sentence)


def _rules(inputs: Mapping[str, JsonValue]) -> dict[str, dict[str, JsonValue]]:
    rules = inputs.get("rules")
    return {
        str(one.get("id")): one
        for one in (rules if isinstance(rules, list) else ())
        if isinstance(one, dict)
    }
