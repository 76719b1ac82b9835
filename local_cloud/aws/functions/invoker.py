"""Invoke deployed functions: find the code, take a worker, run, log, measure."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from moto.backends import get_backend

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.credentials import assume_role_for_service
from local_cloud.aws.functions.archives import ArchiveStore
from local_cloud.aws.functions.environment import function_environment, supported_runtime
from local_cloud.aws.functions.logs import log_lines, new_log_stream, tail, write_log
from local_cloud.aws.functions.model import (
    FunctionCode,
    FunctionConfiguration,
    InvocationResult,
    configuration_of,
)
from local_cloud.aws.functions.pool import WorkerPool
from local_cloud.aws.functions.runtime_api import Invocation
from local_cloud.aws.functions.worker import Answer, Worker
from local_cloud.faults.processes import PROCESSES, running
from local_cloud.journal import Journal
from local_cloud.settings import LocalCloudSettings
from tarn.errors import PermanentError

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

_SERVICE: Final = "lambda.amazonaws.com"


class RuntimeMissingError(PermanentError):
    """The Lambda runtime has not been set up on this machine."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"Functions cannot run: the Lambda runtime is not in {directory}. "
            "Run the set-up again (make setup)."
        )


class RuntimeUnsupportedError(PermanentError):
    """A function asks for a runtime that this host does not have."""

    def __init__(self, *, function: str, runtime: str) -> None:
        super().__init__(
            f"The local cloud cannot run {function}: it asks for {runtime}, and this machine's "
            f"Python is {supported_runtime()}. Deploy it for that runtime, or use that Python."
        )


class FunctionInvoker:
    """Thread-safe: as many invocations at a time as the pool has workers."""

    def __init__(self, settings: LocalCloudSettings, journal: Journal) -> None:
        self._settings = settings
        self._journal = journal
        self._archives = ArchiveStore(settings.home / "archives")
        self._scratch = settings.home / "scratch"
        self._runtime = settings.tool_directory / "lambda_runtime"
        self._pool = WorkerPool(self._start_worker)

    @property
    def pool(self) -> WorkerPool:
        """The warm workers."""
        return self._pool

    def start(self) -> None:
        """Clear what a killed cloud left, and begin to reap idle workers."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._pool.start()

    def stop(self) -> None:
        """End the workers."""
        self._pool.stop()

    def status(self) -> Mapping[str, object]:
        """Return the workers of each function."""
        return self._pool.counts()

    def invoke(
        self, function: LambdaFunction, payload: bytes, client_context: str | None = None
    ) -> InvocationResult:
        """Run one invocation to its end; a failing handler is a result, not an exception."""
        configuration = configuration_of(function)
        invocation = _invocation(configuration, payload, client_context)
        reserved = function.reserved_concurrency
        worker = self._pool.acquire(
            configuration, reserved=None if reserved is None else int(reserved)
        )
        reusable = False
        try:
            with running("lambda", configuration.name, worker.pid):
                answer = worker.invoke(invocation)
            reusable = answer.reusable
        finally:
            self._pool.release(worker, reusable=reusable)
        lines = log_lines(configuration, invocation.request_id, answer)
        self._write_log(configuration, worker.log_stream, lines)
        self._record(configuration, answer)
        return InvocationResult(
            payload=answer.payload,
            error=answer.error,
            log_tail=tail(lines),
            duration_ms=answer.duration_ms,
            request_id=invocation.request_id,
        )

    def _record(self, configuration: FunctionConfiguration, answer: Answer) -> None:
        self._journal.record(
            "lambda",
            "failed" if answer.error else "invoked",
            function=configuration.name,
            duration_ms=round(answer.duration_ms, 1),
            cold=int(answer.init_ms is not None),
            memory_mb=answer.memory_mb,
        )

    def _write_log(
        self, configuration: FunctionConfiguration, stream: str, lines: Sequence[str]
    ) -> None:
        try:
            write_log(configuration, stream, lines)
        except ApiRefusalError as refusal:
            self._journal.record(
                "lambda", f"no log: {refusal.message}", function=configuration.name
            )

    def _start_worker(self, configuration: FunctionConfiguration) -> Worker:
        self._refuse_what_cannot_run(configuration)
        code = self._code(configuration)
        log_stream = new_log_stream(configuration.version)
        scratch = self._scratch / uuid4().hex
        scratch.mkdir(parents=True)
        credentials = assume_role_for_service(
            configuration.role,
            _SERVICE,
            session_name=configuration.name[:64],
            region=configuration.region,
            source_arn=configuration.arn,
        )
        environment = function_environment(
            configuration,
            code,
            credentials=credentials,
            endpoint=self._settings.aws_endpoint,
            runtime=self._runtime,
            scratch=scratch,
            log_stream=log_stream,
        )
        worker = Worker(
            configuration,
            code,
            runtime=self._runtime,
            environment=environment,
            scratch=scratch,
            log_stream=log_stream,
        )
        PROCESSES.add(credentials.access_key_id, worker.pid)
        return worker

    def _refuse_what_cannot_run(self, configuration: FunctionConfiguration) -> None:
        if configuration.runtime != supported_runtime():
            raise RuntimeUnsupportedError(
                function=configuration.name, runtime=configuration.runtime
            )
        if not self._runtime.is_dir():
            raise RuntimeMissingError(self._runtime)

    def _code(self, configuration: FunctionConfiguration) -> FunctionCode:
        backend = get_backend("lambda")[configuration.account_id][configuration.region]
        function = backend.get_function(configuration.arn)
        layers = [backend.layers_versions_by_arn(arn) for arn in configuration.layers]
        return FunctionCode(
            task=self._archives.extracted(function.code_bytes, function.code_sha_256),
            layers=tuple(
                self._archives.extracted(layer.code_bytes, layer.code_sha_256)
                for layer in layers
                if layer is not None
            ),
        )


def _invocation(
    configuration: FunctionConfiguration, payload: bytes, client_context: str | None
) -> Invocation:
    return Invocation(
        request_id=str(uuid4()),
        payload=payload,
        function_arn=configuration.arn,
        trace_id=f"Root=1-{int(time.time()):08x}-{uuid4().hex[:24]};Sampled=0",
        client_context=client_context,
    )
