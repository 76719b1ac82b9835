"""EventBridge rules and their targets."""

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
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.errors import BackendRefusedError, ProviderError
from local_cloud.providers.values import Properties, Value, flag, objects, text, text_or

_MISSING = ("ResourceNotFoundException",)
_DEFAULT_BUS = "default"
_PUT_TARGETS = "events:put_targets"
_TAGGING = Tagging(service="events", target="ResourceARN")


_BUS = rules.pattern(
    r"[/.\w-]{1,256}|arn:[^:]+:events:[^:]+:\d{12}:event-bus/.+", "a bus's name or its ARN"
)


class EventRule(ResourceAdapter[Aws]):
    """A rule; its id is its name, with the bus in front when that is not the default one."""

    resource_type: ClassVar[str] = "aws:cloudwatch/eventRule:EventRule"
    source: ClassVar[str] = "internal/service/events/rule.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=64)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        "description": Input(rule=rules.length(0, 512)),
        "eventBusName": Input(replace=True, default=_DEFAULT_BUS, rule=_BUS),
        "eventPattern": Input(
            json=True, rule=rules.every(rules.json_document, rules.length(1, 4096))
        ),
        "forceDestroy": Input(write_only=True, default=False),
        "name": Input(
            replace=True, rule=rules.pattern(r"[\w.-]{1,64}", "1 to 64 letters, digits and _.-")
        ),
        "roleArn": Input(rule=rules.arn),
        "scheduleExpression": Input(
            rule=rules.every(
                rules.pattern(r"(rate|cron)\(.+\)", "rate(5 minutes) or cron(…)"),
                rules.length(0, 256),
            )
        ),
        "state": Input(computed=True, default="ENABLED", choices=("ENABLED", "DISABLED")),
        "tags": TAGS,
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if "eventPattern" in inputs or "scheduleExpression" in inputs:
            return []
        reason = "give 'eventPattern' or 'scheduleExpression': the rule would never match"
        return [CheckFailure(property="eventPattern", reason=reason)]

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        _put_rule(backend, inputs, Tags=_TAGGING.given(inputs))
        bus, name = text(inputs, "eventBusName"), text(inputs, "name")
        return CreateResult(id=name if bus == _DEFAULT_BUS else f"{bus}/{name}")

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        bus, name = _rule_names(identity)
        found = backend.find("events", "describe_rule", _MISSING, Name=name, EventBusName=bus)
        if found is None:
            return None
        live: Properties = {
            **state(found, self.inputs, without=("forceDestroy", "tags")),
            "arn": text(found, "Arn"),
            "eventBusName": bus,
            "name": name,
            "region": backend.region,
            **_TAGGING.read(backend, text(found, "Arn")),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_rule(backend, new)
        _TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        bus, name = _rule_names(identity)
        if flag(state, "forceDestroy"):
            _remove_all_targets(backend, name, bus)
        backend.find("events", "delete_rule", _MISSING, Name=name, EventBusName=bus)


def _rule_names(identity: str) -> tuple[str, str]:
    bus, separator, name = identity.rpartition("/")
    return (bus, name) if separator else (_DEFAULT_BUS, identity)


def _put_rule(aws: Aws, inputs: Properties, **more: object) -> None:
    given = request(inputs, EventRule.inputs, without=("forceDestroy", "tags"))
    aws.call("events", "put_rule", **given, **more)


def _remove_all_targets(aws: Aws, rule: str, bus: str) -> None:
    targets = aws.find("events", "list_targets_by_rule", _MISSING, Rule=rule, EventBusName=bus)
    identities = [text(target, "Id") for target in objects(targets or {}, "Targets")]
    if identities:
        aws.call("events", "remove_targets", Rule=rule, EventBusName=bus, Ids=identities)


def _paths(value: Value) -> str | None:
    """terraform-provider-aws, internal/service/events/target.go (input_paths)."""
    names = value if isinstance(value, dict) else {}
    if len(names) > 100:
        return f"must have at most 100 paths, but has {len(names)}"
    reserved = sorted(name for name in names if name.startswith("AWS"))
    return f"must have names that do not start with 'AWS', not {reserved}" if reserved else None


_TARGET: dict[str, Input] = {
    "arn": Input(required=True, rule=rules.arn),
    "deadLetterConfig": Input(stored=True, fields={"arn": Input(rule=rules.arn)}),
    "input": Input(
        json=True,
        conflicts=("inputPath", "inputTransformer"),
        rule=rules.every(rules.json_document, rules.length(0, 8192)),
    ),
    "inputPath": Input(conflicts=("inputTransformer",), rule=rules.length(0, 256)),
    "inputTransformer": Input(
        fields={
            "inputPaths": Input(wire="InputPathsMap", rule=_paths),
            "inputTemplate": Input(required=True, rule=rules.length(1, 8192)),
        }
    ),
    "retryPolicy": Input(
        stored=True,
        fields={
            "maximumEventAgeInSeconds": Input(rule=rules.between(60, 86400)),
            "maximumRetryAttempts": Input(rule=rules.between(0, 185)),
        },
    ),
    "roleArn": Input(rule=rules.arn),
}


class EventTarget(ResourceAdapter[Aws]):
    """What a rule sends events to; its id is `<rule>-<target>`."""

    resource_type: ClassVar[str] = "aws:cloudwatch/eventTarget:EventTarget"
    source: ClassVar[str] = "internal/service/events/target.go"
    naming: ClassVar[Naming | None] = Naming(input="targetId", longest=64)
    computed: ClassVar[tuple[str, ...]] = ("region",)
    inputs: ClassVar[Mapping[str, Input]] = {
        **_TARGET,
        "eventBusName": Input(replace=True, default=_DEFAULT_BUS, rule=_BUS),
        "forceDestroy": Input(write_only=True, default=False),
        "rule": Input(
            required=True,
            replace=True,
            rule=rules.pattern(r"[\w.-]{1,64}", "1 to 64 letters, digits and _.-"),
        ),
        "targetId": Input(
            replace=True, rule=rules.pattern(r"[\w.-]{1,64}", "1 to 64 letters, digits and _.-")
        ),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        _put_target(backend, inputs)
        bus, rule = text(inputs, "eventBusName"), text(inputs, "rule")
        return CreateResult(id=_target_identity(bus, rule, text(inputs, "targetId")))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        bus, rule, target_id = _target_names(identity, known)
        answer = backend.find(
            "events", "list_targets_by_rule", _MISSING, Rule=rule, EventBusName=bus
        )
        targets = objects(answer or {}, "Targets")
        found = next((target for target in targets if target.get("Id") == target_id), None)
        if found is None:
            return None
        live: Properties = {
            **state(found, _TARGET),
            "eventBusName": bus,
            "region": backend.region,
            "rule": rule,
            "targetId": target_id,
        }
        return ReadResult(id=_target_identity(bus, rule, target_id), state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_target(backend, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        bus, rule, target_id = _target_names(identity, state)
        backend.find(
            "events", "remove_targets", _MISSING, Rule=rule, EventBusName=bus, Ids=[target_id]
        )


def _target_identity(bus: str, rule: str, target_id: str) -> str:
    return f"{'' if bus == _DEFAULT_BUS else f'{bus}-'}{rule}-{target_id}"


def _target_names(identity: str, known: Properties) -> tuple[str, str, str]:
    """Bus, rule and target; an import names them `[<bus>/]<rule>/<target>`, as AWS's does."""
    if "rule" in known:
        bus = text_or(known, "eventBusName", _DEFAULT_BUS)
        return bus, text(known, "rule"), text(known, "targetId")
    parts = identity.split("/")
    if len(parts) not in (2, 3):
        message = f"an event target is imported as '<rule>/<target>', not {identity!r}"
        raise ProviderError(message)
    return (parts[0] if len(parts) == 3 else _DEFAULT_BUS), parts[-2], parts[-1]


def _put_target(aws: Aws, inputs: Properties) -> None:
    target: Properties = {**request(inputs, _TARGET), "Id": text(inputs, "targetId")}
    targets: list[Value] = [target]
    answer = aws.call(
        "events",
        "put_targets",
        Rule=text(inputs, "rule"),
        EventBusName=text(inputs, "eventBusName"),
        Targets=targets,
    )
    for failure in objects(answer, "FailedEntries"):
        code, reason = text_or(failure, "ErrorCode", "?"), text_or(failure, "ErrorMessage", "?")
        raise BackendRefusedError(_PUT_TARGETS, code, reason)


ADAPTERS = (EventRule(), EventTarget())
