"""The control API: what the local cloud says about itself, under ``/_tarn/`` on the AWS port.

GET /_tarn/health            who answers: instance id, process id
GET /_tarn/status            services, queues, functions, workers
GET /_tarn/events?last=N     the last entries of the journal
GET /_tarn/decisions         which requests were allowed or refused, by which statements of policies
GET /_tarn/limits            what is refused, and what is stored without effect
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from local_cloud.journal import Journal
from local_cloud.limits import LIMITS
from local_cloud.service import Service
from local_cloud.settings import LocalCloudSettings

PREFIX: Final = "/_tarn/"
_DEFAULT_EVENTS: Final = 50

Environ = Mapping[str, object]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, kw_only=True)
class CloudDescription:
    """What the control API tells. ``services`` grows while the cloud starts."""

    settings: LocalCloudSettings
    instance_id: str
    journal: Journal
    services: Sequence[Service]

    def health(self) -> dict[str, object]:
        """Say who answers."""
        return {"instance_id": self.instance_id, "pid": os.getpid()}

    def status(self) -> dict[str, object]:
        """Say what runs, and where."""
        return {
            **self.health(),
            "home": str(self.settings.home),
            "aws_endpoint": self.settings.aws_endpoint,
            "snowflake_endpoint": self.settings.snowflake_endpoint,
            "account_id": self.settings.account_id,
            "region": self.settings.region,
            "services": {service.name: dict(service.status()) for service in self.services},
        }


class ControlApi:
    """A WSGI application that only reads."""

    def __init__(
        self, description: CloudDescription, pages: Mapping[str, Callable[[], object]] | None = None
    ) -> None:
        """Serve the description, and further pages that a service of the process adds."""
        self._description = description
        self._pages = pages or {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer = self._answer(str(environ.get("PATH_INFO")), str(environ.get("QUERY_STRING", "")))
        if answer is None:
            status, answer = "404 Not Found", {"error": "The local cloud has no such page."}
        else:
            status = "200 OK"
        body = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [body]

    def _answer(self, path: str, query: str) -> object:
        match path.removeprefix(PREFIX):
            case "health":
                return self._description.health()
            case "status":
                return self._description.status()
            case "events":
                last = int(parse_qs(query).get("last", [str(_DEFAULT_EVENTS)])[0])
                return [entry.to_json() for entry in self._description.journal.entries(last)]
            case "limits":
                return [limit.to_json() for limit in LIMITS.all()]
            case other:
                page = self._pages.get(other)
                return page() if page is not None else None
