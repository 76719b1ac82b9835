"""The rules, a file a service. A new file is named here, and nowhere else."""

from __future__ import annotations

from typing import Final

from guardrails.rule import Rule
from guardrails.rules import (
    dynamodb,
    glue,
    iam,
    keeping,
    kms,
    lambda_,
    naming,
    s3,
    snowflake,
    sqs,
    watching,
)

BY_SUBJECT: Final[dict[str, tuple[Rule, ...]]] = {
    "Buckets": s3.RULES,
    "Roles and permissions": iam.RULES,
    "Functions": lambda_.RULES,
    "Queues": sqs.RULES,
    "Glue jobs": glue.RULES,
    "DynamoDB tables": dynamodb.RULES,
    "Keys": kms.RULES,
    "Logs and topics": watching.RULES,
    "Snowflake": snowflake.RULES,
    "What holds data": keeping.RULES,
    "Tags and names": naming.RULES,
}

ALL: Final[tuple[Rule, ...]] = tuple(rule for rules in BY_SUBJECT.values() for rule in rules)
