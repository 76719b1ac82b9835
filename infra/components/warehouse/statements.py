"""The SQL that follows from contracts, as text: what a pipe copies and what is current in RAW."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.components.warehouse.names import (
    FILE_FORMAT,
    STAGE,
    SchemaName,
    current_view_name,
    table_name,
)
from tarn import provenance
from tarn.contract.model import MergeMode
from tarn.contract.schemas import FieldSpec, snowflake_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tarn.contract.model import Contract

LOADED_AT: Final = provenance.LOADED_AT.upper()
_KEY: Final = provenance.SOURCE_KEY.upper()
_VERSION: Final = provenance.SOURCE_VERSION.upper()
_MODIFIED_AT: Final = provenance.SOURCE_MODIFIED_AT.upper()
_LINE: Final = provenance.SOURCE_LINE.upper()
_HASH: Final = provenance.CONTRACT_HASH.upper()
_ORDER: Final = tuple(column.upper() for column in provenance.ORDER)


def raw_columns(contract: Contract) -> list[FieldSpec]:
    """Columns of a RAW table: the validated file's, then when Snowpipe loaded the row."""
    return [
        *snowflake_columns(contract),
        FieldSpec(
            name=LOADED_AT,
            type="TIMESTAMP_LTZ(6)",
            comment="When Snowpipe began to scan the file of the row.",
        ),
    ]


def copy_statement(*, database: str, dataset: str) -> str:
    """What a pipe runs for every new file of its dataset."""
    raw = f"{database}.{SchemaName.RAW}"
    return (
        f"COPY INTO {raw}.{table_name(dataset)} "
        f"FROM @{raw}.{STAGE}/{dataset}/ "
        f"FILE_FORMAT = (FORMAT_NAME = '{raw}.{FILE_FORMAT}') "
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE "
        f"INCLUDE_METADATA = ({LOADED_AT} = METADATA$START_SCAN_TIME)"
    )


def current_rows_statement(contract: Contract) -> str:
    """Select the rows of a RAW table that count now.

    RAW keeps everything that was ever loaded. Of a file that was validated again under another
    contract, only the generation that was loaded last counts; of those rows, the one that the
    contract's merge mode lets win. A file that was loaded twice counts once.
    """
    columns = ", ".join(column.name for column in raw_columns(contract))
    # S608: every name comes from a compiled contract, which allows letters, digits, underscores.
    generation = (
        f"SELECT {columns} FROM {SchemaName.RAW}.{table_name(contract.dataset)} "  # noqa: S608
        f"QUALIFY {_HASH} = FIRST_VALUE({_HASH}) OVER (PARTITION BY {_KEY}, {_VERSION} "
        f"ORDER BY {_descending((LOADED_AT, _HASH))})"
    )
    winner = _winning_row(contract)
    return f"SELECT {columns} FROM ({generation}) AS GENERATION QUALIFY {winner}"  # noqa: S608


def orphans_statement(contract: Contract) -> str:
    """Count the current rows whose value is not in the column that the contract refers to.

    Looked at anew whenever it is asked, so a parent that comes late takes its rows off the list.
    """
    return " UNION ALL ".join(
        _orphans(contract.dataset, column.name, *column.references)
        for column in contract.columns
        if column.references
    )


def _orphans(dataset: str, column: str, parent: str, parent_column: str) -> str:
    child = f"{SchemaName.RAW}.{current_view_name(dataset)}"
    parents = f"{SchemaName.RAW}.{current_view_name(parent)}"
    value, key = f"CHILD.{column.upper()}", f"PARENT.{parent_column.upper()}"
    # S608: every name comes from a compiled contract, which allows letters, digits, underscores.
    return (
        f"SELECT '{column}' AS COLUMN_NAME, '{parent}.{parent_column}' AS REFERENCE, "  # noqa: S608
        f"CAST({value} AS VARCHAR) AS VALUE, COUNT(*) AS ROW_COUNT FROM {child} AS CHILD "
        f"LEFT JOIN {parents} AS PARENT ON {key} = {value} "
        f"WHERE {value} IS NOT NULL AND {key} IS NULL GROUP BY {value}"
    )


def _winning_row(contract: Contract) -> str:
    match contract.merge:
        case MergeMode.UPSERT:
            key = ", ".join(name.upper() for name in contract.key)
            return (
                f"ROW_NUMBER() OVER (PARTITION BY {key} "
                f"ORDER BY {_descending((*_ORDER, LOADED_AT))}) = 1"
            )
        case MergeMode.REPLACE_FILE:
            return (
                f"DENSE_RANK() OVER (PARTITION BY {_KEY} "
                f"ORDER BY {_descending((_MODIFIED_AT, _VERSION))}) = 1 "
                f"AND ROW_NUMBER() OVER (PARTITION BY {_KEY}, {_VERSION}, {_LINE} "
                f"ORDER BY {_descending((LOADED_AT,))}) = 1"
            )


def _descending(columns: Iterable[str]) -> str:
    return ", ".join(f"{column} DESC" for column in columns)
