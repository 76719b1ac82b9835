"""The jobs part of the Glue API: definitions kept whole, and runs that are real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.core.utils import utcnow
from moto.glue.models import FakeJob, GlueBackend

from local_cloud.aws.glue.job_runs import JobRun
from local_cloud.aws.glue.jobs import DEFAULT_TIMEOUT_MINUTES, JobRunner
from local_cloud.aws.glue.requests import (
    Answer,
    GlueRefusal,
    GlueRequest,
    Operation,
    Parameters,
    refuse_unknown,
)

SUPPORTED_GLUE_VERSIONS: Final = ("5.1",)
_WORKER_DPUS: Final = {"G.025X": 0.25, "G.1X": 1.0, "G.2X": 2.0, "G.4X": 4.0, "G.8X": 8.0}
_PAGE: Final = 200
MAX_TIMEOUT_MINUTES: Final = 7 * 24 * 60
MAX_RETRIES: Final = 10
MAX_WORKERS: Final = {"G.1X": 299, "G.2X": 149}
"""What Glue documents: others have the account's quota of 300 DPUs only."""


class LocalJob(FakeJob):
    """A job that gives back all that it was defined with; moto drops a part of it."""

    def __init__(self, name: str, definition: Parameters, backend: GlueBackend) -> None:
        self.definition = _with_defaults(definition)
        super().__init__(
            name=name,
            role=self.definition["Role"],
            command=self.definition["Command"],
            description=self.definition.get("Description", ""),
            log_uri=self.definition.get("LogUri", ""),
            execution_property=self.definition["ExecutionProperty"],
            default_arguments=self.definition.get("DefaultArguments", {}),
            non_overridable_arguments=self.definition.get("NonOverridableArguments", {}),
            connections=self.definition.get("Connections", {}),
            max_retries=self.definition["MaxRetries"],
            allocated_capacity=self.definition.get("AllocatedCapacity", 0),
            timeout=self.definition["Timeout"],
            max_capacity=self.definition.get("MaxCapacity", 0.0),
            security_configuration=self.definition.get("SecurityConfiguration", ""),
            tags=definition.get("Tags") or {},
            notification_property=self.definition.get("NotificationProperty", {}),
            glue_version=self.definition["GlueVersion"],
            number_of_workers=self.definition.get("NumberOfWorkers", 0),
            worker_type=self.definition.get("WorkerType", ""),
            code_gen_configuration_nodes={},
            execution_class=self.definition["ExecutionClass"],
            source_control_details={},
            backend=backend,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the job as GetJob does."""
        return {
            **self.definition,
            "Name": self.name,
            "CreatedOn": self.created_on,
            "LastModifiedOn": self.last_modified_on,
        }


class JobApi:
    """Answers CreateJob, UpdateJob and everything about job runs."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner

    def operations(self) -> dict[str, Operation]:
        """Return the operations that this class answers."""
        return {
            "CreateJob": self._create,
            "UpdateJob": self._update,
            "StartJobRun": self._start,
            "GetJobRun": self._get_run,
            "GetJobRuns": self._get_runs,
            "BatchStopJobRun": self._stop_runs,
        }

    def _create(self, request: GlueRequest) -> Answer:
        refuse_unknown(
            request, "CodeGenConfigurationNodes", "SourceControlDetails", "JobRunQueuingEnabled"
        )
        name = str(request.parameters["Name"])
        if name in request.backend.jobs:
            raise GlueRefusal(code="AlreadyExistsException", message="Job already exists.")
        _check(name, request.parameters)
        request.backend.jobs[name] = LocalJob(name, request.parameters, request.backend)
        return {"Name": name}

    def _update(self, request: GlueRequest) -> Answer:
        """Replace the whole definition: what the update leaves out goes back to its default."""
        name = str(request.parameters["JobName"])
        held = request.backend.get_job(name)
        update: Parameters = request.parameters["JobUpdate"]
        _check(name, update)
        job = LocalJob(name, update, request.backend)
        job.created_on = held.created_on
        job.last_modified_on = utcnow()
        request.backend.jobs[name] = job
        return {"JobName": name}

    def _start(self, request: GlueRequest) -> Answer:
        refuse_unknown(request, "JobRunId", "AllocatedCapacity", "JobRunQueuingEnabled")
        job = request.backend.get_job(str(request.parameters["JobName"]))
        run = self._runner.start(job, region=request.region, overrides=request.parameters)
        return {"JobRunId": run.run_id}

    def _get_run(self, request: GlueRequest) -> Answer:
        return {"JobRun": self._run(request, str(request.parameters["RunId"])).to_api()}

    def _get_runs(self, request: GlueRequest) -> Answer:
        runs = self._runner.runs(request.backend.get_job(str(request.parameters["JobName"])))
        start = int(request.parameters.get("NextToken") or 0)
        end = start + int(request.parameters.get("MaxResults") or _PAGE)
        answer: dict[str, object] = {"JobRuns": [run.to_api() for run in runs[start:end]]}
        if end < len(runs):
            answer["NextToken"] = str(end)
        return answer

    def _stop_runs(self, request: GlueRequest) -> Answer:
        job = str(request.parameters["JobName"])
        stopped: list[Mapping[str, str]] = []
        errors: list[Mapping[str, object]] = []
        for run_id in request.parameters["JobRunIds"]:
            named = {"JobName": job, "JobRunId": str(run_id)}
            try:
                ended = not self._runner.stop(self._run(request, str(run_id)))
            except GlueRefusal as refusal:
                errors.append({**named, "ErrorDetail": _detail(refusal)})
                continue
            if ended:
                refusal = GlueRefusal(
                    code="InvalidInputException", message=f"Job run {run_id} has ended already."
                )
                errors.append({**named, "ErrorDetail": _detail(refusal)})
            else:
                stopped.append(named)
        return {"SuccessfulSubmissions": stopped, "Errors": errors}

    def _run(self, request: GlueRequest, run_id: str) -> JobRun:
        for run in self._runner.runs(request.backend.get_job(str(request.parameters["JobName"]))):
            if run.run_id == run_id:
                return run
        raise GlueRefusal(code="EntityNotFoundException", message=f"Job run {run_id} not found.")


def _detail(refusal: GlueRefusal) -> dict[str, str]:
    return {"ErrorCode": refusal.error_type, "ErrorMessage": refusal.message}


def _check(name: str, definition: Parameters) -> None:
    """Refuse what this runner cannot run, before anybody starts it."""
    command: Mapping[str, str] = definition.get("Command") or {}
    version = str(definition.get("GlueVersion") or "")
    problem = None
    if command.get("Name") != "glueetl":
        problem = f"the command {command.get('Name')!r}: only glueetl (Spark) runs here"
    elif not str(command.get("ScriptLocation") or "").startswith("s3://"):
        problem = "a script location that is not s3://"
    elif version not in SUPPORTED_GLUE_VERSIONS:
        problem = f"Glue version {version!r}: only {', '.join(SUPPORTED_GLUE_VERSIONS)} runs here"
    _check_size(definition)
    if problem is not None:
        raise GlueRefusal(
            code="InvalidInputException",
            message=f"The local cloud cannot run the job {name} with {problem}.",
        )


def _check_size(definition: Parameters) -> None:
    """Refuse what Glue refuses of a job's time, retries and workers.

    https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-job.html
    """
    worker, workers = definition.get("WorkerType"), definition.get("NumberOfWorkers")
    problem = None
    if int(definition.get("Timeout") or 1) > MAX_TIMEOUT_MINUTES:
        problem = f"Timeout must be at most {MAX_TIMEOUT_MINUTES} minutes (7 days)."
    elif not 0 <= int(definition.get("MaxRetries") or 0) <= MAX_RETRIES:
        problem = f"MaxRetries must be between 0 and {MAX_RETRIES}."
    elif definition.get("MaxCapacity") and (worker or workers):
        problem = "Please do not set Max Capacity if using Worker Type and Number of Workers."
    elif worker and workers and not 2 <= int(workers) <= MAX_WORKERS.get(str(worker), 299):
        most = MAX_WORKERS.get(str(worker), 299)
        problem = f"Number of Workers must be between 2 and {most} for {worker}."
    if problem is not None:
        raise GlueRefusal(code="InvalidInputException", message=problem)


def _with_defaults(definition: Parameters) -> dict[str, Any]:
    """Fill in what Glue fills in."""
    left_out = {"Name", "Tags"}
    given = {
        name: value
        for name, value in definition.items()
        if name not in left_out and value is not None
    }
    workers = given.get("NumberOfWorkers")
    dpus = _WORKER_DPUS.get(str(given.get("WorkerType")))
    if workers is not None and dpus is not None:
        given.setdefault("MaxCapacity", float(workers) * dpus)
    return {
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "ExecutionClass": "STANDARD",
        "JobMode": "SCRIPT",
        "MaxRetries": 0,
        "Timeout": DEFAULT_TIMEOUT_MINUTES,
        "DefaultArguments": {},
        **given,
    }
