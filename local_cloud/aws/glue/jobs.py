"""Job runs that run: each in a thread that starts the deployed script in a process of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.glue.models import FakeJob

from local_cloud.aws.credentials import assume_role_for_service
from local_cloud.aws.glue import job_process, spark
from local_cloud.aws.glue.arguments import sort_arguments
from local_cloud.aws.glue.class_archive import archives_of, with_archive
from local_cloud.aws.glue.job_runs import JobRun, JobRunOrigin, JobRunState
from local_cloud.aws.glue.log_groups import elapsed_time, log_groups
from local_cloud.aws.glue.logs import LogDestination, LogStreams
from local_cloud.aws.glue.requests import GlueRefusal, Parameters
from local_cloud.aws_clients import AwsKeys, aws_client
from local_cloud.children import CHILDREN
from local_cloud.faults.processes import PROCESSES, running
from local_cloud.journal import Journal
from local_cloud.settings import LocalCloudSettings

GLUE_SERVICE: Final = "glue.amazonaws.com"
DEFAULT_TIMEOUT_MINUTES: Final = 480

OnEnd = Callable[[JobRun], None]


class JobRunner:
    """Starts, watches and stops job runs. ``on_end`` hears of every run that has ended."""

    def __init__(self, settings: LocalCloudSettings, journal: Journal) -> None:
        self._settings = settings
        self._journal = journal
        self._directory = settings.home / "glue" / "runs"
        self._lock = threading.Lock()
        self._runs: dict[str, dict[str, JobRun]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False
        self.on_end: OnEnd = lambda _run: None

    def clean(self) -> None:
        """Remove what the runs of a local cloud that was killed have left behind."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(
        self,
        job: FakeJob,
        *,
        region: str,
        overrides: Parameters,
        origin: JobRunOrigin | None = None,
    ) -> JobRun:
        """Start a run, unless as many as the job allows are under way."""
        definition: dict[str, Any] = {**job.as_dict(), **_given(overrides)}
        run = JobRun(
            run_id=f"jr_{secrets.token_hex(32)}",
            job=job.name,
            region=region,
            definition=definition,
            arguments=_merged_arguments(job, overrides.get("Arguments") or {}),
            timeout_minutes=int(definition.get("Timeout") or DEFAULT_TIMEOUT_MINUTES),
            origin=origin or JobRunOrigin(),
        )
        limit = int(job.execution_property.get("MaxConcurrentRuns") or 1)
        thread = threading.Thread(target=self._run, args=(run,), name=f"glue {job.name}")
        with self._lock:
            runs = self._runs.setdefault(job.arn, {})
            under_way = [other for other in runs.values() if not other.state.is_final]
            if self._closed or len(under_way) >= limit:
                raise GlueRefusal(
                    code="ConcurrentRunsExceededException",
                    message=f"Concurrent runs exceeded for {job.name}",
                )
            runs[run.run_id] = run
            self._threads[run.run_id] = thread
        self._journal.record("glue", "job run started", job=job.name, run=run.run_id)
        thread.start()
        return run

    def runs(self, job: FakeJob) -> list[JobRun]:
        """Return a job's runs, the newest first."""
        with self._lock:
            return list(reversed(self._runs.get(job.arn, {}).values()))

    def all_runs(self) -> list[JobRun]:
        """Return every run of every job, the oldest first."""
        with self._lock:
            runs = [run for runs in self._runs.values() for run in runs.values()]
        return sorted(runs, key=lambda run: run.started_on)

    def stop(self, run: JobRun) -> bool:
        """Stop a run that is under way; return whether it was."""
        if not run.advance(JobRunState.STOPPING):
            return False
        self._end_process(run)
        return True

    def close(self) -> None:
        """Stop every run and wait for its thread."""
        with self._lock:
            self._closed = True
            threads = list(self._threads.values())
        for run in self.all_runs():
            self.stop(run)
        for thread in threads:
            thread.join()

    def processes(self) -> dict[str, int]:
        """Return the process id of each run that has one."""
        with self._lock:
            return {run_id: process.pid for run_id, process in self._processes.items()}

    def _run(self, run: JobRun) -> None:
        directory = self._directory / run.run_id
        try:
            state, message = self._execute(run, directory)
        except Exception as error:  # noqa: BLE001 - a run ends with its reason, whatever it is
            state, message = JobRunState.FAILED, str(error)
        if run.state is JobRunState.STOPPING:
            state, message = JobRunState.STOPPED, None
        run.advance(state, message)
        shutil.rmtree(directory, ignore_errors=True)
        with self._lock:
            self._threads.pop(run.run_id, None)
        self._journal.record(
            "glue",
            "job run ended",
            job=run.job,
            run=run.run_id,
            state=run.state.value,
            seconds=run.seconds,
            error=run.error_message or "",
        )
        # Who waits for the end finds the workflow already gone on.
        self.on_end(run)
        run.ended.set()

    def _execute(self, run: JobRun, directory: Path) -> tuple[JobRunState, str | None]:
        role = str(run.definition["Role"])
        credentials = assume_role_for_service(
            _role_arn(role, self._settings.account_id),
            GLUE_SERVICE,
            session_name="GlueJobRunnerSession",
            region=run.region,
        ).to_environment()
        arguments = sort_arguments(job=run.job, run_id=run.run_id, arguments=run.arguments)
        process = job_process.prepare(
            settings=self._settings,
            installation=with_archive(
                spark.find_installation(self._settings.tool_directory, os.environ),
                archives_of(self._settings),
            ),
            directory=directory,
            script_uri=str(run.definition["Command"]["ScriptLocation"]),
            arguments=arguments,
            credentials=credentials,
            region=run.region,
            s3=self._client("s3", run.region, credentials),
        )
        logs = self._client("logs", run.region, credentials)
        try:
            return self._watch(run, process, logs, arguments.continuous_log_group)
        finally:
            if arguments.publishes_metrics:
                self._publish_metrics(run, credentials)

    def _publish_metrics(self, run: JobRun, credentials: Mapping[str, str]) -> None:
        """Publish with the job's role, as Glue does; a run does not fail for want of metrics."""
        cloudwatch = self._client("cloudwatch", run.region, credentials)
        try:
            cloudwatch.put_metric_data(
                Namespace="Glue", MetricData=elapsed_time(run.job, run.seconds)
            )
        except ClientError as error:
            self._journal.record("glue", "metrics not published", job=run.job, reason=str(error))

    def _watch(
        self,
        run: JobRun,
        process: job_process.JobProcess,
        logs: Any,  # noqa: ANN401 - boto3 is untyped
        continuous_group: str | None,
    ) -> tuple[JobRunState, str | None]:
        if not run.advance(JobRunState.RUNNING):
            return run.state, None
        child = CHILDREN.spawn(
            process.command,
            env=process.environment,
            cwd=process.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        PROCESSES.add(process.environment["AWS_ACCESS_KEY_ID"], child.pid)
        with self._lock:
            self._processes[run.run_id] = child
        if run.state is JobRunState.STOPPING:
            # Stopped before there was a process to end.
            self._end_process(run)
        timed_out = threading.Event()
        timer = threading.Timer(
            run.timeout_minutes * 60, lambda: (timed_out.set(), self._end_process(run))
        )
        timer.daemon = True
        timer.start()
        try:
            followers = self._follow(run, child, logs, continuous_group)
            with running("glue", run.job, child.pid):
                exit_code = child.wait()
            for follower in followers:
                follower.join()
        finally:
            timer.cancel()
            self._end_process(run)
        if timed_out.is_set():
            return JobRunState.TIMEOUT, f"Job run exceeded {run.timeout_minutes} minutes"
        if exit_code == 0:
            return JobRunState.SUCCEEDED, None
        return JobRunState.FAILED, process.failure_message(exit_code)

    def _follow(
        self,
        run: JobRun,
        child: subprocess.Popen[bytes],
        logs: Any,  # noqa: ANN401 - boto3 is untyped
        continuous_group: str | None,
    ) -> list[threading.Thread]:
        groups = log_groups(
            self._settings.account_id,
            run.region,
            security=run.definition.get("SecurityConfiguration"),
            role=str(run.definition["Role"]),
        )
        output = [LogDestination(group=groups.output, stream=run.run_id, key_arn=groups.key_arn)]
        errors = [LogDestination(group=groups.error, stream=run.run_id, key_arn=groups.key_arn)]
        if continuous_group is not None:
            driver = f"{run.run_id}-driver"
            errors.append(
                LogDestination(group=continuous_group, stream=driver, key_arn=groups.key_arn)
            )
        return [
            LogStreams(
                client=logs,
                destinations=destinations,
                on_failure=lambda reason: self._journal.record(
                    "glue", "logs not written", job=run.job, reason=reason
                ),
            ).follow(pipe)
            for destinations, pipe in ((output, child.stdout), (errors, child.stderr))
            if pipe is not None
        ]

    def _end_process(self, run: JobRun) -> None:
        with self._lock:
            process = self._processes.pop(run.run_id, None)
        if process is not None:
            # The whole group: also a JVM whose Python driver has gone.
            with contextlib.suppress(ProcessLookupError):
                CHILDREN.kill(process)

    def _client(self, service: str, region: str, credentials: Mapping[str, str]) -> Any:  # noqa: ANN401 - boto3 is untyped
        keys = AwsKeys(
            access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            session_token=credentials["AWS_SESSION_TOKEN"],
        )
        return aws_client(service, self._settings, keys, region=region)


def _given(overrides: Parameters) -> dict[str, Any]:
    """What a StartJobRun request sets for this run alone."""
    names = ("Timeout", "MaxCapacity", "WorkerType", "NumberOfWorkers", "SecurityConfiguration")
    return {name: overrides[name] for name in names if overrides.get(name) is not None}


def _merged_arguments(job: FakeJob, given: Mapping[str, str]) -> dict[str, str]:
    return {**job.default_arguments, **given, **(job.non_overridable_arguments or {})}


def _role_arn(role: str, account_id: str) -> str:
    return role if role.startswith("arn:") else f"arn:aws:iam::{account_id}:role/{role}"
