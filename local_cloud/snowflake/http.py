"""Snowflake's HTTP protocol, as far as drivers use it: login, query, session.

Every answer is HTTP 200 with ``success`` true or false: a driver retries anything else for
minutes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.authentication import LoginRefusedError
from local_cloud.snowflake.context import Context
from local_cloud.snowflake.engine import QueryAnswer
from local_cloud.snowflake.errors import SnowflakeSqlError, StatementUnsupportedError
from local_cloud.snowflake.executor import described, execute
from local_cloud.snowflake.faults import Answer, StatementFaults, login, statement
from local_cloud.snowflake.login import log_in
from local_cloud.snowflake.requests import QueryRequest, document, query_request
from local_cloud.snowflake.results import Cell, CellType, Result, ResultColumn
from local_cloud.snowflake.session import Session

SERVER_VERSION: Final = "10.0.0"
_INTERNAL: Final = 603
_SELECT: Final = 4096
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_COUNT_COLUMNS: Final = ("number of rows ", "number of multi-joined")


def application(account: Account) -> Starlette:
    """Build the ASGI application of one account."""
    api = _Api(account)
    return Starlette(
        routes=[
            Route("/session/v1/login-request", api.login, methods=["POST"]),
            Route("/session", api.session, methods=["POST"]),
            Route("/session/heartbeat", api.session, methods=["POST"]),
            Route("/session/token-request", api.session, methods=["POST"]),
            Route("/queries/v1/query-request", api.query, methods=["POST"]),
            Route("/queries/v1/abort-request", api.abort, methods=["POST"]),
            Route("/telemetry/send", api.telemetry, methods=["POST"]),
            Route("/{path:path}", api.unknown, methods=[*_METHODS]),
        ]
    )


class _Api:
    def __init__(self, account: Account) -> None:
        self._account = account
        self._faults = StatementFaults()

    async def login(self, request: Request) -> Response:
        try:
            given = (await document(request)).get("data")
        except SnowflakeSqlError as error:
            return self._refused(error, "login")
        data = cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else {}
        parameters = dict(request.query_params)
        run: Answer = partial(self._log_in, data, parameters)
        if self._faults.armed:
            occasion = login(str(data.get("LOGIN_NAME")), parameters.get("roleName", ""))
            run = partial(self._faults.answer, occasion, _request_id(request), run)
        return await run_in_threadpool(run)

    def _log_in(self, data: Mapping[str, Any], parameters: Mapping[str, str]) -> Response:
        try:
            session = log_in(self._account, data, parameters)
        except LoginRefusedError as error:
            return _refusal(code=error.code, sqlstate=error.sqlstate, message=str(error))
        except Exception as error:  # noqa: BLE001 - see _refused
            return self._refused(error, "login")
        return JSONResponse({"data": _login_data(session), "success": True})

    async def session(self, request: Request) -> JSONResponse:
        session = self._session_of(request)
        if session is None:
            return _logged_out()
        if request.query_params.get("delete"):
            self._account.sessions.pop(session.token, None)
            await run_in_threadpool(session.engine.close)
        return JSONResponse({"data": None, "code": None, "message": None, "success": True})

    async def telemetry(self, _: Request) -> JSONResponse:
        return JSONResponse({"data": None, "code": None, "message": None, "success": True})

    async def abort(self, request: Request) -> JSONResponse:
        """Cancel the statement that a request of the session runs."""
        session = self._session_of(request)
        if session is None:
            return _logged_out()
        try:
            session.cancel(str((await document(request)).get("requestId") or ""))
        except SnowflakeSqlError as error:
            return self._refused(error, "abort")
        return JSONResponse({"data": None, "code": None, "message": None, "success": True})

    async def unknown(self, request: Request) -> JSONResponse:
        what = f"{request.method} {request.url.path}"
        return self._refused(StatementUnsupportedError(what=what), what)

    async def query(self, request: Request) -> Response:
        session = self._session_of(request)
        if session is None:
            return _logged_out()
        try:
            asked = query_request(await document(request))
        except Exception as error:  # noqa: BLE001 - see _refused
            return self._refused(error, "query")
        run: Answer = partial(self._run, session, asked, _request_id(request))
        if self._faults.armed:
            occasion = statement(session, asked.sql)
            run = partial(self._faults.answer, occasion, _request_id(request), run)
        return await run_in_threadpool(run)

    def _run(self, session: Session, asked: QueryRequest, request_id: str) -> JSONResponse:
        try:
            with session.running(request_id):
                return self._answer(session, asked)
        except Exception as error:  # noqa: BLE001 - see _refused
            return self._refused(error, asked.sql)

    def _refused(self, error: Exception, statement: str) -> JSONResponse:
        """Answer with an error: an HTTP 500 would be retried for minutes."""
        if isinstance(error, RecursionError):
            error = StatementUnsupportedError(what="a statement nested so deeply")
        if isinstance(error, SnowflakeSqlError):
            return _refusal(
                code=f"{error.code:06d}", sqlstate=error.sqlstate, message=error.message
            )
        self._account.journal.record(
            "snowflake", "internal error", statement=statement[:500], reason=repr(error)
        )
        message = (
            f"SQL execution internal error: the local Snowflake failed on this statement: "
            f"{error!r}. This is a fault of the local cloud, not of the statement."
        )
        return _refusal(code=f"{_INTERNAL:06d}", sqlstate="XX000", message=message)

    def _answer(self, session: Session, asked: QueryRequest) -> JSONResponse:
        sql = described(asked.sql) if asked.describe_only else asked.sql
        context = Context(account=self._account, session=session, sql=sql)
        answer = execute(context, asked.rows[0])
        affected = answer.affected if isinstance(answer, QueryAnswer) else 0
        for row in asked.rows[1:]:
            answer = execute(context, row)
            affected += answer.affected if isinstance(answer, QueryAnswer) else 0
        data = _query_data(answer, affected) if isinstance(answer, QueryAnswer) else _data(answer)
        return JSONResponse(
            {
                "data": {
                    "parameters": [{"name": "TIMEZONE", "value": "Etc/UTC"}],
                    "queryId": str(uuid.uuid4()),
                    "finalDatabaseName": session.database,
                    "finalSchemaName": session.schema,
                    "finalRoleName": session.role,
                    "finalWarehouseName": session.warehouse,
                    **data,
                },
                "success": True,
            }
        )

    def _session_of(self, request: Request) -> Session | None:
        given = request.headers.get("Authorization", "")
        token = given.partition('Token="')[2].rstrip('"')
        session = self._account.sessions.get(token)
        if session is None or self._account.admits(session.user):
            return session
        # A user who is gone or disabled works no further, also where they are logged in.
        self._account.sessions.pop(token, None)
        return None


def _request_id(request: Request) -> str:
    return request.query_params.get("requestId") or request.query_params.get("request_id", "")


def _login_data(session: Session) -> dict[str, object]:
    return {
        "token": session.token,
        "masterToken": session.token,
        "serverVersion": SERVER_VERSION,
        "parameters": [
            {"name": "AUTOCOMMIT", "value": True},
            {"name": "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY", "value": 3600},
            {"name": "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "value": 0},
            {"name": "CLIENT_TELEMETRY_ENABLED", "value": False},
            {"name": "TIMEZONE", "value": "Etc/UTC"},
        ],
        "sessionInfo": {
            "databaseName": session.database,
            "schemaName": session.schema,
            "warehouseName": session.warehouse,
            "roleName": session.role,
        },
    }


def _refusal(*, code: str, sqlstate: str, message: str) -> JSONResponse:
    return JSONResponse(
        {
            "data": {"errorCode": code, "sqlState": sqlstate, "queryId": str(uuid.uuid4())},
            "code": code,
            "message": message,
            "success": False,
        }
    )


def _logged_out() -> JSONResponse:
    message = "User must login again to access the service."
    return _refusal(code="390104", sqlstate="08001", message=message)


def _query_data(answer: QueryAnswer, affected: int) -> dict[str, object]:
    names = [column["name"] for column in answer.rowtype]
    if names and names[0].startswith(_COUNT_COLUMNS):
        # Drivers read the counts of changed rows from JSON, not from Arrow.
        cells = [list(row.values()) for row in answer.table.to_pylist()]
        rowset = [[None if cell is None else str(cell) for cell in row] for row in cells]
        if len(names) == 1:
            rowset = [[str(affected)]]
        return {
            "rowtype": answer.rowtype,
            "rowset": rowset,
            "total": len(rowset),
            "queryResultFormat": "json",
            "statementTypeId": 0x3100,
        }
    return {
        "rowtype": answer.rowtype,
        "rowsetBase64": answer.base64(),
        "total": answer.table.num_rows,
        "queryResultFormat": "arrow",
        "statementTypeId": _SELECT,
    }


def _data(result: Result) -> dict[str, object]:
    return {
        "rowtype": [_rowtype(column) for column in result.columns],
        "rowset": [[_cell(cell) for cell in row] for row in result.rows],
        "total": len(result.rows),
        "returned": len(result.rows),
        "queryResultFormat": "json",
        "statementTypeId": _SELECT,
    }


def _rowtype(column: ResultColumn) -> dict[str, object]:
    scale = {CellType.FIXED: 0, CellType.TIMESTAMP: 3}.get(column.type)
    return {
        "name": column.name,
        "database": "",
        "schema": "",
        "table": "",
        "nullable": True,
        "type": column.type.value,
        "byteLength": None,
        "length": 16777216 if column.type is CellType.TEXT else None,
        "scale": scale,
        "precision": 38 if column.type is CellType.FIXED else None,
        "collation": None,
    }


def _cell(cell: Cell) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return f"{Decimal(cell.timestamp()):.3f}"
    return str(cell)
