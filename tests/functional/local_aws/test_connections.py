"""The AWS port keeps a client's connection, whatever a request left unread or had no body."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_cloud.aws.gateway.listener import Listener
from tests.functional.local_aws.conftest import new_settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def _echo(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    if environ["PATH_INFO"] == "/broken":
        raise ZeroDivisionError
    if environ["PATH_INFO"] == "/empty":
        start_response("204 No Content", [])
        return []
    unread = environ["PATH_INFO"] == "/unread"
    body = b"" if unread else environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode(), b" ", body]


@pytest.fixture
def connection(
    tmp_path: Path,
) -> Iterator[http.client.HTTPConnection]:
    settings = new_settings(tmp_path)
    listener = Listener(settings, _echo)
    listener.start()
    client = http.client.HTTPConnection(settings.host, settings.aws_port, timeout=10)
    client.connect()
    yield client
    listener.stop()


def _ask(client: http.client.HTTPConnection, *request: object, **more: object) -> tuple[int, bytes]:
    client.request(*request, **more)  # pyright: ignore[reportArgumentType]
    answer = client.getresponse()
    return answer.status, answer.read()


def test_requests_of_every_form_share_one_connection(
    connection: http.client.HTTPConnection,
) -> None:
    kept = connection.sock

    assert _ask(connection, "PUT", "/", b"x" * 100_000) == (200, b"PUT " + b"x" * 100_000)
    assert _ask(connection, "PUT", "/unread", b"GET / HTTP/1.1\r\n\r\n") == (200, b"PUT ")
    assert _ask(connection, "HEAD", "/") == (200, b"")
    assert _ask(connection, "POST", "/empty", b"x") == (204, b"")
    chunks = iter([b"ab", b"cd"])
    assert _ask(connection, "PUT", "/", chunks, encode_chunked=True) == (200, b"PUT abcd")
    chunks = iter([b"ab", b"cd"])
    assert _ask(connection, "PUT", "/unread", chunks, encode_chunked=True) == (200, b"PUT ")
    assert _ask(connection, "GET", "/") == (200, b"GET ")

    assert connection.sock is kept


def test_the_body_is_asked_for_once(connection: http.client.HTTPConnection) -> None:
    raw: socket.socket = connection.sock
    raw.sendall(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert raw.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    raw.sendall(b"ok")
    assert raw.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_fault_of_the_application_is_answered_and_ends_the_connection(
    connection: http.client.HTTPConnection,
) -> None:
    connection.request("GET", "/broken")
    answer = connection.getresponse()
    assert answer.status == 500
    assert answer.headers["Connection"] == "close"


def test_a_stopped_listener_ends_its_connections(tmp_path: Path) -> None:
    settings = new_settings(tmp_path)
    listener = Listener(settings, _echo)
    listener.start()
    with socket.create_connection((settings.host, settings.aws_port), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
        listener.stop()
        assert raw.recv(1000) == b""
