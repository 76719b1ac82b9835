"""Glue jobs and workflows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import Properties, mapping, text

MISSING = ("EntityNotFoundException",)
TAGGING = Tagging(
    service="glue",
    target="ResourceArn",
    list="get_tags",
    tags="TagsToAdd",
    keys="TagsToRemove",
    pair=None,
)

_COMMAND = {
    "name": Input(default="glueetl", choices=("glueetl", "pythonshell", "gluestreaming")),
    "pythonVersion": Input(computed=True, choices=("2", "3", "3.9")),
    "runtime": Input(computed=True, stored=True, choices=("Ray2.4",)),
    "scriptLocation": Input(required=True, rule=rules.pattern(r"s3://.+", "s3://bucket/key")),
}
_JOB: dict[str, Input] = {
    "command": Input(required=True, fields=_COMMAND),
    "defaultArguments": Input(default={}),
    "description": Input(rule=rules.length(0, 2048)),
    "executionClass": Input(stored=True, choices=("FLEX", "STANDARD")),
    "executionProperty": Input(
        computed=True, fields={"maxConcurrentRuns": Input(default=1, rule=rules.at_least(1))}
    ),
    "glueVersion": Input(computed=True),
    "maxCapacity": Input(computed=True, stored=True),
    "maxRetries": Input(default=0, rule=rules.between(0, 10)),
    "nonOverridableArguments": Input(default={}),
    "notificationProperty": Input(
        computed=True, stored=True, fields={"notifyDelayAfter": Input(rule=rules.at_least(1))}
    ),
    "numberOfWorkers": Input(
        computed=True, stored=True, conflicts=("maxCapacity",), rule=rules.at_least(1)
    ),
    "roleArn": Input(required=True, wire="Role", rule=rules.arn),
    "securityConfiguration": Input(stored=True),
    "timeout": Input(computed=True, rule=rules.between(1, 10080)),
    "workerType": Input(
        computed=True,
        conflicts=("maxCapacity",),
        stored=True,
        choices=("G.025X", "G.1X", "G.2X", "G.4X", "G.8X", "G.12X", "G.16X", "Standard", "Z.2X"),
    ),
}


class Job(ResourceAdapter[Aws]):
    """A job; its id is its name."""

    resource_type: ClassVar[str] = "aws:glue/job:Job"
    source: ClassVar[str] = "internal/service/glue/job.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        **_JOB,
        "name": Input(replace=True, rule=rules.length(1, 255)),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        given = _definition(inputs)
        backend.call("glue", "create_job", Name=name, Tags=TAGGING.given(inputs), **given)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("glue", "get_job", MISSING, JobName=identity)
        if answer is None:
            return None
        arn = backend.arn("glue", f"job/{identity}")
        live: Properties = {
            **state(mapping(answer, "Job"), _JOB),
            "arn": arn,
            "name": identity,
            "region": backend.region,
            **TAGGING.read(backend, arn),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if any(old.get(name) != new.get(name) for name in _JOB):
            changed = _definition(new)
            backend.call("glue", "update_job", JobName=identity, JobUpdate=changed)
        TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("glue", "delete_job", MISSING, JobName=identity)


def _definition(inputs: Properties) -> Properties:
    """Glue computes the capacity of workers and takes only one of the two (job.go does so too)."""
    given = request(inputs, _JOB)
    if "NumberOfWorkers" in given:
        given.pop("MaxCapacity", None)
    return given


_WORKFLOW: dict[str, Input] = {
    "defaultRunProperties": Input(default={}),
    "description": Input(),
    "maxConcurrentRuns": Input(),
    "name": Input(replace=True, rule=rules.length(1, 255)),
}


class Workflow(ResourceAdapter[Aws]):
    """A workflow; its id is its name."""

    resource_type: ClassVar[str] = "aws:glue/workflow:Workflow"
    source: ClassVar[str] = "internal/service/glue/workflow.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {**_WORKFLOW, "tags": TAGS}

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        given = request(inputs, _WORKFLOW)
        backend.call("glue", "create_workflow", Tags=TAGGING.given(inputs), **given)
        return CreateResult(id=text(inputs, "name"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("glue", "get_workflow", MISSING, Name=identity)
        if answer is None:
            return None
        arn = backend.arn("glue", f"workflow/{identity}")
        live: Properties = {
            **state(mapping(answer, "Workflow"), _WORKFLOW),
            "arn": arn,
            "name": identity,
            "region": backend.region,
            **TAGGING.read(backend, arn),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if any(old.get(name) != new.get(name) for name in _WORKFLOW):
            backend.call("glue", "update_workflow", **request(new, _WORKFLOW))
        TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("glue", "delete_workflow", MISSING, Name=identity)


ADAPTERS = (Job(), Workflow())
