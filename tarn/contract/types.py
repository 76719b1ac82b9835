"""The one table that says what a column kind is called in each system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tarn.contract.model import ColumnKind, ColumnType


@dataclass(frozen=True, kw_only=True)
class TypeNames:
    """Names of one kind. ``{precision}`` and ``{scale}`` are filled in for decimals."""

    arrow: str
    """An alias or constructor of pyarrow; see ``tarn.contract.schemas``."""
    glue: str
    iceberg: str
    spark: str
    snowflake: str

    def filled(self, column_type: ColumnType) -> TypeNames:
        """Return the names with the digits of a decimal filled in."""
        digits = {"precision": column_type.precision, "scale": column_type.scale}
        return TypeNames(
            arrow=self.arrow.format(**digits),
            glue=self.glue.format(**digits),
            iceberg=self.iceberg.format(**digits),
            spark=self.spark.format(**digits),
            snowflake=self.snowflake.format(**digits),
        )


# Snowflake reads an Iceberg timestamptz as TIMESTAMP_LTZ(6) and a long as NUMBER(19,0); RAW tables
# use the same types, so that RAW and CURATED compare without conversion.
TYPE_NAMES: Final[dict[ColumnKind, TypeNames]] = {
    ColumnKind.STRING: TypeNames(
        arrow="string", glue="string", iceberg="string", spark="string", snowflake="VARCHAR"
    ),
    ColumnKind.INTEGER: TypeNames(
        arrow="int64", glue="bigint", iceberg="long", spark="bigint", snowflake="NUMBER(19,0)"
    ),
    ColumnKind.DOUBLE: TypeNames(
        arrow="float64", glue="double", iceberg="double", spark="double", snowflake="FLOAT"
    ),
    ColumnKind.DECIMAL: TypeNames(
        arrow="decimal128({precision},{scale})",
        glue="decimal({precision},{scale})",
        iceberg="decimal({precision},{scale})",
        spark="decimal({precision},{scale})",
        snowflake="NUMBER({precision},{scale})",
    ),
    ColumnKind.BOOLEAN: TypeNames(
        arrow="bool", glue="boolean", iceberg="boolean", spark="boolean", snowflake="BOOLEAN"
    ),
    ColumnKind.DATE: TypeNames(
        arrow="date32", glue="date", iceberg="date", spark="date", snowflake="DATE"
    ),
    ColumnKind.TIMESTAMP: TypeNames(
        arrow="timestamp[us,UTC]",
        glue="timestamp",
        iceberg="timestamptz",
        spark="timestamp",
        snowflake="TIMESTAMP_LTZ(6)",
    ),
}


def type_names(column_type: ColumnType) -> TypeNames:
    """Return what a column's type is called in each system."""
    return TYPE_NAMES[column_type.kind].filled(column_type)
