"""Job runs: what GetJobRun tells about them, and how they change."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from local_cloud.aws.glue.requests import Parameters


class JobRunState(StrEnum):
    """States of a job run, as in the Glue API."""

    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMEOUT = "TIMEOUT"
    ERROR = "ERROR"

    @property
    def is_final(self) -> bool:
        """Whether a run in this state has ended."""
        return self not in {JobRunState.STARTING, JobRunState.RUNNING, JobRunState.STOPPING}


@dataclass(frozen=True, kw_only=True)
class JobRunOrigin:
    """What started a run: a caller, or a trigger of a workflow run."""

    trigger: str | None = None
    workflow: str | None = None
    workflow_run_id: str | None = None


@dataclass(kw_only=True)
class JobRun:
    """One run of a job. It changes under its own lock; ``ended`` is set once it is final."""

    run_id: str
    job: str
    region: str
    definition: Parameters
    arguments: Mapping[str, str]
    timeout_minutes: int
    origin: JobRunOrigin
    state: JobRunState = JobRunState.STARTING
    error_message: str | None = None
    started_on: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed_on: datetime | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def advance(self, state: JobRunState, error_message: str | None = None) -> bool:
        """Go to a state unless the run has ended or is being stopped; return whether it went."""
        with self.lock:
            stopping = self.state is JobRunState.STOPPING and not state.is_final
            if self.state.is_final or stopping:
                return False
            self.state = state
            self.error_message = error_message
            if state.is_final:
                self.completed_on = datetime.now(UTC)
            return True

    @property
    def seconds(self) -> int:
        """How long the run has taken so far."""
        return int(((self.completed_on or datetime.now(UTC)) - self.started_on).total_seconds())

    def to_api(self) -> dict[str, Any]:
        """Return the run as GetJobRun does."""
        described: dict[str, Any] = {
            "Id": self.run_id,
            "Attempt": 0,
            "JobName": self.job,
            "StartedOn": self.started_on,
            "LastModifiedOn": self.completed_on or self.started_on,
            "JobRunState": self.state.value,
            "Arguments": dict(self.arguments),
            "PredecessorRuns": [],
            "ExecutionTime": self.seconds,
            "Timeout": self.timeout_minutes,
            "LogGroupName": "/aws-glue/jobs",
            "TriggerName": self.origin.trigger,
            "CompletedOn": self.completed_on,
            "ErrorMessage": self.error_message,
        }
        for name in (
            "GlueVersion",
            "WorkerType",
            "NumberOfWorkers",
            "MaxCapacity",
            "SecurityConfiguration",
            "ExecutionClass",
        ):
            described[name] = self.definition.get(name)
        return {name: value for name, value in described.items() if value is not None}
