"""Warm workers: kept while their function stays as it is, up to a number for each function."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.functions.model import FunctionConfiguration
from local_cloud.aws.functions.worker import Worker
from tarn.errors import RetryableError

_IDLE_SECONDS: Final = 300.0
_LIFE_SECONDS: Final = 6 * 3600.0
"""Well within the 12 hours for which a worker's credentials are good."""
_REAP_SECONDS: Final = 30.0


class StoppingError(RetryableError):
    """No worker is handed out while the local cloud ends."""

    def __init__(self, function: str) -> None:
        super().__init__(f"{function} was not invoked: the local cloud is being stopped.")


class ThrottledError(ApiRefusalError):
    """As many calls of a function run as it reserves concurrency for, or it reserves none."""

    def __init__(self, function: str, reserved: int) -> None:
        super().__init__(
            f"Rate Exceeded. (Tarn's local cloud: {function} reserves a concurrency of {reserved})",
            code="TooManyRequestsException",
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
        self.reserved = reserved


StartWorker = Callable[[FunctionConfiguration], Worker]


@dataclass
class _Places:
    """The workers of one function (by ARN): idle ones, and how many are busy."""

    idle: list[Worker] = field(default_factory=list)
    busy: int = 0
    waiting: int = 0
    fingerprint: str = ""


class WorkerPool:
    """Hands out workers; ``acquire`` waits while the function has its full number of them."""

    def __init__(self, start_worker: StartWorker, *, per_function: int | None = None) -> None:
        self._start_worker = start_worker
        self._per_function = per_function or max(2, os.cpu_count() or 2)
        self._changed = threading.Condition()
        self._places: dict[str, _Places] = {}
        self._stopped = threading.Event()

    @property
    def per_function(self) -> int:
        """The most workers that one function may have at a time."""
        return self._per_function

    def start(self) -> None:
        """Begin to end workers that have been idle for long."""
        threading.Thread(target=self._reap_forever, name="worker-reaper", daemon=True).start()

    def stop(self) -> None:
        """End every idle worker; busy ones end with the process's children."""
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
            idle = [worker for places in self._places.values() for worker in places.idle]
            for places in self._places.values():
                places.idle.clear()
        for worker in idle:
            worker.kill()

    def acquire(
        self, configuration: FunctionConfiguration, *, reserved: int | None = None
    ) -> Worker:
        """Return a worker of exactly this configuration, warm if there is one.

        reserved: the concurrency that the function reserves. Raises ``ThrottledError`` beyond it.
        """
        stale: list[Worker] = []
        with self._changed:
            places = self._places.setdefault(configuration.arn, _Places())
            if reserved is not None and places.busy + places.waiting >= reserved:
                raise ThrottledError(configuration.name, reserved)
            places.waiting += 1
            self._changed.wait_for(
                lambda: places.busy < self._per_function or self._stopped.is_set()
            )
            places.waiting -= 1
            if self._stopped.is_set():
                raise StoppingError(configuration.name)
            if places.fingerprint != configuration.fingerprint:
                stale, places.idle = places.idle, []
                places.fingerprint = configuration.fingerprint
            worker = places.idle.pop() if places.idle else None
            places.busy += 1
        for old in stale:
            old.kill()
        if worker is not None and worker.alive:
            return worker
        try:
            return self._start_worker(configuration)
        except BaseException:
            self._leave(configuration.arn)
            raise

    def release(self, worker: Worker, *, reusable: bool) -> None:
        """Give a worker back. One that is not reusable has been ended by itself."""
        configuration = worker.configuration
        worker.idle_since = time.monotonic()
        with self._changed:
            places = self._places[configuration.arn]
            current = places.fingerprint == configuration.fingerprint
            young = worker.idle_since - worker.started_at < _LIFE_SECONDS
            keep = reusable and current and young and not self._stopped.is_set()
            if keep:
                places.idle.append(worker)
        self._leave(configuration.arn)
        if reusable and not keep:
            worker.kill()

    def forget(self, arn: str) -> None:
        """End the idle workers of a function that has gone."""
        with self._changed:
            places = self._places.get(arn)
            idle, kept = (places.idle, []) if places else ([], [])
            if places:
                places.idle = kept
                places.fingerprint = ""
        for worker in idle:
            worker.kill()

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many workers each function has, by ARN."""
        with self._changed:
            return {
                arn: {"idle": len(places.idle), "busy": places.busy}
                for arn, places in self._places.items()
            }

    def _leave(self, arn: str) -> None:
        with self._changed:
            self._places[arn].busy -= 1
            self._changed.notify_all()

    def _reap_forever(self) -> None:
        while not self._stopped.wait(_REAP_SECONDS):
            self._reap(time.monotonic() - _IDLE_SECONDS)

    def _reap(self, idle_before: float) -> None:
        with self._changed:
            old: list[Worker] = []
            for places in self._places.values():
                old += [each for each in places.idle if each.idle_since < idle_before]
                places.idle = [each for each in places.idle if each.idle_since >= idle_before]
        for worker in old:
            worker.kill()
