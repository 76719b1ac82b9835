"""The control API: what the local cloud says about itself, under ``/_tarn/`` on the AWS port.

GET /_tarn/health            who answers: instance id, process id
GET /_tarn/status            services, queues, functions, workers
GET /_tarn/events?last=N     the last entries of the journal
GET /_tarn/decisions         which requests were allowed or refused, by which statements of policies
GET /_tarn/limits            what is refused, and what is stored without effect
GET /_tarn/clock             the cloud's time, and how far it is ahead of real time
POST /_tarn/clock            {"advance": "14d"}: let time pass at once; answers as GET does
/_tarn/faults                the fault rules: see local_cloud/faults/control.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Protocol, cast
from urllib.parse import parse_qs

from local_cloud.clock import Clock, ClockError, span_of
from local_cloud.faults import control as fault_rules
from local_cloud.faults.registry import FAULTS
from local_cloud.journal import Journal
from local_cloud.limits import LIMITS
from local_cloud.service import Service
from local_cloud.settings import LocalCloudSettings
from tarn.errors import PermanentError

PREFIX: Final = "/_tarn/"
_DEFAULT_EVENTS: Final = 50

_LONGEST_BODY: Final = 4096

Environ = Mapping[str, object]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, kw_only=True)
class CloudDescription:
    """What the control API tells. ``services`` grows while the cloud starts."""

    settings: LocalCloudSettings
    instance_id: str
    journal: Journal
    services: Sequence[Service]
    clock: Clock = field(default_factory=Clock)

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


class _Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _ControlRefusedError(PermanentError):
    """A request that the control API does not answer."""

    def __init__(self, *, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlApi:
    """A WSGI application that reads; it also advances the clock, and adds and clears faults."""

    def __init__(
        self, description: CloudDescription, pages: Mapping[str, Callable[[], object]] | None = None
    ) -> None:
        """Serve the description, and further pages that a service of the process adds."""
        self._description = description
        self._pages = pages or {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        page = str(environ.get("PATH_INFO")).removeprefix(PREFIX)
        status = HTTPStatus.OK
        try:
            if page.partition("/")[0] == fault_rules.PAGE:
                method = str(environ["REQUEST_METHOD"])
                content = _content(environ, most=fault_rules.LONGEST_BODY)
                status, answer = fault_rules.answer(FAULTS, method, page, content)
            elif environ.get("REQUEST_METHOD") == "POST":
                answer = self._act(page, _document(environ))
            else:
                answer = self._answer(page, str(environ.get("QUERY_STRING", "")))
        except _ControlRefusedError as refusal:
            status, answer = refusal.status, {"error": str(refusal)}
        except ClockError as error:
            status, answer = HTTPStatus.BAD_REQUEST, {"error": str(error)}
        body = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _act(self, page: str, document: Mapping[str, object]) -> object:
        if page != "clock":
            raise _no_such_page()
        clock = self._description.clock
        step = str(document.get("advance", ""))
        now = clock.advance(span_of(step))
        self._description.journal.record("clock", "advanced", by=step, now=now.isoformat())
        return clock.to_json()

    def _answer(self, page: str, query: str) -> object:
        match page:
            case "health":
                return self._description.health()
            case "status":
                return self._description.status()
            case "events":
                last = int(parse_qs(query).get("last", [str(_DEFAULT_EVENTS)])[0])
                return [entry.to_json() for entry in self._description.journal.entries(last)]
            case "limits":
                return [limit.to_json() for limit in LIMITS.all()]
            case "clock":
                return self._description.clock.to_json()
            case other:
                added = self._pages.get(other)
                if added is None:
                    raise _no_such_page()
                return added()


def _no_such_page() -> _ControlRefusedError:
    return _ControlRefusedError(
        status=HTTPStatus.NOT_FOUND, message="The local cloud has no such page."
    )


def _content(environ: Environ, *, most: int) -> bytes:
    """Read a request's body; one that is too long counts as empty."""
    size = str(environ.get("CONTENT_LENGTH") or "0")
    if not size.isdigit() or int(size) > most:
        return b""
    return cast("_Body", environ["wsgi.input"]).read(int(size))


def _document(environ: Environ) -> Mapping[str, object]:
    """Read the JSON object that a request carries."""
    try:
        document = cast("object", json.loads(_content(environ, most=_LONGEST_BODY)))
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise _ControlRefusedError(
            status=HTTPStatus.BAD_REQUEST,
            message=f"The body must be a JSON object of at most {_LONGEST_BODY} bytes.",
        )
    return cast("dict[str, object]", document)
