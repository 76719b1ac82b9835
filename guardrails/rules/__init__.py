"""The rules, a file a service. A new file is named here, and nowhere else."""

from __future__ import annotations

from typing import Final

from guardrails.rule import Rule
from guardrails.rules import dynamodb, s3, snowflake

BY_SERVICE: Final[dict[str, tuple[Rule, ...]]] = {
    "S3": s3.RULES,
    "DynamoDB": dynamodb.RULES,
    "Snowflake": snowflake.RULES,
}

ALL: Final[tuple[Rule, ...]] = tuple(rule for rules in BY_SERVICE.values() for rule in rules)
