"""Schemas that follow from a contract: Parquet, Glue, Iceberg, Spark and Snowflake.

Validated rows and curated rows of ingested datasets carry the provenance columns; a model made by
a job does not, because its rows have no single source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tarn import provenance
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tarn.contract.types import type_names

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """A column as a catalog or a warehouse wants it declared."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class IcebergField:
    """A column of an Iceberg schema. Ids count from 1 in the order of the columns."""

    id: int
    name: str
    type: str
    required: bool
    """Always false: a later contract may make a column optional, Iceberg and Spark may not."""
    doc: str


def _provenance_column(name: str, kind: ColumnKind, description: str) -> Column:
    return Column(name=name, type=ColumnType(kind=kind), description=description)


PROVENANCE_COLUMNS: Final = (
    _provenance_column(
        provenance.SOURCE_KEY, ColumnKind.STRING, "Key of the landing object the row came from."
    ),
    _provenance_column(
        provenance.SOURCE_VERSION, ColumnKind.STRING, "Version of the landing object."
    ),
    _provenance_column(
        provenance.SOURCE_MODIFIED_AT, ColumnKind.TIMESTAMP, "When that version was written."
    ),
    _provenance_column(
        provenance.SOURCE_LINE,
        ColumnKind.INTEGER,
        "Physical line of the row's first byte, or the row's ordinal in a binary file; from 1.",
    ),
    _provenance_column(
        provenance.CONTRACT_HASH, ColumnKind.STRING, "Hash of the contract that accepted the row."
    ),
)


def stored_columns(contract: Contract, *, provenance: bool | None = None) -> tuple[Column, ...]:
    """Return the contract's columns, then the provenance columns if the rows carry them.

    Unless told otherwise, ingested datasets carry them and models do not. Where rows are stored
    with them, protected columns are text; without them, rows are as they are judged.
    """
    carried = contract.produced_by is None if provenance is None else provenance
    if not carried:
        return contract.columns
    return (*map(_as_stored, contract.columns), *PROVENANCE_COLUMNS)


def _as_stored(column: Column) -> Column:
    text = ColumnType(kind=ColumnKind.STRING)
    return replace(column, type=text) if column.protection else column


def arrow_schema(contract: Contract, *, provenance: bool | None = None) -> pa.Schema:
    """Return the schema of the validated Parquet files."""
    import pyarrow as pa  # infra derives the other schemas without pyarrow

    return pa.schema(
        [
            pa.field(column.name, arrow_type(column.type))
            for column in stored_columns(contract, provenance=provenance)
        ]
    )


def arrow_type(column_type: ColumnType) -> pa.DataType:
    """Return the Arrow type of a column."""
    import pyarrow as pa

    match column_type.kind:
        case ColumnKind.DECIMAL:
            return pa.decimal128(column_type.precision or 38, column_type.scale or 0)
        case ColumnKind.TIMESTAMP:
            return pa.timestamp("us", tz="UTC")
        case _:
            return pa.type_for_alias(type_names(column_type).arrow)


def glue_columns(contract: Contract, *, provenance: bool | None = None) -> list[FieldSpec]:
    """Return the columns of the dataset's table in the Glue catalog."""
    return [
        FieldSpec(name=c.name, type=type_names(c.type).glue, comment=c.description)
        for c in stored_columns(contract, provenance=provenance)
    ]


def iceberg_fields(contract: Contract, *, provenance: bool | None = None) -> list[IcebergField]:
    """Return the fields of the empty Iceberg table that the program creates."""
    return [
        IcebergField(
            id=number,
            name=c.name,
            type=type_names(c.type).iceberg,
            required=False,
            doc=c.description,
        )
        for number, c in enumerate(stored_columns(contract, provenance=provenance), start=1)
    ]


def spark_ddl(contract: Contract, *, provenance: bool | None = None) -> str:
    """Return the columns as Spark DDL, e.g. ```` `carrier` string, `flight` bigint ````."""
    return ", ".join(
        f"`{c.name}` {type_names(c.type).spark}"
        for c in stored_columns(contract, provenance=provenance)
    )


def snowflake_columns(contract: Contract, *, provenance: bool | None = None) -> list[FieldSpec]:
    """Return the columns of a Snowflake table, names in upper case."""
    return [
        FieldSpec(name=c.name.upper(), type=type_names(c.type).snowflake, comment=c.description)
        for c in stored_columns(contract, provenance=provenance)
    ]
