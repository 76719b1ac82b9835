"""Reads an Iceberg table the way Snowflake does: its entry in Glue, then its files in S3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.snowflake.aws import CustomerAws, RoleTrust
from local_cloud.snowflake.column_types import LONGEST_BINARY, LONGEST_TEXT, ColumnDeclaration
from local_cloud.snowflake.errors import (
    SnowflakeSqlError,
    StatementUnsupportedError,
    storage_failure,
)

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES: Final = {
    "boolean": "BOOLEAN",
    "int": "NUMBER(10,0)",
    "long": "NUMBER(19,0)",
    "float": "FLOAT",
    "double": "FLOAT",
    "date": "DATE",
    "time": "TIME(6)",
    "timestamp": "TIMESTAMP_NTZ(6)",
    "timestamptz": "TIMESTAMP_LTZ(6)",
    "string": f"VARCHAR({LONGEST_TEXT})",
    "uuid": "BINARY(16)",
    "binary": f"BINARY({LONGEST_BINARY})",
}


@dataclass(frozen=True, kw_only=True)
class CatalogEntry:
    """Where Glue says that a table's present metadata is."""

    catalog_id: str
    database: str
    table: str

    @property
    def name(self) -> str:
        """The table as messages name it."""
        return f"Glue table {self.database}.{self.table}"


@dataclass(frozen=True, kw_only=True)
class IcebergSnapshot:
    """A table's rows at one metadata file."""

    metadata_location: str
    snapshot_id: int | None
    columns: tuple[ColumnDeclaration, ...]
    rows: pa.Table


def metadata_locations(
    aws: CustomerAws, trust: RoleTrust, catalog_id: str, database: str
) -> dict[str, str]:
    """Return table name to metadata location for every Iceberg table of a Glue database."""
    pages = aws.client("glue", trust).get_paginator("get_tables")
    found: dict[str, str] = {}
    try:
        for page in pages.paginate(CatalogId=catalog_id, DatabaseName=database):
            for one in page["TableList"]:
                location = one.get("Parameters", {}).get("metadata_location")
                if location:
                    found[one["Name"]] = location
    except (ClientError, BotoCoreError) as error:
        what = f"Glue database {database}"
        raise _refused(what, trust, error) from error
    return found


def metadata_location(aws: CustomerAws, trust: RoleTrust, entry: CatalogEntry) -> str:
    """Return the location of a table's present metadata file."""
    try:
        answer = aws.client("glue", trust).get_table(
            CatalogId=entry.catalog_id, DatabaseName=entry.database, Name=entry.table
        )
    except (ClientError, BotoCoreError) as error:
        raise _refused(entry.name, trust, error) from error
    parameters: Mapping[str, str] = answer["Table"].get("Parameters", {})
    location = parameters.get("metadata_location")
    if not location:
        raise SnowflakeSqlError(
            code=94112,
            sqlstate="55000",
            message=f"{entry.name} is not an Iceberg table: it has no metadata_location. Create "
            "it with open_table_format_input, or let a job create it.",
        )
    return location


def read_snapshot(aws: CustomerAws, trust: RoleTrust, location: str) -> IcebergSnapshot:
    """Read a table's present rows through the external volume's role."""
    from pyiceberg.table import StaticTable

    try:
        # Snowflake asks where the bucket is, so that its documentation wants the permission.
        bucket = location.removeprefix("s3://").partition("/")[0]
        aws.client("s3", trust).get_bucket_location(Bucket=bucket)
        table = StaticTable.from_metadata(location, properties=_file_access(aws, trust))
        snapshot = table.current_snapshot()
        rows = table.scan().to_arrow()
    except (OSError, ClientError, BotoCoreError, ValueError) as error:
        raise _refused(location, trust, error) from error
    return IcebergSnapshot(
        metadata_location=location,
        snapshot_id=snapshot.snapshot_id if snapshot else None,
        columns=tuple(_column(field) for field in table.schema().fields),
        rows=rows.rename_columns([name.upper() for name in rows.column_names]),
    )


def _file_access(aws: CustomerAws, trust: RoleTrust) -> dict[str, str]:
    credentials = aws.credentials(trust)
    return {
        "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
        "s3.endpoint": aws.settings.aws_endpoint,
        "s3.region": aws.settings.region,
        "s3.access-key-id": credentials["AccessKeyId"],
        "s3.secret-access-key": credentials["SecretAccessKey"],
        "s3.session-token": credentials["SessionToken"],
        "s3.force-virtual-addressing": "false",
    }


def _column(field: Any) -> ColumnDeclaration:  # noqa: ANN401 - pyiceberg's field
    return ColumnDeclaration(
        name=str(field.name).upper(),
        type=_snowflake_type(str(field.field_type)),
        nullable=not field.required,
        comment=field.doc or "",
    )


def _snowflake_type(name: str) -> str:
    if name.startswith("decimal("):
        return "NUMBER" + name.removeprefix("decimal").replace(" ", "")
    if name.startswith("fixed["):
        return f"BINARY({name.removeprefix('fixed[').removesuffix(']')})"
    if name not in _TYPES:
        raise StatementUnsupportedError(what=f"Iceberg type {name}")
    return _TYPES[name]


def _refused(what: str, trust: RoleTrust, error: Exception) -> SnowflakeSqlError:
    return storage_failure(
        what=trust.used_by,
        reason=f"{what} cannot be read with role {trust.role_arn}: {error}. "
        "Check the role's permissions.",
    )
