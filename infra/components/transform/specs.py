"""Glue tables as values, derived from contracts: no Pulumi here, so tests compare plain data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tarn.contract.schemas import iceberg_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tarn.contract.model import Contract
    from tarn.contract.schemas import FieldSpec, IcebergField

PARQUET_INPUT_FORMAT: Final = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
PARQUET_OUTPUT_FORMAT: Final = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
PARQUET_SERDE: Final = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"

ICEBERG_PROPERTIES: Final[Mapping[str, str]] = {
    "write.format.default": "parquet",
    "write.parquet.compression-codec": "zstd",
    # Row changes rewrite files, so that Snowflake and Athena read no delete files.
    "write.delete.mode": "copy-on-write",
    "write.update.mode": "copy-on-write",
    "write.merge.mode": "copy-on-write",
}
"""Properties with which every curated table begins; afterwards they are the jobs'."""

QUARANTINED_ROWS_TABLE: Final = "rows"
WARNINGS_TABLE: Final = "warnings"
QUARANTINE_DECISIONS_TABLE: Final = "decisions"


def iceberg_columns(contract: Contract) -> list[IcebergField]:
    """Fields of the empty Iceberg table.

    Glue takes a field's type as a JSON document, so a primitive type is quoted: ``"long"``.
    """
    return [
        replace(field, type=json.dumps(field.type), doc=clipped(field.doc))
        for field in iceberg_fields(contract)
    ]


def clipped_comments(columns: Sequence[FieldSpec]) -> list[FieldSpec]:
    """Shorten the comments of columns to what Glue keeps."""
    return [replace(column, comment=clipped(column.comment)) for column in columns]


def clipped(text: str) -> str:
    """Glue keeps at most 255 characters of a comment."""
    return text if len(text) <= 255 else text[:252] + "..."
