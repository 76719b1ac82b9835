"""Actions that no request on the laptop asks for, with who says that they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.e2e.permissions.mutations import Mutation


@dataclass(frozen=True, kw_only=True)
class Documented:
    """Why an action stays, and the page that asks for it."""

    reason: str
    page: str


_LOGS: Final = Documented(
    reason="Asked for by CloudWatch Logs; when it re-encrypts cannot be seen from outside",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
)
_STAGE: Final = Documented(
    reason="Asked for by Snowflake; which of the two it uses cannot be seen from outside",
    page="https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration",
)
_VOLUME: Final = Documented(
    reason=_STAGE.reason,
    page="https://docs.snowflake.com/en/user-guide/tables-iceberg-configure-external-volume-s3",
)
_CATALOG: Final = Documented(
    reason="Asked for by Snowflake; the local one finds tables without it",
    page="https://docs.snowflake.com/en/user-guide/"
    "tables-iceberg-configure-catalog-integration-glue",
)

DOCUMENTED: Final[Mapping[tuple[str, str, str], Documented]] = {
    ("lake", "LogsEncrypt", "kms:Encrypt"): _LOGS,
    ("lake", "LogsEncrypt", "kms:ReEncrypt*"): _LOGS,
    ("snowflake-catalog", "ReadTables", "glue:GetDatabase"): _CATALOG,
    ("snowflake-stage", "ReadObjects", "s3:GetObjectVersion"): _STAGE,
    ("snowflake-volume", "ReadObjects", "s3:GetObjectVersion"): _VOLUME,
}
"""By the policy's holder, the statement and the action."""


def documented(mutation: Mutation) -> Documented | None:
    """Return who asks for what a mutation takes away, when nothing on the laptop does."""
    return DOCUMENTED.get((mutation.policy.holder, mutation.sid, mutation.action or ""))
