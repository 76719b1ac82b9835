"""A small client of Snowflake's HTTP protocol: log in, run a statement, read rows.

The driver would do, but importing it costs more than the whole plugin may take to start.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from typing import Any, Final, cast

from local_cloud.providers.errors import BackendRefusedError

Record = Mapping[str, str | None]

MISSING: Final = frozenset({"002003", "002043"})
"""Codes of an object that does not exist, or not for this role."""

ACCOUNT_NAME: Final = "LOCAL"
"""How the plugin calls the one account behind its port."""

_TIMEOUT_SECONDS: Final = 120


@dataclass(frozen=True, kw_only=True)
class Login:
    """Where and as whom to connect."""

    host: str
    port: int
    user: str
    role: str
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)

    def proof(self) -> dict[str, str]:
        """Return what a login request says of its user."""
        if not self.private_key:
            return {"LOGIN_NAME": self.user, "PASSWORD": self.password}
        # The key's library takes a tenth of a second to import: only who logs in so pays it.
        from local_cloud.providers.snowflake.key_pair import signed_token

        token = signed_token(self.user, self.private_key, self.passphrase)
        return {
            "ACCOUNT_NAME": ACCOUNT_NAME,
            "LOGIN_NAME": self.user,
            "AUTHENTICATOR": "SNOWFLAKE_JWT",
            "TOKEN": token,
        }


@dataclass(kw_only=True)
class SnowflakeConnection:
    """Sessions of one login, one a thread; statements of different threads run side by side."""

    login: Login
    _local: threading.local = field(default_factory=threading.local, repr=False)

    def execute(self, sql: str) -> list[Record]:
        """Run a statement and return its rows; a refusal names the statement's first words."""
        answer = self._query(sql)
        if not answer.get("success"):
            raise _refused(sql=sql, answer=answer)
        data = cast("dict[str, Any]", answer["data"])
        names = [str(column["name"]) for column in data.get("rowtype", [])]
        return [dict(zip(names, row, strict=True)) for row in data.get("rowset") or []]

    def find(self, sql: str) -> list[Record] | None:
        """Run a statement about one object; None when the object is not there."""
        try:
            return self.execute(sql)
        except BackendRefusedError as error:
            if error.code in MISSING:
                return None
            raise

    def _query(self, sql: str) -> dict[str, Any]:
        token: str | None = getattr(self._local, "token", None)
        if token is None:
            token = self._log_in()
        path = f"/queries/v1/query-request?requestId={uuid.uuid4()}"
        return self._post(path, {"sqlText": sql}, token)

    def _log_in(self) -> str:
        path = f"/session/v1/login-request?roleName={self.login.role}"
        answer = self._post(path, {"data": self.login.proof()}, None)
        if not answer.get("success"):
            raise _refused(sql="login", answer=answer)
        token = str(cast("dict[str, Any]", answer["data"])["token"])
        self._local.token = token
        return token

    def _post(self, path: str, body: Mapping[str, object], token: str | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f'Snowflake Token="{token}"'
        try:
            return self._exchange(path, json.dumps(body), headers)
        except (OSError, HTTPException, ValueError) as error:
            self._local.http = None
            where = f"{self.login.host}:{self.login.port}"
            reason = f"no answer from the local Snowflake on {where}: {error}"
            raise BackendRefusedError(operation="connect", code="250001", message=reason) from error

    def _exchange(self, path: str, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
        reused = getattr(self._local, "http", None) is not None
        http = self._http()
        try:
            http.request("POST", path, body, dict(headers))
            return cast("dict[str, Any]", json.loads(http.getresponse().read()))
        except (BrokenPipeError, ConnectionResetError, RemoteDisconnected):
            self._local.http = None
            if not reused:
                raise
        # The server had closed the kept connection before it saw this statement.
        return self._exchange(path, body, headers)

    def _http(self) -> HTTPConnection:
        kept: HTTPConnection | None = getattr(self._local, "http", None)
        if kept is None:
            kept = HTTPConnection(self.login.host, self.login.port, timeout=_TIMEOUT_SECONDS)
            self._local.http = kept
        return kept


def _refused(*, sql: str, answer: Mapping[str, Any]) -> BackendRefusedError:
    operation = " ".join(sql.split()[:6])
    return BackendRefusedError(operation, str(answer.get("code")), str(answer.get("message")))
