"""The workflow engine: what starts a workflow, and what follows when its jobs end.

A workflow that is as busy as it may be is not started. AWS documents neither for events nor for
schedules what becomes of such a start: here a schedule's is dropped, and events wait for the end
of a run, so that a workflow limited to one run still takes what arrived meanwhile. Nothing may
rely on it: the jobs take all pending work whatever woke them, and a sweep takes what was left.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.glue.models import FakeTrigger, FakeWorkflow, GlueBackend, glue_backends

from local_cloud.aws.glue.cron import Cron
from local_cloud.aws.glue.job_runs import JobRun, JobRunOrigin
from local_cloud.aws.glue.jobs import JobRunner
from local_cloud.aws.glue.requests import GlueRefusal
from local_cloud.aws.glue.timers import Timer, Timers
from local_cloud.aws.glue.workflow_runs import EventBatch, WorkflowId, WorkflowRun, WorkflowStatus
from local_cloud.journal import Journal

STARTING_TYPES: Final = ("EVENT", "SCHEDULED", "ON_DEMAND")
DEFAULT_WINDOW_SECONDS: Final = 900


@dataclass(kw_only=True)
class _Gathering:
    """Events that an EVENT trigger has received and not yet started a run with."""

    event_ids: list[str] = field(default_factory=list[str])
    window: Timer | None = None
    due: bool = False
    """The batch is complete and waits for the workflow to become free."""


class WorkflowEngine:
    """Runs workflows. One lock guards all runs; jobs are started and stopped within it."""

    def __init__(self, runner: JobRunner, timers: Timers, journal: Journal) -> None:
        self._runner = runner
        self._timers = timers
        self._journal = journal
        self._lock = threading.RLock()
        self._runs: dict[WorkflowId, list[WorkflowRun]] = {}
        self._gathering: dict[tuple[WorkflowId, str], _Gathering] = {}
        self._schedules: dict[str, Timer] = {}

    def notify(self, workflow: WorkflowId, event_id: str) -> None:
        """Give an event to the workflow's EVENT trigger; start a run when the batch is complete."""
        with self._lock:
            trigger = self._starting_trigger(workflow)
            if trigger is None or trigger.trigger_type != "EVENT":
                code = "EntityNotFoundException"
                message = f"The workflow {workflow.name} has no EVENT trigger to notify."
                raise GlueRefusal(code=code, message=message)
            if trigger.state == "DEACTIVATED":
                return
            gathered = self._gathering.setdefault((workflow, trigger.name), _Gathering())
            gathered.event_ids.append(event_id)
            size, window = batching(trigger)
            if gathered.window is None:
                gathered.window = self._timers.after(window, lambda: self._close(workflow, trigger))
            if len(gathered.event_ids) >= size:
                self._close(workflow, trigger)

    def start_run(
        self,
        workflow: WorkflowId,
        *,
        properties: Mapping[str, str] | None = None,
        batch: EventBatch | None = None,
    ) -> WorkflowRun:
        """Start a run with the workflow's starting trigger."""
        with self._lock:
            definition = _definition(workflow)
            trigger = self._starting_trigger(workflow)
            if trigger is None:
                code = "EntityNotFoundException"
                message = f"The workflow {workflow.name} has no starting trigger."
                raise GlueRefusal(code=code, message=message)
            runs = self._runs.setdefault(workflow, [])
            if not self._is_free(workflow):
                raise GlueRefusal(
                    code="ConcurrentRunsExceededException",
                    message=f"Concurrent runs exceeded for workflow {workflow.name}",
                )
            run = WorkflowRun(
                workflow=workflow,
                properties={
                    **(definition.default_run_properties or {}),
                    **(properties or {}),
                    **(batch.to_properties() if batch else {}),
                },
                previous_run_id=runs[-1].run_id if runs else None,
                batch=batch,
            )
            runs.append(run)
            self._journal.record(
                "glue",
                "workflow started",
                workflow=workflow.name,
                run=run.run_id,
                events=len(batch.event_ids) if batch else 0,
            )
            self._fire(run, trigger)
            self._proceed(run)
            return run

    def stop_run(self, run: WorkflowRun) -> None:
        """Stop a run and its jobs."""
        with self._lock:
            if run.status is not WorkflowStatus.RUNNING:
                code = "IllegalWorkflowStateException"
                raise GlueRefusal(code=code, message=f"Workflow run {run.run_id} is not running.")
            run.status = WorkflowStatus.STOPPING
            for job_run in run.under_way:
                self._runner.stop(job_run)
            self._proceed(run)

    def job_ended(self, ended: JobRun) -> None:
        """Go on with the workflow run that the job belongs to."""
        with self._lock:
            for runs in self._runs.values():
                for run in runs:
                    if run.run_id == ended.origin.workflow_run_id:
                        self._proceed(run)
                        return

    def runs(self, workflow: WorkflowId) -> list[WorkflowRun]:
        """Return a workflow's runs, the newest first."""
        with self._lock:
            return list(reversed(self._runs.get(workflow, [])))

    def running(self) -> list[WorkflowRun]:
        """Return the runs of all workflows that are under way."""
        with self._lock:
            return [r for runs in self._runs.values() for r in runs if r.completed_on is None]

    def fire_alone(self, backend: GlueBackend, trigger: FakeTrigger) -> None:
        """Start the actions of a trigger that belongs to no workflow."""
        for action in trigger.actions:
            try:
                self._runner.start(
                    backend.get_job(str(action.job_name)),
                    region=backend.region_name,
                    overrides=action.as_dict(),
                    origin=JobRunOrigin(trigger=trigger.name),
                )
            except JsonRESTError as refusal:
                self._not_started(trigger, str(action.job_name), refusal)

    def schedule(self, backend: GlueBackend, trigger: FakeTrigger) -> None:
        """Fire an activated SCHEDULED trigger at its next time, and again after that."""
        with self._lock:
            held = self._schedules.pop(trigger.arn, None)
            if held is not None:
                held.cancel()
            current = backend.triggers.get(trigger.name)
            if current is None or current.trigger_type != "SCHEDULED":
                return
            now = datetime.now(UTC)
            moment = Cron.parse(current.schedule).next_after(now)
            if current.state == "ACTIVATED" and moment is not None:
                self._schedules[trigger.arn] = self._timers.after(
                    (moment - now).total_seconds(), lambda: self._tick(backend, current)
                )

    def _tick(self, backend: GlueBackend, trigger: FakeTrigger) -> None:
        try:
            if trigger.workflow_name:
                self.start_run(
                    WorkflowId(
                        account_id=backend.account_id,
                        region=backend.region_name,
                        name=trigger.workflow_name,
                    )
                )
            else:
                self.fire_alone(backend, trigger)
        except JsonRESTError as refusal:
            self._not_started(trigger, trigger.workflow_name, refusal)
        self.schedule(backend, trigger)

    def _close(self, workflow: WorkflowId, trigger: FakeTrigger) -> None:
        """Complete the batch of an EVENT trigger, and start a run if the workflow is free."""
        with self._lock:
            gathered = self._gathering.get((workflow, trigger.name))
            if gathered is None:
                return
            gathered.due = True
            if not self._is_free(workflow):
                return
            del self._gathering[workflow, trigger.name]
            if gathered.window is not None:
                gathered.window.cancel()
            size, window = batching(trigger)
            batch = EventBatch(
                size=size, window_seconds=window, event_ids=tuple(gathered.event_ids)
            )
            self.start_run(workflow, batch=batch)

    def _proceed(self, run: WorkflowRun) -> None:
        """Fire what the ended jobs make due; end the run when nothing is left to wait for."""
        if run.completed_on is not None:
            return
        if run.status is WorkflowStatus.RUNNING:
            conditional = [t for t in triggers_of(run.workflow) if t.trigger_type == "CONDITIONAL"]
            for trigger in run.due(conditional):
                self._fire(run, trigger)
        if run.under_way:
            return
        stopped = run.status is WorkflowStatus.STOPPING
        run.end(WorkflowStatus.STOPPED if stopped else WorkflowStatus.COMPLETED)
        self._journal.record(
            "glue", "workflow ended", workflow=run.workflow.name, run=run.run_id, status=run.status
        )
        for (workflow, name), gathered in list(self._gathering.items()):
            trigger = _backend(workflow).triggers.get(name)
            if workflow == run.workflow and gathered.due and trigger is not None:
                self._close(workflow, trigger)

    def _fire(self, run: WorkflowRun, trigger: FakeTrigger) -> None:
        run.fired.add(trigger.name)
        backend = _backend(run.workflow)
        for action in trigger.actions:
            overrides: dict[str, Any] = action.as_dict()
            given: Mapping[str, str] = overrides.get("Arguments") or {}
            overrides["Arguments"] = {
                **given,
                "--WORKFLOW_NAME": run.workflow.name,
                "--WORKFLOW_RUN_ID": run.run_id,
            }
            try:
                job_run = self._runner.start(
                    backend.get_job(str(action.job_name)),
                    region=run.workflow.region,
                    overrides=overrides,
                    origin=JobRunOrigin(
                        trigger=trigger.name,
                        workflow=run.workflow.name,
                        workflow_run_id=run.run_id,
                    ),
                )
            except JsonRESTError as refusal:
                run.not_started += 1
                run.error_message = refusal.message
                self._not_started(trigger, str(action.job_name), refusal)
            else:
                run.job_runs.append(job_run)

    def _is_free(self, workflow: WorkflowId) -> bool:
        limit = _definition(workflow).max_concurrent_runs
        busy = sum(run.completed_on is None for run in self._runs.get(workflow, []))
        return limit is None or busy < limit

    def _starting_trigger(self, workflow: WorkflowId) -> FakeTrigger | None:
        _definition(workflow)
        starting = (t for t in triggers_of(workflow) if t.trigger_type in STARTING_TYPES)
        return next(starting, None)

    def _not_started(self, trigger: FakeTrigger, what: str, refusal: JsonRESTError) -> None:
        self._journal.record(
            "glue", "not started", trigger=trigger.name, what=what, reason=refusal.message
        )


def batching(trigger: FakeTrigger) -> tuple[int, int]:
    """Return how many events make a batch, and how long an incomplete one waits."""
    condition: Mapping[str, int] = trigger.event_batching_condition or {}
    return int(condition.get("BatchSize") or 1), int(
        condition.get("BatchWindow") or DEFAULT_WINDOW_SECONDS
    )


def triggers_of(workflow: WorkflowId) -> list[FakeTrigger]:
    """Return the triggers of a workflow."""
    triggers = list(_backend(workflow).triggers.values())
    return [trigger for trigger in triggers if trigger.workflow_name == workflow.name]


def _backend(workflow: WorkflowId) -> GlueBackend:
    return glue_backends[workflow.account_id][workflow.region]


def _definition(workflow: WorkflowId) -> FakeWorkflow:
    held = _backend(workflow).workflows.get(workflow.name)
    if held is None:
        raise GlueRefusal(
            code="EntityNotFoundException", message=f"Workflow {workflow.name} not found."
        )
    return held
