"""Event source mappings: from queues to functions, batch by batch."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, cast

from moto.awslambda.models import LambdaBackend
from moto.backends import get_backend

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.functions.invoker import FunctionInvoker
from local_cloud.aws.functions.queue_permissions import require_deleting, require_polling
from local_cloud.aws.gateway.faults import internal_call
from local_cloud.aws.patching import replace
from local_cloud.aws.queues import receive, wait_for_message, wake
from local_cloud.journal import Journal

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping, LambdaFunction
    from moto.sqs.models import Message, Queue

_RECEIVE_MOST: Final = 10
"""Messages of one ReceiveMessage call; a larger batch takes several."""
_IDLE_SECONDS: Final = 20.0
_DENIED_SECONDS: Final = 2.0
"""How long to wait before asking again for what the role is not allowed."""
_BATCH_BYTES: Final = 6 * 1024 * 1024


class EventSourceMappings:
    """Follows the mappings that moto holds, and polls for each enabled one."""

    def __init__(self, functions: FunctionInvoker, journal: Journal) -> None:
        self._functions = functions
        self._journal = journal
        self._lock = threading.Lock()
        self._pollers: dict[str, QueuePoller] = {}

    def start(self) -> None:
        """Hear of every mapping that is made, changed or removed."""
        create = LambdaBackend.create_event_source_mapping
        delete = LambdaBackend.delete_event_source_mapping

        def created(backend: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
            mapping = create(backend, spec)
            self._follow(mapping)
            return mapping

        def deleted(backend: LambdaBackend, uuid: str) -> EventSourceMapping | None:
            self._forget(uuid)
            return delete(backend, uuid)

        replace(LambdaBackend, "create_event_source_mapping", created)
        replace(LambdaBackend, "delete_event_source_mapping", deleted)

    def stop(self) -> None:
        """Poll no more; batches under way are abandoned and become visible again."""
        with self._lock:
            pollers = list(self._pollers.values())
            self._pollers.clear()
        for poller in pollers:
            poller.stop()

    def status(self) -> Mapping[str, object]:
        """Return what each mapping does now, by its id."""
        with self._lock:
            return {uuid: poller.status() for uuid, poller in self._pollers.items()}

    def _follow(self, mapping: EventSourceMapping) -> None:
        poller = QueuePoller(mapping, self._functions, self._journal)
        with self._lock:
            self._pollers[mapping.uuid] = poller
        poller.start()

    def _forget(self, uuid: str) -> None:
        with self._lock:
            poller = self._pollers.pop(uuid, None)
        if poller is not None:
            poller.stop()


class QueuePoller:
    """Polls one queue for one function, from one thread; batches run in their own threads."""

    def __init__(
        self, mapping: EventSourceMapping, functions: FunctionInvoker, journal: Journal
    ) -> None:
        self._mapping = mapping
        self._functions = functions
        self._journal = journal
        self._stopped = threading.Event()
        self._running = 0
        self._freed = threading.Condition()
        self._executor = ThreadPoolExecutor(
            functions.pool.per_function, thread_name_prefix="event-source"
        )

    def start(self) -> None:
        """Poll from now on."""
        threading.Thread(target=self._poll_forever, name="queue-poller", daemon=True).start()

    def stop(self) -> None:
        """Poll no more."""
        self._stopped.set()
        queue = self._queue()
        if queue is not None:
            wake(queue)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def status(self) -> dict[str, object]:
        """Say which queue feeds which function, and how many batches run."""
        return {
            "queue": self._mapping.event_source_arn,
            "function": self._mapping.function_arn,
            "enabled": bool(self._mapping.enabled),
            "batches_running": self._running,
        }

    @property
    def _concurrency(self) -> int:
        """The mapping's maximum concurrency, within what this machine runs at a time."""
        scaling = cast("dict[str, int]", self._mapping.scaling_config or {})
        return min(
            scaling.get("MaximumConcurrency", self._functions.pool.per_function),
            self._functions.pool.per_function,
        )

    def _queue(self) -> Queue | None:
        region, account_id, name = self._mapping.event_source_arn.split(":")[3:6]
        return get_backend("sqs")[account_id][region].queues.get(name)

    def _function(self) -> LambdaFunction:
        region, account_id = self._mapping.function_arn.split(":")[3:5]
        backend = get_backend("lambda")[account_id][region]
        return backend.get_function(self._mapping.function_arn)

    def _role(self) -> str:
        return self._function().role

    def _poll_forever(self) -> None:
        while not self._stopped.is_set():
            with self._freed:
                self._freed.wait_for(lambda: self._running < self._concurrency)
            queue = self._queue()
            if queue is None or not self._mapping.enabled:
                self._stopped.wait(1.0)
                continue
            try:
                batch = self._next_batch(queue)
            except ApiRefusalError as refusal:
                self._journal.record("event-source", refusal.message, queue=queue.name)
                self._stopped.wait(_DENIED_SECONDS)
                continue
            if batch:
                with self._freed:
                    self._running += 1
                self._executor.submit(self._run, queue, batch)

    def _next_batch(self, queue: Queue) -> list[Message]:
        """Wait for a message, then gather until the batch is full or its window has passed."""
        if not wait_for_message(queue, _IDLE_SECONDS, self._stopped):
            return []
        role = self._role()
        require_polling(role, queue)
        window = float(self._mapping.max_batch_window or 0)
        batch: list[Message] = []
        deadline = None
        while not self._stopped.is_set() and len(batch) < self._mapping.batch_size:
            most = min(_RECEIVE_MOST, self._mapping.batch_size - len(batch))
            with internal_call(
                "sqs", "ReceiveMessage", resource_arn=queue.queue_arn, role_arn=role
            ):
                received = receive(queue, most)
            batch += received
            if received and deadline is None:
                deadline = time.monotonic() + window
            if sum(len(message.body) for message in batch) > _BATCH_BYTES:
                break
            if not received:
                if deadline is not None and time.monotonic() >= deadline:
                    break
                wait = _IDLE_SECONDS if deadline is None else deadline - time.monotonic()
                if not wait_for_message(queue, wait, self._stopped) and deadline is None:
                    break
        return batch

    def _run(self, queue: Queue, batch: Sequence[Message]) -> None:
        try:
            self._invoke(queue, batch)
        except Exception as error:  # noqa: BLE001 - the messages come back; the poller goes on
            self._journal.record(
                "event-source", f"batch failed: {error}", function=self._mapping.function_arn
            )
        finally:
            with self._freed:
                self._running -= 1
                self._freed.notify_all()

    def _invoke(self, queue: Queue, batch: Sequence[Message]) -> None:
        function = self._function()
        records = [_record(message, queue) for message in batch]
        result = self._functions.invoke(function, json.dumps({"Records": records}).encode())
        failed = {message.id for message in batch} if not result.succeeded else set[str]()
        if result.succeeded and "ReportBatchItemFailures" in (
            self._mapping.function_response_types or []
        ):
            failed = failed_ids(result.payload, {message.id for message in batch})
        done = [message for message in batch if message.id not in failed]
        if done:
            require_deleting(function.role, queue)
        for message in done:
            if message.receipt_handle is None:
                continue
            with internal_call(
                "sqs", "DeleteMessage", resource_arn=queue.queue_arn, role_arn=function.role
            ):
                queue.delete_message(message.receipt_handle)
        self._journal.record(
            "event-source",
            "batch done",
            queue=queue.name,
            messages=len(batch),
            failed=len(failed),
        )


def _record(message: Message, queue: Queue) -> dict[str, object]:
    """Return one record of the event that Lambda makes of SQS messages."""
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        },
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def failed_ids(payload: bytes, all_ids: set[str]) -> set[str]:
    """Return the messages that failed; an answer that cannot be read fails the whole batch."""
    try:
        answer: object = json.loads(payload)
    except ValueError:
        return all_ids
    if not isinstance(answer, dict):
        return set()
    failures: object = cast("dict[str, object]", answer).get("batchItemFailures")
    if not failures:
        return set()
    try:
        identifiers = {
            str(each["itemIdentifier"]) for each in cast("list[dict[str, Any]]", failures)
        }
    except (KeyError, TypeError):
        return all_ids
    return identifiers if identifiers <= all_ids else all_ids
