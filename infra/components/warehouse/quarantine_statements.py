"""The SQL of quarantined rows in Snowflake, as text: what is copied, and what a row's status is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.components.warehouse.names import (
    FILE_FORMAT,
    QUARANTINE_DECISIONS,
    QUARANTINE_STAGE,
    QUARANTINED_ROWS,
    SchemaName,
)
from infra.components.warehouse.statements import LOADED_AT
from tarn.contract.schemas import FieldSpec
from tarn.quarantine import DECISION_COLUMNS, QUARANTINE_COLUMNS, DecisionStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPES: Final = {
    "string": "VARCHAR",
    "bigint": "NUMBER(38,0)",
    "timestamp": "TIMESTAMP_LTZ(6)",
}
_SOURCE: Final = "SOURCE_BUCKET, SOURCE_KEY, SOURCE_VERSION"
_SHOWN: Final = (
    "DATASET",
    "SOURCE_BUCKET",
    "SOURCE_KEY",
    "SOURCE_VERSION",
    "LINE",
    "RULES",
    "VIOLATIONS",
    "RAW_ROW",
    "CONTRACT_HASH",
)


def rows_columns() -> list[FieldSpec]:
    """Columns of the table of quarantined rows: the files', then when Snowpipe loaded the row.

    The bytes of a row that is no valid UTF-8 stay in its file: nobody queries them in SQL.
    """
    return _columns(column for column in QUARANTINE_COLUMNS if column.type != "binary")


def decisions_columns() -> list[FieldSpec]:
    """Columns of the table of decisions about them."""
    return _columns(DECISION_COLUMNS)


def quarantine_copy_statement(*, database: str, table: str, prefix: str) -> str:
    """What a pipe runs for every new file under a prefix of the quarantine bucket."""
    raw = f"{database}.{SchemaName.RAW}"
    return (
        f"COPY INTO {raw}.{table} FROM @{raw}.{QUARANTINE_STAGE}/{prefix} "
        f"FILE_FORMAT = (FORMAT_NAME = '{raw}.{FILE_FORMAT}') "
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE "
        f"INCLUDE_METADATA = ({LOADED_AT} = METADATA$START_SCAN_TIME)"
    )


def quarantine_statement() -> str:
    """Select every quarantined source row once, with its status and who gave it.

    A row is ``resolved`` when another contract has decided about its file since and does not reject
    it any more, ``discarded`` when somebody said so, and ``open`` otherwise.
    """
    raw = SchemaName.RAW
    # S608: every name is a constant of ours.
    decided = (
        f"SELECT {_SOURCE}, CONTRACT_HASH, DECIDED_BY, {LOADED_AT} "  # noqa: S608
        f"FROM {raw}.{QUARANTINE_DECISIONS} WHERE STATUS = '{DecisionStatus.DECIDED}' "
        f"QUALIFY ROW_NUMBER() OVER (PARTITION BY {_SOURCE} "
        f"ORDER BY DECISION DESC, {LOADED_AT} DESC) = 1"
    )
    discarded = (
        f"SELECT {_SOURCE}, LINE, MAX(DECIDED_BY) AS DECIDED_BY, MAX(DECIDED_AT) AS DECIDED_AT, "  # noqa: S608
        f"MAX(NOTE) AS NOTE FROM {raw}.{QUARANTINE_DECISIONS} "
        f"WHERE STATUS = '{DecisionStatus.DISCARDED}' GROUP BY {_SOURCE}, LINE"
    )
    shown = ", ".join(f"R.{name}" for name in _SHOWN)
    resolved = "(C.CONTRACT_HASH IS NOT NULL AND C.CONTRACT_HASH <> R.CONTRACT_HASH)"
    is_discarded = "COALESCE(L.DECIDED_BY, F.DECIDED_BY) IS NOT NULL"
    return (
        f"SELECT {shown}, "  # noqa: S608
        f"CASE WHEN {resolved} THEN 'resolved' WHEN {is_discarded} THEN 'discarded' "
        "ELSE 'open' END AS STATUS, "
        f"CASE WHEN {resolved} THEN C.DECIDED_BY "
        "ELSE COALESCE(L.DECIDED_BY, F.DECIDED_BY) END AS DECIDED_BY, "
        f"CASE WHEN {resolved} THEN C.{LOADED_AT} "
        "ELSE COALESCE(L.DECIDED_AT, F.DECIDED_AT) END AS DECIDED_AT, "
        f"CASE WHEN {resolved} THEN NULL ELSE COALESCE(L.NOTE, F.NOTE) END AS NOTE, "
        f"R.{LOADED_AT} AS QUARANTINED_AT "
        f"FROM {raw}.{QUARANTINED_ROWS} AS R "
        f"LEFT JOIN ({decided}) AS C ON {_same_source('C')} "
        f"LEFT JOIN ({discarded}) AS L ON {_same_source('L')} AND L.LINE = R.LINE "
        f"LEFT JOIN ({discarded}) AS F ON {_same_source('F')} AND F.LINE IS NULL "
        "QUALIFY ROW_NUMBER() OVER (PARTITION BY R.SOURCE_BUCKET, R.SOURCE_KEY, R.SOURCE_VERSION, "
        f"R.LINE, R.RAW_ROW ORDER BY CASE WHEN {resolved} THEN 1 ELSE 0 END, "
        f"R.{LOADED_AT} DESC) = 1"
    )


def _columns(fields: Iterable[FieldSpec]) -> list[FieldSpec]:
    return [
        *(
            FieldSpec(
                name=field.name.upper(),
                type=_TYPES.get(field.type, "VARIANT"),
                comment=field.comment,
            )
            for field in fields
        ),
        FieldSpec(
            name=LOADED_AT,
            type="TIMESTAMP_LTZ(6)",
            comment="When Snowpipe began to scan the file of the row.",
        ),
    ]


def _same_source(alias: str) -> str:
    return " AND ".join(f"{alias}.{name} = R.{name}" for name in _SOURCE.split(", "))
