"""DynamoDB tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.resources import Resource
from guardrails.rule import ResourceRule, Rule

TABLE: Final = "aws:dynamodb/table:Table"
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html"


def _recoverable(table: Resource) -> Iterator[str]:
    if not table.enabled("pointInTimeRecovery.enabled"):
        yield f"Table {table.name} cannot be restored to a point in time."


def _encrypted(table: Resource) -> Iterator[str]:
    if not table.enabled("serverSideEncryption.enabled"):
        yield f"Table {table.name} is encrypted with a key that AWS owns."
    elif not table.states("serverSideEncryption.kmsKeyArn"):
        yield f"Table {table.name} names no key, so AWS's shared one encrypts it."


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="table-point-in-time-recovery",
        types=(TABLE,),
        summary="A DynamoDB table can be restored to any second of the last 35 days.",
        reason="The ledger is the one truth about every file; a bad write would stay.",
        fix="Set pointInTimeRecovery.enabled to true.",
        source=_CONTROLS,
        reference="DynamoDB.2",
        check=_recoverable,
    ),
    ResourceRule(
        name="table-encrypted-with-kms",
        types=(TABLE,),
        summary="A DynamoDB table is encrypted with a KMS key of ours.",
        reason="Only a key of ours has a policy, a log of its uses, and can be withdrawn.",
        fix="Set serverSideEncryption.enabled and kmsKeyArn.",
        source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html",
        check=_encrypted,
    ),
)
