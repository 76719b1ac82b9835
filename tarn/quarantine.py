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


VIOLATION_FIELDS: Final = ("column", "rule", "value", "message")

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
