"""Workflows that really start jobs: by events, one run at a time, one job after the other."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_glue.conftest import Cloud

QUICK = "print('done')"
STOPPABLE = "import signal; signal.pause()"


class Workflow:
    """A workflow that an event starts, with a second job behind the first."""

    def __init__(self, cloud: Cloud, first: str, then: str | None = None, batch: int = 1) -> None:
        self.cloud = cloud
        self.glue = cloud.client("glue")
        self.name = f"workflow-{uuid.uuid4().hex[:8]}"
        self.first = cloud.job(first)
        self.then = cloud.job(then) if then is not None else None
        self.glue.create_workflow(Name=self.name, MaxConcurrentRuns=1)
        self.glue.create_trigger(
            Name=f"{self.name}-start",
            WorkflowName=self.name,
            Type="EVENT",
            Actions=[{"JobName": self.first}],
            EventBatchingCondition={"BatchSize": batch, "BatchWindow": 900},
        )
        if self.then is not None:
            self.follow(self.then, after=self.first)

    def follow(self, job: str, *, after: str) -> None:
        condition = {"JobName": after, "State": "SUCCEEDED", "LogicalOperator": "EQUALS"}
        self.glue.create_trigger(
            Name=f"{self.name}-then",
            WorkflowName=self.name,
            Type="CONDITIONAL",
            Actions=[{"JobName": job}],
            Predicate={"Logical": "AND", "Conditions": [condition]},
            StartOnCreation=True,
        )

    def event(self, event_id: str) -> None:
        settings = self.cloud.settings
        arn = f"arn:aws:glue:{settings.region}:{settings.account_id}:workflow/{self.name}"
        self.cloud.glue_service.notify_event(arn, {"id": event_id})

    def runs(self) -> list[dict[str, Any]]:
        return self.glue.get_workflow_runs(Name=self.name, IncludeGraph=True)["Runs"]

    def settle(self) -> list[dict[str, Any]]:
        """Wait until every run has ended."""
        while any(run["Status"] == "RUNNING" for run in self.runs()):
            for run in self.cloud.glue_service.job_runs():
                assert run.ended.wait(timeout=60)
        return self.runs()


def test_a_batch_of_events_starts_one_run_and_the_next_job_follows(cloud: Cloud) -> None:
    workflow = Workflow(cloud, QUICK, QUICK, batch=2)
    workflow.event("e1")
    assert workflow.runs() == []
    workflow.event("e2")
    (run,) = workflow.settle()
    assert run["Status"] == "COMPLETED"
    assert run["Statistics"]["SucceededActions"] == 2
    assert run["WorkflowRunProperties"]["aws:eventIds"] == "[e1,e2]"
    jobs = {node["Name"] for node in run["Graph"]["Nodes"] if node["Type"] == "JOB"}
    assert jobs == {workflow.first, workflow.then}
    names = cloud.client("glue").get_job_runs(JobName=workflow.first)["JobRuns"][0]["Arguments"]
    assert names["--WORKFLOW_RUN_ID"] == run["WorkflowRunId"]


def test_the_next_job_does_not_follow_a_failure(cloud: Cloud) -> None:
    workflow = Workflow(cloud, "raise ValueError('no')", QUICK)
    workflow.event("e1")
    (run,) = workflow.settle()
    assert run["Statistics"]["FailedActions"] == 1
    assert run["Statistics"]["TotalActions"] == 1


def test_events_for_a_busy_workflow_wait_and_start_one_more_run(cloud: Cloud) -> None:
    workflow = Workflow(cloud, STOPPABLE)
    glue = cloud.client("glue")
    workflow.event("e1")
    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        glue.start_workflow_run(Name=workflow.name)
    workflow.event("e2")
    workflow.event("e3")
    (busy,) = workflow.runs()
    glue.stop_workflow_run(Name=workflow.name, RunId=busy["WorkflowRunId"])
    (stopped,) = glue.get_job_runs(JobName=workflow.first)["JobRuns"][-1:]
    assert cloud.finished(workflow.first, stopped["Id"])["JobRunState"] == "STOPPED"
    second, first = workflow.runs()
    assert first["Status"] == "STOPPED"
    assert second["WorkflowRunProperties"]["aws:eventIds"] == "[e2,e3]"
    glue.stop_workflow_run(Name=workflow.name, RunId=second["WorkflowRunId"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"EventBatchingCondition": {"BatchSize": 101, "BatchWindow": 900}}, "batchSize"),
        ({"EventBatchingCondition": {"BatchSize": 1, "BatchWindow": 901}}, "batchWindow"),
        ({"Type": "SCHEDULED", "Schedule": "cron(0 1 * * ? *)"}, "starting trigger"),
        ({"Type": "SCHEDULED", "Schedule": "rate(5 minutes)"}, "invalid schedule"),
        ({"Actions": [{"CrawlerName": "c"}]}, "no crawlers"),
    ],
)
def test_triggers_that_aws_refuses_are_refused(
    cloud: Cloud, change: dict[str, Any], reason: str
) -> None:
    workflow = Workflow(cloud, QUICK)
    trigger = {
        "Name": f"{workflow.name}-other",
        "WorkflowName": workflow.name,
        "Type": "EVENT",
        "Actions": [{"JobName": workflow.first}],
        "EventBatchingCondition": {"BatchSize": 1, "BatchWindow": 900},
        **change,
    }
    with pytest.raises(ClientError, match=reason):
        cloud.client("glue").create_trigger(**trigger)
