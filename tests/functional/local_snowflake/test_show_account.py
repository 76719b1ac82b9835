"""SHOW and DESCRIBE of what an account has, with the columns of Snowflake's reference in order."""

from __future__ import annotations

import pytest

from tests.functional.local_snowflake.account import TestAccount, User
from tests.functional.local_snowflake.test_login import key, public

GRANT = "created_on privilege granted_on name granted_to grantee_name grant_option granted_by"
HOLDER = "created_on role granted_to grantee_name granted_by"
INTEGRATION = "name type category enabled comment created_on"
PROPERTIES = "property property_type property_value property_default"

# Each row: the statement, its columns, and the page of docs.snowflake.com/en/sql-reference/sql
# that lists them.
CASES = (
    (
        "SHOW WAREHOUSES",
        "name state type size min_cluster_count max_cluster_count started_clusters running queued "
        "is_default is_current auto_suspend auto_resume available provisioning quiescing other "
        "created_on resumed_on updated_on owner comment enable_query_acceleration "
        "query_acceleration_max_scale_factor resource_monitor actives pendings failed suspended "
        "uuid scaling_policy budget owner_role_type resource_constraint generation",
        "show-warehouses",
    ),
    ("DESC WAREHOUSE COMPUTE_WH", "created_on name kind", "desc-warehouse"),
    (
        "SHOW RESOURCE MONITORS",
        "name credit_quota used_credits remaining_credits level frequency start_time end_time "
        "notify_at suspend_at suspend_immediately_at created_on owner comment notify_users",
        "show-resource-monitors",
    ),
    (
        "SHOW ROLES",
        "created_on name is_default is_current is_inherited assigned_to_users granted_to_roles "
        "granted_roles owner comment",
        "show-roles",
    ),
    (
        "SHOW USERS",
        "name created_on login_name display_name first_name last_name email mins_to_unlock "
        "days_to_expiry comment disabled must_change_password snowflake_lock default_warehouse "
        "default_namespace default_role default_secondary_roles ext_authn_duo ext_authn_uid "
        "mins_to_bypass_mfa owner last_success_login expires_at_time locked_until_time "
        "has_password has_rsa_public_key type has_mfa has_pat "
        "has_federated_workload_authentication",
        "show-users",
    ),
    ("DESC USER TARN_ADMIN", "property value default description", "desc-user"),
    ("SHOW INTEGRATIONS", INTEGRATION, "show-integrations"),
    ("SHOW STORAGE INTEGRATIONS", INTEGRATION, "show-integrations"),
    ("SHOW CATALOG INTEGRATIONS", INTEGRATION, "show-catalog-integrations"),
    ("SHOW EXTERNAL VOLUMES", "name allow_writes comment", "show-external-volumes"),
    ("DESC INTEGRATION SHOWN_TOO", PROPERTIES, "desc-integration"),
    ("SHOW GRANTS", HOLDER, "show-grants"),
    ("SHOW GRANTS ON ACCOUNT", GRANT, "show-grants"),
    ("SHOW GRANTS ON WAREHOUSE COMPUTE_WH", GRANT, "show-grants"),
    ("SHOW GRANTS TO ROLE SYSADMIN", GRANT, "show-grants"),
    ("SHOW GRANTS TO USER TARN_ADMIN", HOLDER, "show-grants"),
    ("SHOW GRANTS OF ROLE SYSADMIN", HOLDER, "show-grants"),
    (
        "SHOW FUTURE GRANTS IN DATABASE {database}",
        "created_on privilege grant_on name grant_to grantee_name grant_option",
        "show-grants",
    ),
)


@pytest.fixture(scope="module")
def admin(lone_admin: User) -> User:
    """The administrator of an account with an integration."""
    lone_admin.rows(
        "CREATE STORAGE INTEGRATION IF NOT EXISTS SHOWN_TOO TYPE = EXTERNAL_STAGE "
        "STORAGE_PROVIDER = 'S3' ENABLED = TRUE "
        "STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::000000000000:role/r' "
        "STORAGE_ALLOWED_LOCATIONS = ('s3://b/')"
    )
    return lone_admin


@pytest.mark.parametrize(("statement", "columns", "page"), CASES, ids=[one for one, _, _ in CASES])
def test_columns_are_those_of_the_reference(
    admin: User, lone: TestAccount, statement: str, columns: str, page: str
) -> None:
    shown = admin.columns(statement.format(database=lone.database))
    assert shown == columns.split(), f"see {page}"


def test_roles_and_warehouses_say_what_they_are_to_the_session(lone: TestAccount) -> None:
    lone.admin.rows("USE WAREHOUSE COMPUTE_WH")
    roles = {row["name"]: row for row in lone.admin.records("SHOW ROLES")}
    marks = ("is_default", "is_current", "is_inherited")
    assert [roles["ACCOUNTADMIN"][mark] for mark in marks] == ["Y", "Y", "N"]
    assert [roles["SYSADMIN"][mark] for mark in marks] == ["N", "N", "Y"]
    warehouse = lone.admin.shown("WAREHOUSES", "COMPUTE_WH")
    assert (warehouse["is_default"], warehouse["is_current"]) == ("Y", "Y")


def test_a_user_is_described_without_its_secrets(lone: TestAccount) -> None:
    name = f"SECRET_{lone.suffix.upper()}"
    lone.admin.rows(
        f"CREATE USER {name} PASSWORD = 'very secret' RSA_PUBLIC_KEY = '{public(key(0))}'"
    )
    rows = lone.admin.records(f"DESC USER {name}")
    described = {row["property"]: row["value"] for row in rows}
    assert (described["NAME"], described["PASSWORD"]) == (name, "********")
    assert str(described["RSA_PUBLIC_KEY_FP"]).startswith("SHA256:")
    assert "very secret" not in str(rows) + str(lone.admin.rows("SHOW USERS"))
    assert lone.admin.shown("USERS", name)["has_rsa_public_key"] == "true"
