"""The workflows and triggers part of the Glue API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from moto.glue.models import GlueBackend
from moto.glue.utils import Action, Predicate

from local_cloud.aws.glue.cron import Cron
from local_cloud.aws.glue.requests import (
    Answer,
    GlueRefusal,
    GlueRequest,
    Operation,
    Parameters,
)
from local_cloud.aws.glue.workflow_runs import WorkflowId, WorkflowRun
from local_cloud.aws.glue.workflows import STARTING_TYPES, WorkflowEngine, triggers_of

MAX_BATCH_SIZE: Final = 100
MAX_BATCH_WINDOW_SECONDS: Final = 900
_PAGE: Final = 100


class WorkflowApi:
    """Answers what changes triggers, and everything about workflow runs."""

    def __init__(self, engine: WorkflowEngine) -> None:
        self._engine = engine

    def operations(self) -> dict[str, Operation]:
        """Return the operations that this class answers."""
        return {
            "CreateTrigger": self._create_trigger,
            "UpdateTrigger": self._update_trigger,
            "DeleteTrigger": self._delete_trigger,
            "StartTrigger": self._start_trigger,
            "StopTrigger": self._stop_trigger,
            "GetWorkflow": self._get_workflow,
            "StartWorkflowRun": self._start_run,
            "StopWorkflowRun": self._stop_run,
            "GetWorkflowRun": self._get_run,
            "GetWorkflowRuns": self._get_runs,
            "GetWorkflowRunProperties": self._get_properties,
            "PutWorkflowRunProperties": self._put_properties,
        }

    def _create_trigger(self, request: GlueRequest) -> Answer:
        given = request.parameters
        name = str(given["Name"])
        if name in request.backend.triggers:
            raise GlueRefusal(code="AlreadyExistsException", message="Trigger already exists.")
        _check_trigger(request, given, kind=str(given["Type"]), name=name)
        request.backend.create_trigger(
            name=name,
            workflow_name=str(given.get("WorkflowName") or ""),
            trigger_type=str(given["Type"]),
            schedule=str(given.get("Schedule") or ""),
            predicate=Predicate(given["Predicate"]) if given.get("Predicate") else None,
            actions=[Action(action) for action in given["Actions"]],
            description=str(given.get("Description") or ""),
            start_on_creation=bool(given.get("StartOnCreation")),
            tags=given.get("Tags") or {},
            event_batching_condition=given.get("EventBatchingCondition") or {},
        )
        self._engine.schedule(request.backend, request.backend.get_trigger(name))
        return {"Name": name}

    def _update_trigger(self, request: GlueRequest) -> Answer:
        trigger = request.backend.get_trigger(str(request.parameters["Name"]))
        update: Parameters = request.parameters["TriggerUpdate"]
        merged = {**trigger.as_dict(), **{k: v for k, v in update.items() if v is not None}}
        _check_trigger(request, merged, kind=trigger.trigger_type, name=trigger.name)
        trigger.description = str(merged.get("Description") or "")
        trigger.schedule = str(merged.get("Schedule") or "")
        trigger.actions = [Action(action) for action in merged["Actions"]]
        trigger.event_batching_condition = merged.get("EventBatchingCondition") or {}
        if merged.get("Predicate"):
            trigger.predicate = Predicate(merged["Predicate"])
        self._engine.schedule(request.backend, trigger)
        return {"Trigger": trigger.as_dict()}

    def _delete_trigger(self, request: GlueRequest) -> Answer:
        name = str(request.parameters["Name"])
        trigger = request.backend.triggers.pop(name, None)
        if trigger is not None:
            self._engine.schedule(request.backend, trigger)
        return {"Name": name}

    def _start_trigger(self, request: GlueRequest) -> Answer:
        trigger = request.backend.get_trigger(str(request.parameters["Name"]))
        if trigger.trigger_type != "ON_DEMAND":
            trigger.start_trigger()
            self._engine.schedule(request.backend, trigger)
        elif trigger.workflow_name:
            self._engine.start_run(_workflow(request, trigger.workflow_name))
        else:
            self._engine.fire_alone(request.backend, trigger)
        return {"Name": trigger.name}

    def _stop_trigger(self, request: GlueRequest) -> Answer:
        trigger = request.backend.get_trigger(str(request.parameters["Name"]))
        trigger.stop_trigger()
        self._engine.schedule(request.backend, trigger)
        return {"Name": trigger.name}

    def _get_workflow(self, request: GlueRequest) -> Answer:
        workflow = _workflow(request, str(request.parameters["Name"]))
        described: dict[str, Any] = request.backend.get_workflow(workflow.name)
        runs = self._engine.runs(workflow)
        if runs:
            described["LastRun"] = runs[0].to_api()
        return {"Workflow": described}

    def _start_run(self, request: GlueRequest) -> Answer:
        workflow = _workflow(request, str(request.parameters["Name"]))
        run = self._engine.start_run(workflow, properties=request.parameters.get("RunProperties"))
        return {"RunId": run.run_id}

    def _stop_run(self, request: GlueRequest) -> Answer:
        self._engine.stop_run(self._run(request))
        return {}

    def _get_run(self, request: GlueRequest) -> Answer:
        run = self._run(request)
        return {"Run": _described(run, graph=bool(request.parameters.get("IncludeGraph")))}

    def _get_runs(self, request: GlueRequest) -> Answer:
        name = str(request.parameters["Name"])
        request.backend.get_workflow(name)
        runs = self._engine.runs(_workflow(request, name))
        graph = bool(request.parameters.get("IncludeGraph"))
        start = int(request.parameters.get("NextToken") or 0)
        end = start + int(request.parameters.get("MaxResults") or _PAGE)
        answer: dict[str, object] = {
            "Runs": [_described(run, graph=graph) for run in runs[start:end]]
        }
        if end < len(runs):
            answer["NextToken"] = str(end)
        return answer

    def _get_properties(self, request: GlueRequest) -> Answer:
        return {"RunProperties": dict(self._run(request).properties)}

    def _put_properties(self, request: GlueRequest) -> Answer:
        self._run(request).properties.update(request.parameters["RunProperties"])
        return {}

    def _run(self, request: GlueRequest) -> WorkflowRun:
        run_id = str(request.parameters["RunId"])
        for run in self._engine.runs(_workflow(request, str(request.parameters["Name"]))):
            if run.run_id == run_id:
                return run
        message = f"Workflow run {run_id} not found."
        raise GlueRefusal(code="EntityNotFoundException", message=message)


def _described(run: WorkflowRun, *, graph: bool) -> dict[str, Any]:
    described = run.to_api()
    return {**described, "Graph": run.graph(triggers_of(run.workflow))} if graph else described


def _workflow(request: GlueRequest, name: str) -> WorkflowId:
    return WorkflowId(account_id=request.account_id, region=request.region, name=name)


def _check_trigger(request: GlueRequest, given: Parameters, *, kind: str, name: str) -> None:
    """Refuse what AWS refuses, and what would never fire here."""
    problem = (
        _problem_of_kind(given, kind)
        or _problem_of_actions(given)
        or _problem_in_workflow(request, given, kind=kind, name=name)
    )
    if problem:
        raise GlueRefusal(code="InvalidInputException", message=f"Trigger {name}: {problem}.")
    _require_jobs(request.backend, given.get("Actions") or [])


def _problem_of_kind(given: Parameters, kind: str) -> str | None:
    workflow = given.get("WorkflowName")
    if kind == "SCHEDULED":
        try:
            Cron.parse(str(given.get("Schedule") or ""))
        except ValueError as error:
            return f"invalid schedule: {error}"
    elif kind == "CONDITIONAL":
        conditions: Sequence[Mapping[str, str]] = (given.get("Predicate") or {}).get(
            "Conditions"
        ) or []
        if not conditions:
            return "Predicate cannot be null or empty"
        if any(not condition.get("JobName") for condition in conditions):
            return "the local cloud has no crawlers to wait for"
        if not workflow:
            return "the local cloud fires conditional triggers within workflows only"
    elif kind == "EVENT":
        batching: Mapping[str, int] = given.get("EventBatchingCondition") or {}
        if not workflow:
            return "an EVENT trigger starts a workflow, and none is named"
        if not 1 <= int(batching.get("BatchSize") or 1) <= MAX_BATCH_SIZE:
            return f"BatchSize is not within 1-{MAX_BATCH_SIZE}"
        if not 1 <= int(batching.get("BatchWindow") or 1) <= MAX_BATCH_WINDOW_SECONDS:
            return f"BatchWindow is not within 1-{MAX_BATCH_WINDOW_SECONDS} seconds"
    elif kind != "ON_DEMAND":
        return f"unknown type {kind}"
    return None


def _problem_of_actions(given: Parameters) -> str | None:
    actions: Sequence[Mapping[str, str]] = given.get("Actions") or []
    if not actions:
        return "Actions cannot be null or empty"
    if any(action.get("CrawlerName") for action in actions):
        return "the local cloud runs no crawlers"
    return None


def _problem_in_workflow(
    request: GlueRequest, given: Parameters, *, kind: str, name: str
) -> str | None:
    """A workflow has one starting trigger (AWS: blueprint and workflow restrictions)."""
    workflow = str(given.get("WorkflowName") or "")
    if not workflow:
        return None
    request.backend.get_workflow(workflow)
    others = [t for t in triggers_of(_workflow(request, workflow)) if t.name != name]
    starting = [t.name for t in others if t.trigger_type in STARTING_TYPES]
    if kind in STARTING_TYPES and starting:
        return f"the workflow {workflow} has the starting trigger {starting[0]} already"
    return None


def _require_jobs(backend: GlueBackend, actions: Sequence[Mapping[str, str]]) -> None:
    for action in actions:
        backend.get_job(str(action["JobName"]))
