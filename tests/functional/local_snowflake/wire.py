"""Snowflake's protocol without the driver: what is sent is what the test says."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from local_cloud.settings import LocalCloudSettings


class Wire:
    """One connection; every answer must be HTTP 200, for drivers retry anything else."""

    def __init__(self, settings: LocalCloudSettings) -> None:
        self._settings = settings
        self.token: str | None = None

    def send(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Post bytes and return the status and the bytes of the answer."""
        connection = http.client.HTTPConnection(
            self._settings.host, self._settings.snowflake_port, timeout=30
        )
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token is not None and "Authorization" not in sent:
            sent["Authorization"] = f'Snowflake Token="{self.token}"'
        try:
            connection.request("POST", path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Post bytes and return the document of the answer."""
        status, answer = self.send(path, body, headers)
        assert status == 200, (status, answer)
        return json.loads(answer)

    def log_in(
        self, data: Mapping[str, Any], parameters: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Log in with these data; later requests carry the session's token."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        body = json.dumps({"data": data}).encode()
        answer = self.ask(f"/session/v1/login-request{query}", body)
        if answer["success"]:
            self.token = answer["data"]["token"]
        return answer

    def query(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Run the statement of a document."""
        return self.ask("/queries/v1/query-request", json.dumps(document).encode())
