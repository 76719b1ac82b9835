"""CloudWatch alarms and dashboards."""

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
from local_cloud.providers.aws.enumerations import STATISTICS, UNITS
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.aws.tags import TAGS, Tagging
from local_cloud.providers.values import Properties, Value, mapping, objects, text

_MISSING = ("ResourceNotFound", "ResourceNotFoundException")
_TAGGING = Tagging(service="cloudwatch", target="ResourceARN")
_COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
# terraform-provider-aws checks extended statistics by this form.
_PERCENTILE = (
    r"(p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,2})?|100)|IQM"
    r"|(TM|WM|PR|TC|TS)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\)"
)
_TEXT = rules.length(1, 255)
_NAMESPACE = rules.pattern(r"[^:].{0,254}", "1 to 255 characters, the first not a colon")
_METRIC = {
    "dimensions": Input(),
    "metricName": Input(required=True, rule=_TEXT),
    "namespace": Input(rule=_NAMESPACE),
    "period": Input(required=True, rule=rules.period(1, 5, 10, 20, 30)),
    "stat": Input(
        required=True,
        rule=rules.pattern(f"{'|'.join(STATISTICS)}|{_PERCENTILE}", "Average or p99"),
    ),
    "unit": Input(choices=UNITS),
}
_QUERY = {
    "accountId": Input(rule=_TEXT),
    "expression": Input(conflicts=("metric",), rule=rules.length(1, 1024)),
    "id": Input(required=True, rule=_TEXT),
    "label": Input(),
    "metric": Input(fields=_METRIC),
    "period": Input(rule=rules.period(1, 5, 10, 20, 30)),
    "returnData": Input(default=False),
}


class MetricAlarm(ResourceAdapter[Aws]):
    """An alarm; its id is its name."""

    resource_type: ClassVar[str] = "aws:cloudwatch/metricAlarm:MetricAlarm"
    source: ClassVar[str] = "internal/service/cloudwatch/metric_alarm.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("arn", "region", "tagsAll")
    inputs: ClassVar[Mapping[str, Input]] = {
        "actionsEnabled": Input(default=True),
        "alarmActions": Input(unordered=True, default=[], each=rules.arn),
        "alarmDescription": Input(rule=rules.length(0, 1024)),
        "comparisonOperator": Input(required=True, choices=_COMPARISONS),
        "datapointsToAlarm": Input(rule=rules.at_least(1)),
        "dimensions": Input(default={}, conflicts=("metricQueries",)),
        "evaluateLowSampleCountPercentiles": Input(
            computed=True, wire="EvaluateLowSampleCountPercentile", choices=("evaluate", "ignore")
        ),
        "evaluationPeriods": Input(required=True, rule=rules.at_least(1)),
        "extendedStatistic": Input(
            conflicts=("metricQueries", "statistic"),
            rule=rules.pattern(_PERCENTILE, "p99 or TM(10%:90%)"),
        ),
        "insufficientDataActions": Input(unordered=True, default=[], at_most=5, each=rules.arn),
        "metricName": Input(rule=_TEXT),
        "metricQueries": Input(unordered=True, wire="Metrics", fields=_QUERY),
        "name": Input(replace=True, wire="AlarmName", rule=rules.length(1, 255)),
        "namespace": Input(conflicts=("metricQueries",), rule=_NAMESPACE),
        "okActions": Input(unordered=True, default=[], wire="OKActions", at_most=5, each=rules.arn),
        "period": Input(conflicts=("metricQueries",), rule=rules.period(10, 20, 30)),
        "statistic": Input(conflicts=("metricQueries",), choices=STATISTICS),
        "tags": TAGS,
        "threshold": Input(conflicts=("thresholdMetricId",)),
        "thresholdMetricId": Input(rule=_TEXT),
        "treatMissingData": Input(
            default="missing", choices=("breaching", "notBreaching", "ignore", "missing")
        ),
        "unit": Input(choices=UNITS),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if ("metricName" in inputs) == ("metricQueries" in inputs):
            reason = "give either one metric ('metricName') or 'metricQueries'"
            return [CheckFailure(property="metricName", reason=reason)]
        if "metricName" in inputs and not inputs.keys() & {"statistic", "extendedStatistic"}:
            reason = "an alarm on one metric needs 'statistic' or 'extendedStatistic'"
            return [CheckFailure(property="statistic", reason=reason)]
        return []

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        _put_alarm(backend, inputs, Tags=_TAGGING.given(inputs))
        return CreateResult(id=text(inputs, "name"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        answer = backend.call(
            "cloudwatch", "describe_alarms", AlarmNames=[identity], AlarmTypes=["MetricAlarm"]
        )
        alarms = objects(answer, "MetricAlarms")
        if not alarms:
            return None
        alarm = alarms[0]
        live: Properties = {
            **state(alarm, self.inputs, without=("dimensions", "metricQueries", "tags")),
            "arn": text(alarm, "AlarmArn"),
            "dimensions": _parse_dimensions(alarm),
            "metricQueries": [_parse_query(query) for query in objects(alarm, "Metrics")],
            "name": identity,
            "region": backend.region,
            **_TAGGING.read(backend, text(alarm, "AlarmArn")),
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_alarm(backend, new)
        _TAGGING.update(backend, text(old, "arn"), old, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("cloudwatch", "delete_alarms", _MISSING, AlarmNames=[identity])


def _put_alarm(aws: Aws, inputs: Properties, **more: object) -> None:
    given = request(inputs, MetricAlarm.inputs, without=("dimensions", "metricQueries", "tags"))
    if mapping(inputs, "dimensions"):
        given["Dimensions"] = _dimensions(inputs)
    queries: list[Value] = [_query(query) for query in objects(inputs, "metricQueries")]
    if queries:
        given["Metrics"] = queries
    aws.call("cloudwatch", "put_metric_alarm", **given, **more)


def _dimensions(holder: Properties) -> list[Value]:
    return [{"Name": name, "Value": value} for name, value in mapping(holder, "dimensions").items()]


def _parse_dimensions(holder: Properties) -> Properties:
    return {text(item, "Name"): item["Value"] for item in objects(holder, "Dimensions")}


def _query(query: Properties) -> Properties:
    """A metric query; AWS wraps the metric's name and dimensions in a structure of their own."""
    wire = request(query, _QUERY, without=("metric",))
    metric = mapping(query, "metric")
    if metric:
        named: Properties = {
            **request(metric, _METRIC, without=("dimensions", "period", "stat", "unit")),
            "Dimensions": _dimensions(metric),
        }
        timing = request(metric, _METRIC, without=("dimensions", "metricName", "namespace"))
        wire["MetricStat"] = {"Metric": named, **timing}
    return wire


def _parse_query(query: Properties) -> Properties:
    found = state(query, _QUERY, without=("metric",))
    statistic = mapping(query, "MetricStat")
    if statistic:
        metric = mapping(statistic, "Metric")
        parsed: Properties = {
            **state({**metric, **statistic}, _METRIC, without=("dimensions",)),
            "dimensions": _parse_dimensions(metric),
        }
        found["metric"] = {name: value for name, value in parsed.items() if value is not None}
    return {name: value for name, value in found.items() if value is not None}


class Dashboard(ResourceAdapter[Aws]):
    """A dashboard; its id is its name. Nobody draws it on the local cloud."""

    resource_type: ClassVar[str] = "aws:cloudwatch/dashboard:Dashboard"
    source: ClassVar[str] = "internal/service/cloudwatch/dashboard.go"
    naming: ClassVar[Naming | None] = Naming(input="dashboardName", given_only=True)
    computed: ClassVar[tuple[str, ...]] = ("dashboardArn", "region")
    inputs: ClassVar[Mapping[str, Input]] = {
        "dashboardBody": Input(required=True, json=True, stored=True, rule=rules.json_document),
        "dashboardName": Input(
            required=True,
            replace=True,
            rule=rules.pattern(r"[\w-]{1,255}", "1 to 255 letters, digits, - and _"),
        ),
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        _put_dashboard(backend, inputs)
        return CreateResult(id=text(inputs, "dashboardName"))

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        found = backend.find("cloudwatch", "get_dashboard", _MISSING, DashboardName=identity)
        if found is None:
            return None
        arn = f"arn:{backend.partition}:cloudwatch::{backend.account_id}:dashboard/{identity}"
        live: Properties = {
            "dashboardArn": arn,
            "dashboardBody": found.get("DashboardBody"),
            "dashboardName": identity,
            "region": backend.region,
        }
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        _put_dashboard(backend, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find("cloudwatch", "delete_dashboards", _MISSING, DashboardNames=[identity])


def _put_dashboard(aws: Aws, inputs: Properties) -> None:
    name, body = text(inputs, "dashboardName"), text(inputs, "dashboardBody")
    aws.call("cloudwatch", "put_dashboard", DashboardName=name, DashboardBody=body)


ADAPTERS = (MetricAlarm(), Dashboard())
