"""Quarantined rows: which rules reject them, and how they are stored and found again.

One Parquet file per source object and contract, under ``rows/<dataset>/`` of the quarantine
bucket. The function writes it; the Glue table over it, and whoever queries it, read it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tarn.contract.schemas import FieldSpec

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PREFIX: Final = "rows/"
DECISIONS_PREFIX: Final = "decisions/"
WARNINGS_PREFIX: Final = "warnings/"
OBJECTS_PREFIX: Final = "objects/"
REASON_SUFFIX: Final = ".reason.json"
"""Beside an object that was quarantined whole stands a JSON file that says why."""


class Rule(StrEnum):
    """What a row can break."""

    REQUIRED = "required"
    TYPE = "type"
    RANGE = "range"
    ENUM = "enum"
    PATTERN = "pattern"
    LENGTH = "length"
    UNIQUE = "unique"
    SQL = "sql"
    """A condition over the columns of a row, or over the rows of a file."""
    ROW_COUNT = "row-count"
    NULL_VALUES = "null-values"
    """How many values of a column may be null in a file."""
    FIELD_COUNT = "field-count"
    """A row with more or fewer fields than the header."""
    UNKNOWN_COLUMN = "unknown-column"
    MALFORMED = "malformed"
    """Bytes that are not a row of their format."""
    ENCODING = "encoding"
    OVERSIZED = "oversized"
    """A line or record beyond the size that is judged at all."""
    CUT_OFF = "cut-off"
    """The file ends in the middle; what follows is missing."""

    UNUSABLE = "unusable"
    """The object as a whole cannot be judged, so it is held whole."""


class DecisionStatus(StrEnum):
    """What a decision about quarantined rows says."""

    DECIDED = "decided"
    """Another contract decided about the file: its verdicts count, the others' are resolved."""
    DISCARDED = "discarded"
    """Somebody decided that the rows are not wanted."""


VIOLATION_FIELDS: Final = ("column", "rule", "value", "message")

_WARNING_COMMENTS: Final = {
    "line": "Physical line of the row's first byte, or its ordinal; null: the file as a whole.",
    "violations": "Every rule that the row or the file breaks and that only warns.",
    "contract_hash": "Hash of the contract that accepted the row.",
}

QUARANTINE_COLUMNS: Final = (
    FieldSpec(name="dataset", type="string", comment="Dataset the object landed under."),
    FieldSpec(name="source_bucket", type="string", comment="Bucket of the landing object."),
    FieldSpec(name="source_key", type="string", comment="Key of the landing object."),
    FieldSpec(name="source_version", type="string", comment="Version of the landing object."),
    FieldSpec(
        name="line",
        type="bigint",
        comment="Physical line of the row's first byte, or its ordinal in a binary file; from 1.",
    ),
    FieldSpec(name="raw_row", type="string", comment="The row as it landed, read as UTF-8."),
    FieldSpec(
        name="raw_bytes", type="binary", comment="The row's bytes, where they are not valid UTF-8."
    ),
    FieldSpec(name="rules", type="string", comment="The rules that the row breaks, with commas."),
    FieldSpec(
        name="violations",
        type="array<struct<column:string,rule:string,value:string,message:string>>",
        comment="Every rule the row breaks, with the column and its value.",
    ),
    FieldSpec(
        name="contract_hash", type="string", comment="Hash of the contract that rejected the row."
    ),
)
"""The columns with their Glue (Hive) types."""

DECISION_COLUMNS: Final = (
    *QUARANTINE_COLUMNS[:4],
    FieldSpec(
        name="decision",
        type="bigint",
        comment="How many contracts have decided about the file; the highest counts.",
    ),
    FieldSpec(
        name="contract_hash",
        type="string",
        comment="Hash of the contract that decided, or whose verdict on the row is discarded.",
    ),
    FieldSpec(name="line", type="bigint", comment="The row's line; null: every row of the file."),
    FieldSpec(name="status", type="string", comment="decided, or discarded."),
    FieldSpec(name="decided_by", type="string", comment="Who or what decided."),
    FieldSpec(name="decided_at", type="timestamp", comment="When somebody decided, in UTC."),
    FieldSpec(name="note", type="string", comment="Why, in words."),
)
"""Decisions about quarantined rows, one Parquet file each, with their Glue (Hive) types."""

WARNING_COLUMNS: Final = tuple(
    FieldSpec(name=c.name, type=c.type, comment=_WARNING_COMMENTS.get(c.name, c.comment))
    for c in QUARANTINE_COLUMNS
    if c.name not in ("raw_row", "raw_bytes")
)
"""Of accepted rows that break rules which only warn; the rows themselves are where they belong."""


def warnings_arrow_schema() -> pa.Schema:
    """Return the schema of the Parquet files of warnings."""
    import pyarrow as pa

    names = [column.name for column in WARNING_COLUMNS]
    schema = arrow_schema()
    return pa.schema([schema.field(name) for name in names])


def arrow_schema() -> pa.Schema:
    """Return the schema of the Parquet files of quarantined rows."""
    import pyarrow as pa  # infra needs the columns without pyarrow

    violation = pa.struct([pa.field(name, pa.string()) for name in VIOLATION_FIELDS])
    types = {
        "line": pa.int64(),
        "raw_bytes": pa.binary(),
        "violations": pa.list_(pa.field("element", violation)),
    }
    return pa.schema([pa.field(c.name, types.get(c.name, pa.string())) for c in QUARANTINE_COLUMNS])


def decisions_arrow_schema() -> pa.Schema:
    """Return the schema of the Parquet files of decisions."""
    import pyarrow as pa  # infra needs the columns without pyarrow

    types = {
        "decision": pa.int64(),
        "line": pa.int64(),
        "decided_at": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([pa.field(c.name, types.get(c.name, pa.string())) for c in DECISION_COLUMNS])
