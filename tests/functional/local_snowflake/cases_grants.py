"""Who holds what: grants of roles and of privileges, on every kind of target."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.providers.snowflake.sql import quoted
from local_cloud.providers.values import Properties, Value
from tests.functional.local_snowflake.account import TestAccount
from tests.functional.local_snowflake.snowflake_case import SnowflakeCase, named
from tests.functional.providers.engine import Managed
from tests.functional.providers.life import Description

PRIVILEGES = "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"
ROLE = "snowflake:index/grantAccountRole:GrantAccountRole"
Words = Callable[[TestAccount], str]


def role(account: TestAccount, name: str = "G") -> str:
    """A role that exists."""
    found = named(account, name)
    account.admin.rows(f'CREATE ROLE IF NOT EXISTS "{found}"')
    return found


def _schema(account: TestAccount) -> str:
    return quoted(account.database, "RAW")


def _table(account: TestAccount) -> str:
    return account.table


def _held(show: Words) -> Callable[[TestAccount, Managed], Description | None]:
    """Ask the account which privileges a role holds on the target."""

    def ask(account: TestAccount, managed: Managed) -> Description | None:
        holder = str(managed.inputs["accountRoleName"]).strip('"')
        shown = account.admin.records(show(account))
        rows = [row for row in shown if row["grantee_name"] == holder]
        if not rows:
            return None
        return {
            "account_role_name": holder,
            "privileges": sorted(str(row["privilege"]) for row in rows),
            "all_privileges": len(rows) > 1,
            "with_grant_option": rows[0]["grant_option"],
        }

    return ask


def _revoked(privilege: str, words: Words) -> Callable[[TestAccount, Managed], object]:
    return lambda account, managed: account.admin.rows(
        f"REVOKE {privilege} ON {words(account)} FROM ROLE"
        f' "{str(managed.inputs["accountRoleName"]).strip(chr(34))}"'
    )


def _on(
    title: str,
    target: Callable[[TestAccount], Properties],
    privileges: tuple[str, str],
    show: Words,
    words: Words,
    *,
    holder: str = "G",
) -> SnowflakeCase:
    first, second = privileges
    given: list[Value] = [second, first]
    one: list[Value] = [first]
    return SnowflakeCase(
        title=title,
        resource_type=PRIVILEGES,
        inputs=lambda a: {
            "accountRoleName": role(a, holder),
            "privileges": given,
            **target(a),
        },
        describe=_held(show),
        meddle=_revoked(first, words),
        drift=frozenset({"privileges"}),
        changes=lambda _: {"privileges": one},
        replacing=lambda a: {"accountRoleName": role(a, "H"), "withGrantOption": True},
        # Of two grants to one role on one target, deleting the old one takes from the new one too.
        planned=frozenset({"withGrantOption"}),
        kept=frozenset({"onAccount", "onAccountObject", "onSchema", "onSchemaObject"}),
        unsettable=frozenset({"privileges"}),
        empties=True,
    )


def _future(plural: str) -> Callable[[TestAccount], Properties]:
    return lambda a: {
        "onSchemaObject": {"future": {"objectTypePlural": plural, "inSchema": _schema(a)}}
    }


def _promised(plural: str, privileges: tuple[str, str]) -> SnowflakeCase:
    return _on(
        f"future {plural.lower()}",
        _future(plural),
        privileges,
        lambda a: f"SHOW FUTURE GRANTS IN SCHEMA {_schema(a)}",
        lambda a: f"FUTURE {plural} IN SCHEMA {_schema(a)}",
    )


def _lower(account: TestAccount) -> str:
    name = f"lower_{account.suffix}"
    account.admin.rows(f'CREATE SCHEMA IF NOT EXISTS {account.database}."{name}"')
    return f'{account.database}."{name}"'


_TARGETS = (
    _on(
        "database",
        lambda a: {"onAccountObject": {"objectType": "DATABASE", "objectName": a.database}},
        ("USAGE", "MONITOR"),
        lambda a: f"SHOW GRANTS ON DATABASE {a.database}",
        lambda a: f"DATABASE {a.database}",
    ),
    _on(
        "warehouse",
        lambda _: {"onAccountObject": {"objectType": "WAREHOUSE", "objectName": "COMPUTE_WH"}},
        ("USAGE", "OPERATE"),
        lambda _: "SHOW GRANTS ON WAREHOUSE COMPUTE_WH",
        lambda _: "WAREHOUSE COMPUTE_WH",
    ),
    _on(
        "schema",
        lambda a: {"onSchema": {"schemaName": _schema(a)}},
        ("USAGE", "CREATE TABLE"),
        lambda a: f"SHOW GRANTS ON SCHEMA {_schema(a)}",
        lambda a: f"SCHEMA {_schema(a)}",
    ),
    _on(
        "lower case",
        lambda a: {"onSchema": {"schemaName": _lower(a)}},
        ("USAGE", "MONITOR"),
        lambda a: f"SHOW GRANTS ON SCHEMA {_lower(a)}",
        lambda a: f"SCHEMA {_lower(a)}",
        holder="g_lower",
    ),
    _on(
        "table",
        lambda a: {"onSchemaObject": {"objectType": "TABLE", "objectName": _table(a)}},
        ("SELECT", "INSERT"),
        lambda a: f"SHOW GRANTS ON TABLE {_table(a)}",
        lambda a: f"TABLE {_table(a)}",
    ),
    _promised("TABLES", ("SELECT", "INSERT")),
    _promised("ICEBERG TABLES", ("SELECT", "INSERT")),
    _promised("DYNAMIC TABLES", ("SELECT", "MONITOR")),
    _on(
        "future schemas",
        lambda a: {"onSchema": {"futureSchemasInDatabase": a.database}},
        ("USAGE", "MONITOR"),
        lambda a: f"SHOW FUTURE GRANTS IN DATABASE {a.database}",
        lambda a: f"FUTURE SCHEMAS IN DATABASE {a.database}",
    ),
    _on(
        "account",
        lambda _: {"onAccount": True},
        ("MONITOR USAGE", "EXECUTE TASK"),
        lambda _: "SHOW GRANTS ON ACCOUNT",
        lambda _: "ACCOUNT",
    ),
)


def _holders(account: TestAccount, managed: Managed) -> Description | None:
    granted = str(managed.inputs["roleName"])
    for row in account.admin.records(f"SHOW GRANTS OF ROLE {granted}"):
        column, name = (
            ("user_name", "userName")
            if row["granted_to"] == "USER"
            else ("parent_role_name", "parentRoleName")
        )
        if row["grantee_name"] == managed.inputs.get(name):
            return {"role_name": granted, column: row["grantee_name"]}
    return None


def _role_case(
    title: str, holder: str, one: str, other: Callable[[TestAccount], str]
) -> SnowflakeCase:
    return SnowflakeCase(
        title=title,
        resource_type=ROLE,
        inputs=lambda a: {"roleName": role(a), holder: one},
        describe=_holders,
        replacing=lambda a: {"roleName": role(a, "H"), holder: other(a)},
        untried=frozenset({"parentRoleName", "userName"} - {holder}),
    )


def _user(account: TestAccount) -> str:
    name = named(account, "U")
    account.admin.rows(f"CREATE USER IF NOT EXISTS {name}")
    return name


CASES = (
    *_TARGETS,
    _role_case("role", "parentRoleName", "SYSADMIN", lambda a: role(a, "PARENT")),
    _role_case("user", "userName", "TARN_ADMIN", _user),
)
