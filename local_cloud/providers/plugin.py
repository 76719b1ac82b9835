"""A plugin's process: serve the engine that started it, and end with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc

from local_cloud.local_state import StateBinding
from local_cloud.providers.adapter import Backend
from local_cloud.providers.protocol import provider_pb2_grpc
from local_cloud.providers.provider import Provider
from local_cloud.providers.servicer import Servicer

ENGINE = "TARN_ENGINE_PID"
"""The variable that names the process of the engine that started a plugin."""
_THREADS = 64
_PARENT_CHECK_SECONDS = 0.5
_MESSAGE_BYTES = 400 * 1024 * 1024  # the engine's own limit


def start(
    provider: Provider[Backend], binding: StateBinding | None = None
) -> tuple[grpc.Server, int]:
    """Serve a provider on a free loopback port; the server and its port."""
    options = [
        ("grpc.max_receive_message_length", _MESSAGE_BYTES),
        ("grpc.max_send_message_length", _MESSAGE_BYTES),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider, binding), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(provider: Provider[Backend]) -> None:
    """Tell the engine the port, then serve until the engine is gone."""
    ended = threading.Event()
    # The engine gives every plugin a process group of its own, so Ctrl-C in a terminal never comes
    # here: SIGINT is the engine's word that all is done. It waits 5 s for each plugin that does
    # not heed it (sdk/go/common/resource/plugin/plugin.go, ExecPlugin).
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    # The engine may have been killed before this line, so the script that starts the plugin says
    # who it was.
    engine = int(os.environ.get(ENGINE, os.getppid()))
    server, port = start(provider, StateBinding.of(os.environ))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # An engine that was killed, or cut off by a pipe, never says goodbye: its plugins are handed
    # to another parent and would otherwise serve nobody for ever.
    while not ended.wait(_PARENT_CHECK_SECONDS):
        if os.getppid() != engine:
            break
    server.stop(grace=None)
