"""Which process acts with which access key, and which runs what: found in order to be killed."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from local_cloud.children import CHILDREN
from local_cloud.faults.actions import RUN_ACTIONS
from local_cloud.faults.matching import Occasion
from local_cloud.faults.registry import FAULTS, Injection


class CallerProcesses:
    """Thread-safe: the child that was given an access key of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pids: dict[str, int] = {}

    def add(self, access_key_id: str, pid: int) -> None:
        """Remember who acts with a key."""
        with self._lock:
            self._pids[access_key_id] = pid

    def kill_holder(self, access_key_id: str) -> bool:
        """Kill the child that acts with a key; False when no child does, e.g. for a user's key."""
        with self._lock:
            pid = self._pids.pop(access_key_id, None)
        return pid is not None and CHILDREN.kill_process(pid)


PROCESSES: Final = CallerProcesses()
"""The processes that this cloud started with credentials."""


@contextmanager
def running(service: str, name: str, pid: int) -> Generator[None]:
    """Kill the enclosed run's process when a rule says so and the run still lasts then."""
    if not FAULTS.armed:
        yield
        return
    occasion = Occasion(service=service, operation="Run", resources=(name,))
    ended = threading.Event()
    for injection in FAULTS.decide(occasion, RUN_ACTIONS):
        threading.Thread(target=_kill, args=(injection, pid, ended), daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _kill(injection: Injection, pid: int, ended: threading.Event) -> None:
    lasts = not ended.wait(injection.seconds)
    if lasts and not injection.lifted.is_set():
        CHILDREN.kill_process(pid)
