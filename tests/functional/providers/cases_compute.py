"""Functions, and what belongs to them; logs and alarms."""

from __future__ import annotations

import json

from local_cloud.providers.values import Archive, Asset, Value
from tests.functional.providers.ask import ask
from tests.functional.providers.case import Case, Description
from tests.functional.providers.engine import Managed
from tests.functional.providers.world import World


def _function(world: World, managed: Managed) -> Description | None:
    return ask(world, "lambda", "get_function", FunctionName=managed.id)


def _layer(world: World, managed: Managed) -> Description | None:
    name, version = str(managed.inputs["layerName"]), int(managed.id.rsplit(":", 1)[-1])
    return ask(world, "lambda", "get_layer_version", LayerName=name, VersionNumber=version)


def _mapping(world: World, managed: Managed) -> Description | None:
    found = ask(world, "lambda", "get_event_source_mapping", UUID=managed.id)
    if found is None or found["State"] == "Deleting":
        return None
    arn = str(managed.state["arn"])
    return {"mapping": found, "tags": ask(world, "lambda", "list_tags", Resource=arn)}


def _permission(world: World, managed: Managed) -> Description | None:
    function = str(managed.inputs["function"])
    found = ask(world, "lambda", "get_policy", FunctionName=function) or {}
    is_there = managed.id in str(found.get("Policy", ""))
    return {"function": function, **found} if is_there else None


def _log_group(world: World, managed: Managed) -> Description | None:
    answer = ask(world, "logs", "describe_log_groups", logGroupNamePrefix=managed.id) or {}
    groups = answer["logGroups"]
    assert isinstance(groups, list)
    if not groups:
        return None
    arn = str(groups[0]["arn"]).removesuffix(":*")
    return {"group": groups, "tags": ask(world, "logs", "list_tags_for_resource", resourceArn=arn)}


def _alarm(world: World, managed: Managed) -> Description | None:
    answer = ask(world, "cloudwatch", "describe_alarms", AlarmNames=[managed.id]) or {}
    alarms = answer["MetricAlarms"]
    assert isinstance(alarms, list)
    if not alarms:
        return None
    arn = alarms[0]["AlarmArn"]
    tags = ask(world, "cloudwatch", "list_tags_for_resource", ResourceARN=arn)
    return {"alarm": alarms[0], "tags": tags}


def _dashboard(world: World, managed: Managed) -> Description | None:
    return ask(world, "cloudwatch", "get_dashboard", DashboardName=managed.id)


def _archive(answer: str) -> Archive:
    text = f"def handler(event, context):\n    return {answer!r}\n"
    return Archive(digest=answer, assets=(("app.py", Asset(digest=answer, text=text)),))


def _meddle_with_function(world: World, managed: Managed) -> object:
    return world.client("lambda").update_function_configuration(
        FunctionName=managed.id, Timeout=9, Environment={"Variables": {"ROGUE": "yes"}}
    )


def _widgets(title: str) -> str:
    return json.dumps({"widgets": [{"type": "text", "properties": {"markdown": title}}]})


def _function_inputs(world: World) -> dict[str, Value]:
    return {
        "name": world.name("subject"),
        "role": world.role_arn,
        "runtime": "python3.11",
        "handler": "app.handler",
        "s3Bucket": world.bucket,
        "s3Key": world.code("first"),
        "memorySize": 257,
        "environment": {"variables": {"LEDGER": "table-one"}},
        "tags": {"team": "lake"},
    }


CASES = (
    Case(
        resource_type="aws:lambda/function:Function",
        inputs=_function_inputs,
        describe=_function,
        changes=lambda world: {
            "memorySize": 511,
            "timeout": 61,
            "description": "reads files",
            "environment": {"variables": {"LEDGER": "table-two"}},
            "ephemeralStorage": {"size": 1025},
            "handler": "app.other",
            "runtime": "python3.12",
            "role": world.function_role("other"),
            "layers": [world.layer],
            "tracingConfig": {"mode": "Active"},
            "loggingConfig": {"logFormat": "JSON"},
            "s3Key": world.code("second"),
            "architectures": ["arm64"],
            "reservedConcurrentExecutions": 7,
            "sourceCodeHash": "abc",
            "tags": {"team": "shore"},
            "deadLetterConfig": {"targetArn": world.queue_arn},
            "kmsKeyArn": world.key_arn,
        },
        replacing=lambda world: {"name": world.name("other"), "packageType": "Image"},
        diffed_only={"packageType": "the local cloud runs archives, not images"},
        meddle=_meddle_with_function,
        drift=frozenset({"timeout", "environment"}),
        kept=frozenset({"s3Bucket", "s3Key", "sourceCodeHash"}),
        # Another source of the code, and a version of it; test_functions tries them.
        untried=frozenset({"code", "s3ObjectVersion"}),
    ),
    Case(
        resource_type="aws:lambda/layerVersion:LayerVersion",
        inputs=lambda world: {
            "layerName": world.name("subject"),
            "description": "pyarrow",
            "s3Bucket": world.bucket,
            "s3Key": world.code("layer"),
            "compatibleRuntimes": ["python3.11"],
            "compatibleArchitectures": ["x86_64"],
        },
        describe=_layer,
        replacing=lambda world: {
            "layerName": world.name("other"),
            "description": "other",
            "s3Bucket": "other",
            "s3Key": world.code("other-layer"),
            "s3ObjectVersion": "other",
            "sourceCodeHash": "other",
            "code": _archive("other"),
            "compatibleRuntimes": ["python3.12"],
            "compatibleArchitectures": ["arm64"],
            "licenseInfo": "MIT",
        },
        beside=lambda _: {"code": {"s3Bucket": None, "s3Key": None}},
        kept=frozenset({"code", "s3Bucket", "s3Key", "sourceCodeHash"}),
        diffed_only={
            "s3Bucket": "as with another key, and there is one bucket with code",
            "s3ObjectVersion": "the bucket with code has no versions",
        },
        fixed="a version of a layer never changes",
    ),
    Case(
        resource_type="aws:lambda/eventSourceMapping:EventSourceMapping",
        inputs=lambda world: {
            "eventSourceArn": world.queue_arn,
            "functionName": world.function,
            "batchSize": 7,
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "scalingConfig": {"maximumConcurrency": 11},
        },
        describe=_mapping,
        changes=lambda world: {
            "batchSize": 9,
            "maximumBatchingWindowInSeconds": 13,
            "scalingConfig": {"maximumConcurrency": 17},
            "functionResponseTypes": [],
            "filterCriteria": {"filters": [{"pattern": json.dumps({"body": ["wanted"]})}]},
            "enabled": False,
            "functionName": world.other_function,
            "tags": {"team": "lake"},
            "bisectBatchOnFunctionError": False,
        },
        replacing=lambda world: {"eventSourceArn": world.other_queue_url and world.other_queue_arn},
        meddle=lambda world, managed: world.client("lambda").update_event_source_mapping(
            UUID=managed.id, BatchSize=3
        ),
        drift=frozenset({"batchSize"}),
    ),
    Case(
        resource_type="aws:lambda/permission:Permission",
        inputs=lambda world: {
            "function": world.function,
            "statementId": world.name("subject"),
            "action": "lambda:InvokeFunction",
            "principal": "events.amazonaws.com",
            "sourceArn": f"arn:aws:events:{world.region}:{world.account}:rule/some-rule",
        },
        describe=_permission,
        replacing=lambda world: {
            "function": world.other_function,
            "statementId": "other",
            "action": "lambda:GetFunction",
            "principal": "s3.amazonaws.com",
            "sourceArn": "arn:aws:s3:::other",
            "sourceAccount": world.account,
        },
        fixed="a statement of a function's policy never changes",
        imported_as=lambda managed: f"{managed.inputs['function']}/{managed.id}",
    ),
    Case(
        resource_type="aws:cloudwatch/logGroup:LogGroup",
        inputs=lambda world: {
            "name": f"/aws/lambda/{world.name('subject')}",
            "retentionInDays": 7,
            "kmsKeyId": world.key_arn,
            "tags": {"team": "lake"},
        },
        describe=_log_group,
        changes=lambda world: {
            "retentionInDays": 14,
            "kmsKeyId": world.other_key_arn,
            "tags": {"team": "shore"},
        },
        replacing=lambda world: {"name": world.name("other"), "logGroupClass": "DELIVERY"},
        kept=frozenset({"logGroupClass"}),
        meddle=lambda world, managed: world.client("logs").put_retention_policy(
            logGroupName=managed.id, retentionInDays=365
        ),
        drift=frozenset({"retentionInDays"}),
    ),
    Case(
        resource_type="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs=lambda world: {
            "name": world.name("subject"),
            "alarmDescription": "files wait",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 3,
            "threshold": 17,
            "metricName": "ApproximateNumberOfMessagesVisible",
            "namespace": "AWS/SQS",
            "statistic": "Maximum",
            "period": 60,
            "dimensions": {"QueueName": "some-queue"},
            "alarmActions": [world.topic_arn],
            "okActions": [world.topic_arn],
            "treatMissingData": "notBreaching",
            "tags": {"team": "lake"},
        },
        describe=_alarm,
        changes=lambda world: {
            "alarmDescription": "many files wait",
            "comparisonOperator": "GreaterThanOrEqualToThreshold",
            "evaluationPeriods": 5,
            "datapointsToAlarm": 4,
            "threshold": 23,
            "metricName": "ApproximateAgeOfOldestMessage",
            "namespace": "AWS/Other",
            "statistic": "Sum",
            "period": 120,
            "dimensions": {"QueueName": "other-queue"},
            "alarmActions": [f"{world.topic_arn}-alarm"],
            "okActions": [f"{world.topic_arn}-ok"],
            "insufficientDataActions": [f"{world.topic_arn}-unknown"],
            "treatMissingData": "breaching",
            "unit": "Seconds",
            "actionsEnabled": False,
            "tags": {"team": "shore"},
        },
        replacing=lambda world: {"name": world.name("other")},
        meddle=lambda world, managed: world.client("cloudwatch").disable_alarm_actions(
            AlarmNames=[managed.id]
        ),
        drift=frozenset({"actionsEnabled"}),
        # Alarms over expressions and percentiles exclude the ones above; test_alarms tries them.
        untried=frozenset(
            {
                "evaluateLowSampleCountPercentiles",
                "extendedStatistic",
                "metricQueries",
                "thresholdMetricId",
            }
        ),
    ),
    Case(
        resource_type="aws:cloudwatch/dashboard:Dashboard",
        inputs=lambda world: {
            "dashboardName": world.name("subject"),
            "dashboardBody": _widgets("The lake"),
        },
        describe=_dashboard,
        changes=lambda _: {"dashboardBody": _widgets("The shore")},
        replacing=lambda world: {"dashboardName": world.name("other")},
        meddle=lambda world, managed: world.client("cloudwatch").put_dashboard(
            DashboardName=managed.id, DashboardBody=_widgets("Rogue")
        ),
        drift=frozenset({"dashboardBody"}),
    ),
)
