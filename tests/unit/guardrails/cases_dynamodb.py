"""DynamoDB tables."""

from __future__ import annotations

from guardrails.rules.dynamodb import TABLE
from tests.unit.guardrails.case import Case, resource

CASES = (
    Case(
        rule="table-point-in-time-recovery",
        passing=[resource(TABLE, pointInTimeRecovery={"enabled": True})],
        failing=[resource(TABLE)],
        says="cannot be restored",
    ),
    Case(
        rule="table-encrypted-with-kms",
        passing=[resource(TABLE, serverSideEncryption={"enabled": True, "kmsKeyArn": "key"})],
        failing=[resource(TABLE, serverSideEncryption={"enabled": True})],
        says="names no key",
    ),
)
