"""The Glue service of the local cloud: moto's catalog, with tables, jobs and workflows that act."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from local_cloud.aws.glue.catalog import Catalog
from local_cloud.aws.glue.job_api import JobApi
from local_cloud.aws.glue.job_events import job_state_change
from local_cloud.aws.glue.job_runs import JobRun
from local_cloud.aws.glue.jobs import JobRunner
from local_cloud.aws.glue.limits import GLUE_LIMITS
from local_cloud.aws.glue.memory import resident_bytes
from local_cloud.aws.glue.requests import Installation
from local_cloud.aws.glue.timers import Timers
from local_cloud.aws.glue.workflow_api import WorkflowApi
from local_cloud.aws.glue.workflow_runs import WorkflowId
from local_cloud.aws.glue.workflows import WorkflowEngine
from local_cloud.aws_clients import ROOT_KEYS, aws_client
from local_cloud.journal import Journal
from local_cloud.limits import LIMITS
from local_cloud.settings import LocalCloudSettings

LIMITS.add(*GLUE_LIMITS)

_RUNS_SHOWN: Final = 50

Publish = Callable[[str, str, Mapping[str, object]], None]
"""Takes an account, a region and an event."""


class GlueService:
    """Answers the parts of the Glue API where moto only remembers."""

    name = "glue"

    def __init__(self, settings: LocalCloudSettings, journal: Journal) -> None:
        self._settings = settings
        self._s3_lock = threading.Lock()
        self._s3_clients: dict[str, Any] = {}
        self._timers = Timers()
        self._runner = JobRunner(settings, journal)
        self._engine = WorkflowEngine(self._runner, self._timers, journal)
        self._runner.on_end = self._job_ended
        self._publish: Publish = lambda _account_id, _region, _event: None
        self._installation = Installation(
            {
                **Catalog(self._put_object).operations(),
                **JobApi(self._runner).operations(),
                **WorkflowApi(self._engine).operations(),
            }
        )

    def start(self) -> None:
        """Answer in moto's place from now on."""
        self._runner.clean()
        self._installation.install()
        self._timers.start()

    def stop(self) -> None:
        """End timers and job runs, and let moto answer again."""
        self._timers.stop()
        self._runner.close()
        self._installation.remove()

    def publish_with(self, publish: Publish) -> None:
        """Say what takes this service's events for EventBridge."""
        self._publish = publish

    def notify_event(self, workflow_arn: str, event: Mapping[str, object]) -> None:
        """Take an event for a workflow, as EventBridge hands it over with glue:NotifyEvent."""
        self._engine.notify(WorkflowId.from_arn(workflow_arn), str(event["id"]))

    def job_runs(self) -> list[JobRun]:
        """Return every job run, the ended ones too."""
        return self._runner.all_runs()

    def status(self) -> Mapping[str, object]:
        """List the last job runs, workflow runs under way, and the memory of Spark processes."""
        processes = self._runner.processes()
        return {
            "job_runs": [
                {
                    "job": run.job,
                    "run": run.run_id,
                    "state": run.state.value,
                    "seconds": run.seconds,
                    "error": run.error_message,
                    "pid": processes.get(run.run_id),
                }
                for run in self._runner.all_runs()[-_RUNS_SHOWN:]
            ],
            "workflow_runs": [
                {"workflow": run.workflow.name, "run": run.run_id, "status": run.status.value}
                for run in self._engine.running()
            ],
            "spark_processes": [
                {"run": run_id, "pid": pid, "resident_bytes": resident_bytes(pid)}
                for run_id, pid in processes.items()
            ],
        }

    def _job_ended(self, run: JobRun) -> None:
        account_id = self._settings.account_id
        self._publish(account_id, run.region, job_state_change(run, account_id=account_id))
        self._engine.job_ended(run)

    def _put_object(self, region: str, uri: str, content: str) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        with self._s3_lock:
            s3 = self._s3_clients.get(region) or self._s3_clients.setdefault(
                region, aws_client("s3", self._settings, ROOT_KEYS, region=region)
            )
        s3.put_object(Bucket=bucket, Key=key, Body=content.encode())
