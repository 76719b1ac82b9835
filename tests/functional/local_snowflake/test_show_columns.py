"""SHOW and DESCRIBE answer with the columns of Snowflake's reference, in its order."""

from __future__ import annotations

import pytest

from tests.functional.local_snowflake.account import TestAccount

IN_SCHEMA = "created_on name database_name schema_name"
DESCRIBED_COLUMNS = (
    "name type kind null? default primary·key unique·key check expression comment policy·name "
    "privacy·domain"
)
PROPERTIES = "property property_type property_value property_default"
PIPE = "definition owner notification_channel comment integration pattern error_integration"

# Each row: the statement, its columns, and the page of docs.snowflake.com/en/sql-reference/sql
# that lists them. A dot stands for a blank within a name.
CASES = (
    (
        "SHOW STAGES",
        f"{IN_SCHEMA} url has_credentials has_encryption_key owner comment region type cloud "
        "notification_channel storage_integration endpoint owner_role_type directory_enabled",
        "show-stages",
    ),
    ("SHOW PIPES", f"{IN_SCHEMA} {PIPE} owner_role_type invalid_reason kind", "show-pipes"),
    ("DESC PIPE {schema}.P", f"{IN_SCHEMA} {PIPE} invalid_reason kind", "desc-pipe"),
    (
        "SHOW FILE FORMATS",
        f"{IN_SCHEMA} type owner comment format_options owner_role_type",
        "show-file-formats",
    ),
    (
        "SHOW TABLES",
        f"{IN_SCHEMA} kind comment cluster_by rows bytes owner retention_time "
        "automatic_clustering change_tracking search_optimization search_optimization_progress "
        "search_optimization_bytes is_external enable_schema_evolution owner_role_type is_event "
        "is_hybrid is_iceberg is_immutable",
        "show-tables",
    ),
    ("SHOW TERSE TABLES", "created_on name kind database_name schema_name", "show-tables"),
    (
        "SHOW VIEWS",
        "created_on name reserved database_name schema_name owner comment text is_secure "
        "is_materialized owner_role_type change_tracking",
        "show-views",
    ),
    ("SHOW TERSE VIEWS", "created_on name kind database_name schema_name", "show-views"),
    (
        "SHOW ICEBERG TABLES",
        f"{IN_SCHEMA} owner external_volume_name catalog_name iceberg_table_type "
        "catalog_table_name catalog_namespace base_location can_write_metadata comment "
        "name_mapping owner_role_type catalog_sync_name auto_refresh_status partition_specs "
        "current_partition_spec_id",
        "show-iceberg-tables",
    ),
    ("DESC TABLE {schema}.T", DESCRIBED_COLUMNS, "desc-table"),
    ("DESC VIEW {schema}.V", DESCRIBED_COLUMNS, "desc-view"),
    ("DESC STAGE {schema}.LAKE", f"parent_property {PROPERTIES}", "desc-stage"),
    ("DESC FILE FORMAT {schema}.PARQUET", PROPERTIES, "desc-file-format"),
)


@pytest.fixture(scope="module")
def schema(lone_account: TestAccount) -> str:
    """A schema with one object of each kind, without AWS."""
    schema = f"{lone_account.database}.RAW"
    lone_account.admin.rows(
        "CREATE STORAGE INTEGRATION SHOWN TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' "
        "ENABLED = TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::000000000000:role/r' "
        "STORAGE_ALLOWED_LOCATIONS = ('s3://b/')"
    )
    lone_account.admin.rows(
        f"CREATE STAGE {schema}.LAKE URL = 's3://b/' STORAGE_INTEGRATION = SHOWN"
    )
    lone_account.admin.rows(f"CREATE VIEW {schema}.V AS SELECT ID FROM {lone_account.table}")
    lone_account.admin.rows(
        f"CREATE PIPE {schema}.P AS COPY INTO {lone_account.table} FROM @{schema}.LAKE "
        f"FILE_FORMAT = (FORMAT_NAME = '{lone_account.file_format}') PATTERN = '.*[.]parquet' "
        "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE"
    )
    return schema


@pytest.mark.parametrize(
    ("statement", "columns", "page"), CASES, ids=[statement for statement, _, _ in CASES]
)
def test_columns_are_those_of_the_reference(
    lone_account: TestAccount, schema: str, statement: str, columns: str, page: str
) -> None:
    wanted = [name.replace("·", " ") for name in columns.split()]
    sql = statement.format(schema=schema)
    asked = sql if sql.startswith("DESC") else f"{sql} IN SCHEMA {schema}"
    assert lone_account.admin.columns(asked) == wanted, f"see {page}"


def test_a_pipe_shows_its_pattern(lone_account: TestAccount, schema: str) -> None:
    (row,) = lone_account.admin.records(f"SHOW PIPES IN SCHEMA {schema}")
    assert (row["pattern"], row["invalid_reason"]) == (".*[.]parquet", None)
