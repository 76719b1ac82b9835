"""Glue triggers: what starts jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.enumerations import CRAWL_STATES
from local_cloud.providers.aws.glue_jobs import MISSING, TAGGING
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.aws.tags import TAGS
from local_cloud.providers.values import Properties, flag, mapping, objects, text

_ACTION = {
    "arguments": Input(default={}),
    "crawlerName": Input(),
    "jobName": Input(),
    "notificationProperty": Input(
        stored=True, fields={"notifyDelayAfter": Input(rule=rules.at_least(1))}
    ),
    "securityConfiguration": Input(stored=True),
    "timeout": Input(rule=rules.between(1, 10080)),
}
_CONDITION = {
    "crawlState": Input(choices=CRAWL_STATES),
    "crawlerName": Input(),
    "jobName": Input(),
    "logicalOperator": Input(default="EQUALS", choices=("EQUALS",)),
    "state": Input(
        choices=("SUCCEEDED", "STOPPED", "TIMEOUT", "FAILED", "ERROR", "RUNNING", "WAITING")
    ),
}
_TRIGGER: dict[str, Input] = {
    "actions": Input(required=True, at_least=1, fields=_ACTION),
    "description": Input(rule=rules.length(0, 2048)),
    "predicate": Input(
        fields={
            "conditions": Input(required=True, at_least=1, fields=_CONDITION),
            "logical": Input(default="AND", choices=("AND", "ANY")),
        }
    ),
    "schedule": Input(rule=rules.pattern(r"cron\(.+\)", "cron(0 6 * * ? *)")),
}
_BATCHING = {
    "batchSize": Input(required=True, rule=rules.between(1, 100)),
    "batchWindow": Input(default=900, rule=rules.between(1, 900)),
}


class Trigger(ResourceAdapter[Aws]):
    """What starts jobs: a schedule, an event, or another job's end; its id is its name."""

    resource_type: ClassVar[str] = "aws:glue/trigger:Trigger"
    source: ClassVar[str] = "internal/service/glue/trigger.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "state", "tagsAll")
    volatile: ClassVar[tuple[str, ...]] = ("state",)
    inputs: ClassVar[Mapping[str, Input]] = {
        **_TRIGGER,
        "enabled": Input(default=True),
        "eventBatchingConditions": Input(fields=_BATCHING),
        "name": Input(replace=True, rule=rules.length(1, 255)),
        "startOnCreation": Input(write_only=True),
        "tags": TAGS,
        "type": Input(
            required=True,
            replace=True,
            choices=("CONDITIONAL", "EVENT", "ON_DEMAND", "SCHEDULED"),
        ),
        "workflowName": Input(replace=True),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        needs = {"SCHEDULED": "schedule", "CONDITIONAL": "predicate", "EVENT": "workflowName"}
        kind = inputs.get("type")
        need = needs.get(kind) if isinstance(kind, str) else None
        if need is None or need in inputs:
            return []
        return [CheckFailure(property=need, reason=f"is needed for a trigger of type {kind}")]

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        parameters: dict[str, object] = {
            **_definition(inputs),
            "Name": name,
            "Tags": TAGGING.given(inputs),
            "Type": text(inputs, "type"),
        }
        if "workflowName" in inputs:
            parameters["WorkflowName"] = text(inputs, "workflowName")
        starts = text(inputs, "type") in ("SCHEDULED", "CONDITIONAL") and flag(inputs, "enabled")
        if flag(inputs, "startOnCreation", otherwise=starts):
            parameters["StartOnCreation"] = True
        backend.call("glue", "create_trigger", **parameters)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.find("glue", "get_trigger", MISSING, Name=identity)
        if answer is None:
            return None
        trigger = mapping(answer, "Trigger")
        arn = backend.arn("glue", f"trigger/{identity}")
        batching = mapping(trigger, "EventBatchingCondition")
        live: Properties = {
            **state(trigger, _TRIGGER),
            "arn": arn,
            "enabled": _is_enabled(trigger, known),
            "eventBatchingConditions": [state(batching, _BATCHING)] if batching else None,
            "name": identity,
            "region": backend.region,
            "state": trigger.get("State"),
            "type": trigger.get("Type"),
            "workflowName": trigger.get("WorkflowName"),
            **TAGGING.read(backend, arn),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if any(old.get(name) != new.get(name) for name in (*_TRIGGER, "eventBatchingConditions")):
            backend.call("glue", "update_trigger", Name=identity, TriggerUpdate=_definition(new))
        if old.get("enabled") != new.get("enabled"):
            operation = "start_trigger" if flag(new, "enabled") else "stop_trigger"
            backend.call("glue", operation, Name=identity)
        TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("glue", "delete_trigger", MISSING, Name=identity)


def _definition(inputs: Properties) -> Properties:
    wire = request(inputs, _TRIGGER)
    conditions = objects(inputs, "eventBatchingConditions")
    if conditions:
        wire["EventBatchingCondition"] = request(conditions[0], _BATCHING)
    return wire


def _is_enabled(trigger: Properties, known: Properties) -> bool:
    """Triggers that nothing activates count as enabled as long as the program says so."""
    state = trigger.get("State")
    if trigger.get("Type") in ("ON_DEMAND", "EVENT"):
        return state in ("CREATED", "CREATING", "ACTIVATED") and flag(
            known, "enabled", otherwise=True
        )
    return state in ("ACTIVATED", "ACTIVATING")


ADAPTERS = (Trigger(),)
