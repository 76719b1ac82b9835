"""Workflow runs: which jobs a run has started, what its triggers make of their ends."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from moto.glue.models import FakeTrigger

from local_cloud.aws.glue.job_runs import JobRun, JobRunState


class WorkflowStatus(StrEnum):
    """States of a workflow run, as in the Glue API."""

    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    ERROR = "ERROR"


@dataclass(frozen=True, kw_only=True)
class WorkflowId:
    """Where a workflow is and what it is called."""

    account_id: str
    region: str
    name: str

    @classmethod
    def from_arn(cls, arn: str) -> WorkflowId:
        """Parse ``arn:aws:glue:<region>:<account>:workflow/<name>``."""
        _, _, _, region, account_id, resource = arn.split(":", 5)
        return cls(account_id=account_id, region=region, name=resource.partition("/")[2])


@dataclass(frozen=True, kw_only=True)
class EventBatch:
    """The events with which an EVENT trigger started a run."""

    size: int
    window_seconds: int
    event_ids: tuple[str, ...]

    def to_properties(self) -> dict[str, str]:
        """Return what the jobs can learn of the events: their ids, and nothing else."""
        return {"aws:eventIds": f"[{','.join(self.event_ids)}]"}


@dataclass(kw_only=True)
class WorkflowRun:
    """One run of a workflow. The engine's lock guards it."""

    workflow: WorkflowId
    properties: dict[str, str]
    previous_run_id: str | None
    batch: EventBatch | None
    run_id: str = field(default_factory=lambda: f"wr_{secrets.token_hex(32)}")
    status: WorkflowStatus = WorkflowStatus.RUNNING
    started_on: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed_on: datetime | None = None
    fired: set[str] = field(default_factory=set[str])
    job_runs: list[JobRun] = field(default_factory=list[JobRun])
    not_started: int = 0
    """Actions whose job could not be started."""
    error_message: str | None = None

    @property
    def under_way(self) -> list[JobRun]:
        """The job runs of this run that have not ended."""
        return [run for run in self.job_runs if not run.state.is_final]

    def due(self, triggers: Iterable[FakeTrigger]) -> list[FakeTrigger]:
        """Return the conditional triggers that the ended jobs satisfy, each once a run."""
        ended = {(run.job, run.state.value) for run in self.job_runs if run.state.is_final}
        return [
            trigger
            for trigger in triggers
            if trigger.name not in self.fired
            and trigger.state != "DEACTIVATED"
            and _satisfied(trigger, ended)
        ]

    def end(self, status: WorkflowStatus) -> None:
        """Mark the run as over."""
        self.status = status
        self.completed_on = datetime.now(UTC)

    def to_api(self) -> dict[str, Any]:
        """Return the run as GetWorkflowRun does."""
        described: dict[str, Any] = {
            "Name": self.workflow.name,
            "WorkflowRunId": self.run_id,
            "PreviousRunId": self.previous_run_id,
            "WorkflowRunProperties": dict(self.properties),
            "StartedOn": self.started_on,
            "CompletedOn": self.completed_on,
            "Status": self.status.value,
            "ErrorMessage": self.error_message,
            "Statistics": self._statistics(),
        }
        if self.batch is not None:
            described["StartingEventBatchCondition"] = {
                "BatchSize": self.batch.size,
                "BatchWindow": self.batch.window_seconds,
            }
        return {name: value for name, value in described.items() if value is not None}

    def graph(self, triggers: Iterable[FakeTrigger]) -> dict[str, Any]:
        """Return the run's triggers and jobs, and which starts which."""
        nodes: dict[tuple[str, str], dict[str, Any]] = {}
        edges: list[dict[str, str]] = []
        for trigger in triggers:
            own = ("TRIGGER", trigger.name)
            nodes[own] = {"TriggerDetails": {"Trigger": trigger.as_dict()}}
            for action in trigger.actions:
                job = str(action.job_name)
                nodes.setdefault(("JOB", job), {"JobDetails": self._details(job)})
                edges.append({"SourceId": _node_id(*own), "DestinationId": _node_id("JOB", job)})
            for condition in trigger.predicate.conditions if trigger.predicate else ():
                source = _node_id("JOB", str(condition.job_name))
                edges.append({"SourceId": source, "DestinationId": _node_id(*own)})
        described = [
            {"Type": kind, "Name": name, "UniqueId": _node_id(kind, name), **details}
            for (kind, name), details in nodes.items()
        ]
        return {"Nodes": described, "Edges": edges}

    def _details(self, job: str) -> dict[str, Any]:
        return {"JobRuns": [run.to_api() for run in self.job_runs if run.job == job]}

    def _statistics(self) -> dict[str, int]:
        states = [run.state for run in self.job_runs]
        return {
            "TotalActions": len(states) + self.not_started,
            "SucceededActions": states.count(JobRunState.SUCCEEDED),
            "FailedActions": states.count(JobRunState.FAILED),
            "TimeoutActions": states.count(JobRunState.TIMEOUT),
            "StoppedActions": states.count(JobRunState.STOPPED),
            "RunningActions": len(self.under_way),
            "ErroredActions": self.not_started,
        }


def _node_id(kind: str, name: str) -> str:
    return f"{kind.lower()}:{name}"


def _satisfied(trigger: FakeTrigger, ended: set[tuple[str, str]]) -> bool:
    if trigger.predicate is None:
        return False
    met: list[bool] = [
        (str(condition.job_name), _name(condition.state)) in ended
        for condition in trigger.predicate.conditions
    ]
    return any(met) if _name(trigger.predicate.logical) == "ANY" else all(met)


def _name(value: Mapping[str, str] | Any) -> str:  # noqa: ANN401 - moto's enums, some of them None
    return str(getattr(value, "value", value))
