"""The ledger: one DynamoDB item per landing object version, the one truth about a file.

Key schema: partition key ``file`` (S) = ``SourceObject.ledger_id``, no sort key.
Index ``pending``: partition key ``pending`` (S, the dataset; present only while published rows
wait for the curate job), sort key ``published_at`` (N, epoch milliseconds); projection ALL.

Life of an item::

    leased ──► published ──► curated
       │            (published without accepted rows is final: nothing is pending)
       ├─────► quarantined   (the object was quarantined whole)
       └─────► (lease runs out: the next attempt takes it over)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PENDING_INDEX: Final = "pending"


class FileStatus(StrEnum):
    """Where a file is on its way; the value of the ``status`` attribute."""

    LEASED = "leased"
    PUBLISHED = "published"
    CURATED = "curated"
    QUARANTINED = "quarantined"


class Attribute(StrEnum):
    """Attribute names of a ledger item. (S) string, (N) number."""

    FILE = "file"
    DATASET = "dataset"
    BUCKET = "bucket"
    KEY = "key"
    VERSION = "version"
    VERSION_TIME = "version_time"
    """(N) epoch milliseconds of the object version's LastModified."""
    SIZE = "size"
    STATUS = "status"
    ATTEMPTS = "attempts"
    DECISION = "decision"
    """(N) how many contracts have decided about the file, the one at work included: from 1."""
    LEASE_OWNER = "lease_owner"
    LEASE_EXPIRES_AT = "lease_expires_at"
    """(N) epoch milliseconds."""
    CONTRACT_HASH = "contract_hash"
    ROWS_READ = "rows_read"
    ROWS_ACCEPTED = "rows_accepted"
    ROWS_QUARANTINED = "rows_quarantined"
    ROWS_WARNED = "rows_warned"
    """Accepted rows that break rules which only warn."""
    WARNINGS = "warnings"
    """(M) how often each such rule was broken: rule and column, or the rule's name, to a number."""
    WARNINGS_KEY = "warnings_key"
    """(S) the Parquet file that names them, in the quarantine bucket."""
    NEW_COLUMNS = "new_columns"
    """(L of S) columns of the accepted rows that the contract does not have, all of text."""
    REASON = "reason"
    """(S) why the object was quarantined whole."""
    TROUBLE = "trouble"
    """(S) why the last attempt ended without a verdict; absent once there is one."""
    DURATION_MS = "duration_ms"
    VALIDATED_KEY = "validated_key"
    QUARANTINE_KEY = "quarantine_key"
    PUBLISHED_AT = "published_at"
    PENDING = "pending"
    CURATED_AT = "curated_at"
