"""Update or replace, for what lies in a schema, and for grants."""

from __future__ import annotations

from local_cloud.providers.values import Properties
from tests.unit.local_snowflake.decision import (
    MISSING,
    Decision,
    Verdict,
    replaces,
    row,
    same,
    updates,
)
from tests.unit.local_snowflake.decisions import (
    FORMAT,
    GRANT,
    ICEBERG,
    PIPE,
    ROLE_GRANT,
    STAGE,
    TABLE,
    VIEW,
)

_COMMENT = ("before", "after")
_NAME = ("A", "B")
_QUOTES = ('"A"', "A")
_FLAG = ("false", "true")
_COPY = "COPY INTO T FROM @S/t/"

LOADING = (
    *updates(
        STAGE,
        comment=_COMMENT,
        name=_NAME,
        storageIntegration=("I", "J"),
        url=("s3://a/", "s3://b/"),
    ),
    *replaces(STAGE, database=_NAME, schema=_NAME),
    # ForceNewIfChangeToEmptyString("storage_integration")
    row(STAGE, "storageIntegration", ("I", MISSING), Verdict.REPLACE, "taken out"),
    *same(STAGE, name=_QUOTES, database=_QUOTES, schema=_QUOTES, storageIntegration=_QUOTES),
    *updates(
        FORMAT,
        binaryAsText=_FLAG,
        comment=_COMMENT,
        compression=("AUTO", "SNAPPY"),
        name=_NAME,
        nullIfs=(["x"], ["y"]),
        replaceInvalidCharacters=_FLAG,
        trimSpace=_FLAG,
        useLogicalType=_FLAG,
        useVectorizedScanner=_FLAG,
    ),
    *replaces(FORMAT, database=_NAME, schema=_NAME),
    *same(FORMAT, name=_QUOTES, database=_QUOTES, schema=_QUOTES, compression=("auto", "AUTO")),
    *updates(PIPE, comment=_COMMENT, errorIntegration=_NAME),
    *replaces(
        PIPE,
        autoIngest=(False, True),
        copyStatement=(_COPY, "COPY INTO U FROM @S/t/"),
        database=_NAME,
        name=_NAME,
        schema=_NAME,
    ),
    *same(PIPE, autoIngest=(False, MISSING)),
    # pipeCopyStatementDiffSuppress: line ends, a semicolon at the very end, outer blanks.
    row(PIPE, "copyStatement", (f"{_COPY}\r\n;\n", f"  {_COPY}"), Verdict.NONE, "outer blanks"),
    row(PIPE, "copyStatement", (f"{_COPY};  ", _COPY), Verdict.REPLACE, "blanks after the end"),
    row(PIPE, "copyStatement", (_COPY.lower(), _COPY), Verdict.REPLACE, "another case"),
    # No suppressIdentifierQuoting in pipe.go.
    *(row(PIPE, one, _QUOTES, Verdict.REPLACE, "quotes") for one in ("database", "name", "schema")),
)

RELATIONS = (
    *updates(
        TABLE,
        changeTracking=(False, True),
        comment=_COMMENT,
        dataRetentionTimeInDays=(1, 2),
        name=_NAME,
    ),
    *replaces(TABLE, database=_NAME, schema=_NAME),
    *same(TABLE, name=_QUOTES, changeTracking=(False, MISSING)),
    *(row(TABLE, name, _QUOTES, Verdict.REPLACE, "quotes") for name in ("database", "schema")),
    *(
        row(TABLE, f"columns.{name}", pair, Verdict.UPDATE)
        for name, pair in {
            "comment": _COMMENT,
            "default.constant": ("1", "2"),
            "default.expression": ("CURRENT_DATE()", "CURRENT_TIME()"),
            "name": _NAME,
            "nullable": (True, False),
            "type": ("NUMBER(19,0)", "NUMBER(38,0)"),
        }.items()
    ),
    row(TABLE, "columns.type", ("int", "NUMBER(38, 0)"), Verdict.NONE, "another spelling"),
    row(TABLE, "columns.type", ("CHAR", "VARCHAR(1)"), Verdict.NONE, "a synonym"),
    row(TABLE, "columns.nullable", (True, MISSING), Verdict.NONE, "the default taken out"),
    *updates(
        VIEW,
        comment=_COMMENT,
        isSecure=_FLAG,
        name=_NAME,
        statement=("SELECT 1 AS A", "SELECT 2 AS A"),
    ),
    *replaces(VIEW, database=_NAME, schema=_NAME),
    *same(VIEW, name=_QUOTES, database=_QUOTES, schema=_QUOTES),
    # DiffSuppressStatement: blanks and case do not count.
    row(VIEW, "statement", ("SELECT 1\n  AS A", "select 1 as a"), Verdict.NONE, "blanks, case"),
    # IgnoreAfterCreation
    row(VIEW, "copyGrants", (True, False), Verdict.NONE),
    *(
        row(VIEW, f"columns.{name}", pair, Verdict.UPDATE)
        for name, pair in {"columnName": _NAME, "comment": _COMMENT}.items()
    ),
    # IgnoreNewEmptyListOrSubfields
    row(VIEW, "columns", ([{"columnName": "A"}], MISSING), Verdict.NONE, "taken out"),
    *updates(ICEBERG, autoRefresh=_FLAG, comment=_COMMENT, replaceInvalidCharacters=(False, True)),
    *replaces(
        ICEBERG,
        catalog=_NAME,
        catalogNamespace=("raw", "curated"),
        catalogTableName=("t", "u"),
        database=_NAME,
        externalVolume=_NAME,
        name=_NAME,
        schema=_NAME,
    ),
    row(ICEBERG, "catalogNamespace", ("raw", MISSING), Verdict.REPLACE, "taken out"),
    *same(ICEBERG, catalog=_QUOTES, externalVolume=_QUOTES, name=_QUOTES, database=_QUOTES),
    *same(ICEBERG, schema=_QUOTES, autoRefresh=("false", MISSING)),
)


def _swapped(old: Properties, new: Properties, name: str) -> Decision:
    return Decision(
        resource_type=GRANT,
        input=name,
        old=old,
        new=new,
        verdict=Verdict.REPLACE,
        note="another kind of target",
    )


_PATHS = ('"A"."S"', '"B"."S"')
_PATH_QUOTES = ('"A"."S"', "A.S")
_SCHEMA_OBJECT = "onSchemaObject"
_GROUPS = ("all", "future")

GRANTS = (
    *replaces(ROLE_GRANT, parentRoleName=_NAME, roleName=_NAME, userName=_NAME),
    # No suppressIdentifierQuoting in grant_account_role.go.
    *(
        row(ROLE_GRANT, name, _QUOTES, Verdict.REPLACE, "quotes")
        for name in ("parentRoleName", "roleName", "userName")
    ),
    *updates(GRANT, allPrivileges=(False, True), privileges=(["SELECT"], ["INSERT"])),
    *replaces(GRANT, accountRoleName=_NAME, onAccount=(False, True), withGrantOption=(False, True)),
    *same(GRANT, accountRoleName=_QUOTES, withGrantOption=(False, MISSING)),
    row(GRANT, "privileges", (["A", "B"], ["B", "A"]), Verdict.NONE, "another order"),
    row(GRANT, "accountRoleName", ("A", "a"), Verdict.REPLACE, "another case"),
    row(GRANT, "onAccountObject.objectName", _NAME, Verdict.REPLACE),
    row(GRANT, "onAccountObject.objectName", _QUOTES, Verdict.NONE, "quotes"),
    row(GRANT, "onAccountObject.objectType", ("DATABASE", "WAREHOUSE"), Verdict.REPLACE),
    *(
        decision
        for name, pair, quotes in (
            ("onSchema.allSchemasInDatabase", _NAME, _QUOTES),
            ("onSchema.futureSchemasInDatabase", _NAME, _QUOTES),
            ("onSchema.schemaName", _PATHS, _PATH_QUOTES),
            *((f"{_SCHEMA_OBJECT}.{one}.inDatabase", _NAME, _QUOTES) for one in _GROUPS),
            *((f"{_SCHEMA_OBJECT}.{one}.inSchema", _PATHS, _PATH_QUOTES) for one in _GROUPS),
            (f"{_SCHEMA_OBJECT}.objectName", ("A.S.T", "A.S.U"), ("A.S.T", '"A"."S"."T"')),
        )
        for decision in (
            row(GRANT, name, pair, Verdict.REPLACE),
            row(GRANT, name, quotes, Verdict.NONE, "quotes"),
        )
    ),
    row(GRANT, f"{_SCHEMA_OBJECT}.objectType", ("TABLE", "VIEW"), Verdict.REPLACE),
    *(
        decision
        for one in _GROUPS
        for decision in (
            row(
                GRANT,
                f"{_SCHEMA_OBJECT}.{one}.objectTypePlural",
                ("TABLES", "VIEWS"),
                Verdict.REPLACE,
            ),
            row(
                GRANT,
                f"{_SCHEMA_OBJECT}.{one}.objectTypePlural",
                ("tables", "TABLES"),
                Verdict.REPLACE,
                "another case",
            ),
        )
    ),
    _swapped({"onAccount": True}, {"onSchema": {"schemaName": "A.S"}}, "onSchema"),
)
