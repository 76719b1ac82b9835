"""Every system's columns follow from the contract, by one table."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tarn import provenance, quarantine
from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tarn.contract.schemas import (
    arrow_schema,
    glue_columns,
    iceberg_fields,
    snowflake_columns,
    spark_ddl,
)
from tarn.contract.types import TYPE_NAMES

ORIGIN = [
    provenance.SOURCE_KEY,
    provenance.SOURCE_VERSION,
    provenance.SOURCE_MODIFIED_AT,
    provenance.SOURCE_LINE,
    provenance.CONTRACT_HASH,
]


def _contract(*, produced_by: str | None = None) -> Contract:
    columns = [
        Column(
            name=kind.value,
            type=ColumnType(kind=kind, precision=9, scale=2)
            if kind is ColumnKind.DECIMAL
            else ColumnType(kind=kind),
            description=f"A {kind}.",
        )
        for kind in ColumnKind
    ]
    return Contract(
        dataset="all_kinds",
        version="1",
        title="All kinds",
        description="One column of each kind.",
        owner="testers",
        columns=tuple(columns),
        key=("string",),
        produced_by=produced_by,
    )


def test_every_kind_has_a_name_in_every_system() -> None:
    assert set(TYPE_NAMES) == set(ColumnKind)


def test_the_names_of_each_system() -> None:
    contract = _contract()
    count = len(ColumnKind)

    assert [field.type for field in glue_columns(contract)][:count] == [
        "string", "bigint", "double", "decimal(9,2)", "boolean", "date", "timestamp",
    ]  # fmt: skip
    assert [field.type for field in iceberg_fields(contract)][:count] == [
        "string", "long", "double", "decimal(9,2)", "boolean", "date", "timestamptz",
    ]  # fmt: skip
    assert [field.type for field in snowflake_columns(contract)][:count] == [
        "VARCHAR", "NUMBER(19,0)", "FLOAT", "NUMBER(9,2)", "BOOLEAN", "DATE", "TIMESTAMP_LTZ(6)",
    ]  # fmt: skip
    assert arrow_schema(contract).types[:count] == [
        pa.string(),
        pa.int64(),
        pa.float64(),
        pa.decimal128(9, 2),
        pa.bool_(),
        pa.date32(),
        pa.timestamp("us", tz="UTC"),
    ]
    assert spark_ddl(contract).startswith("`string` string, `integer` bigint, `double` double,")


def test_ingested_rows_carry_their_origin_and_models_do_not() -> None:
    model = _contract(produced_by="job")

    assert arrow_schema(_contract()).names[-5:] == ORIGIN
    assert [field.name for field in glue_columns(_contract())][-5:] == ORIGIN
    assert [f.name for f in snowflake_columns(_contract())][-5:] == [o.upper() for o in ORIGIN]
    assert [field.name for field in iceberg_fields(model)] == [c.name for c in model.columns]
    assert len(glue_columns(_contract(), provenance=False)) == len(ColumnKind)


def test_iceberg_fields_are_numbered_and_optional() -> None:
    fields = iceberg_fields(_contract())

    assert [field.id for field in fields] == list(range(1, len(fields) + 1))
    assert not any(field.required for field in fields)


def test_comments_are_the_contracts_descriptions() -> None:
    assert glue_columns(_contract())[0].comment == "A string."
    assert snowflake_columns(_contract())[1].comment == "A integer."
    assert iceberg_fields(_contract())[2].doc == "A double."


@pytest.mark.parametrize("column", quarantine.QUARANTINE_COLUMNS, ids=lambda column: column.name)
def test_quarantined_rows_are_the_same_in_parquet_and_in_glue(
    column: quarantine.FieldSpec,
) -> None:
    names = {
        "string": pa.string(),
        "bigint": pa.int64(),
        "binary": pa.binary(),
    }
    violation = pa.struct([pa.field(name, pa.string()) for name in quarantine.VIOLATION_FIELDS])

    expected = names.get(column.type, pa.list_(pa.field("element", violation)))

    assert quarantine.arrow_schema().field(column.name).type == expected
