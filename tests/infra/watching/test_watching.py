"""Alarms, whom they tell, and the dashboard: as data and as registered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from infra.components.watching.alarms import alarms
from infra.components.watching.dashboard import COLUMNS, dashboard_body
from infra.components.watching.measures import Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.infra.recording import Recording

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
WATCHED: Final = Watched(
    function="tarn-test-ingest",
    queue="tarn-test-ingest",
    dead_letter_queue="tarn-test-ingest-dead-letter",
    jobs=("tarn-test-curate",),
    datasets=("flights", "weather"),
    metrics_service="ingest",
)


def test_watching_is_a_topic_its_alarms_a_rule_for_jobs_and_a_dashboard(stack: Recording) -> None:
    children = stack.children(stack.only("tarn:watching:Watching"))
    assert {name.removeprefix("watching-") for _, name in children} == {
        *("topic", "topic-policy", "failed-jobs", "failed-jobs-target", "dashboard"),
        *("dead-letters", "function-errors", "function-throttles"),
        *(f"quarantine-share-{name}" for name in ("airlines", "airports", "flights")),
        *(f"quarantine-share-{name}" for name in ("planes", "weather")),
    }


def test_every_alarm_tells_the_topic_and_takes_silence_for_peace(stack: Recording) -> None:
    topic = "arn:aws:sns:eu-central-1:123456789012:tarn-test-alarms"
    for alarm in stack.of_type(ALARM):
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [topic]
        assert alarm.inputs["treatMissingData"] == "notBreaching"
        assert alarm.inputs["name"].startswith("tarn-test-")


def test_one_dead_letter_is_enough_for_an_alarm(stack: Recording) -> None:
    alarm = stack.only(ALARM, "watching-dead-letters").inputs
    assert (alarm["metricName"], alarm["threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
    assert alarm["dimensions"] == {"QueueName": "tarn-test-ingest-dead-letter"}


def test_the_quarantine_share_is_rejected_over_read_rows_of_one_dataset(stack: Recording) -> None:
    alarm = stack.only(ALARM, "watching-quarantine-share-weather").inputs
    asked, *metrics = alarm["metricQueries"]
    assert asked["expression"] == "IF(rows > 0, 100 * rejected / rows, 0)"
    assert [query["returnData"] for query in alarm["metricQueries"]] == [True, False, False]
    assert {query["id"]: query["metric"]["metricName"] for query in metrics} == {
        "rows": "RowsRead",
        "rejected": "RowsQuarantined",
    }
    for query in metrics:
        assert query["metric"]["namespace"] == "Tarn"
        assert query["metric"]["dimensions"] == {"dataset": "weather", "service": "ingest"}


def test_an_alarm_is_one_metric_or_one_expression_over_several() -> None:
    for alarm in alarms(WATCHED, quarantine_share_percent=5):
        assert (len(alarm.measures) == 1) == (alarm.expression is None), alarm.name
        assert all(name in (alarm.expression or name) for name in alarm.measures)


def test_a_failed_job_of_ours_is_told(stack: Recording) -> None:
    rule = stack.only("aws:cloudwatch/eventRule:EventRule", "watching-failed-jobs").inputs
    detail = json.loads(rule["eventPattern"])["detail"]
    assert detail == {
        "jobName": ["tarn-test-curate", "tarn-test-flight-performance"],
        "state": ["FAILED", "TIMEOUT"],
    }


def test_only_this_accounts_alarms_and_the_rule_may_publish(stack: Recording) -> None:
    document = json.loads(stack.only("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])
    allowed = [each for each in document["Statement"] if each["Effect"] == "Allow"]
    assert [each["Condition"] for each in allowed] == [
        {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        {"ArnEquals": {"aws:SourceArn": _rule_arn("tarn-test-failed-jobs")}},
    ]


def test_the_topic_is_encrypted_with_the_lakes_key(stack: Recording) -> None:
    assert ":key/" in stack.only("aws:sns/topic:Topic").inputs["kmsMasterKeyId"]


def test_nobody_is_subscribed_unless_the_settings_say_so(
    stack: Recording, record_stack: Callable[[Mapping[str, object]], Recording]
) -> None:
    subscription = "aws:sns/topicSubscription:TopicSubscription"
    assert stack.of_type(subscription) == []
    told = record_stack({"environment": "test", "watching": {"alarmEmail": "a@example.com"}})
    assert told.only(subscription).inputs["endpoint"] == "a@example.com"


def test_the_dashboards_widgets_fill_rows_without_overlap() -> None:
    widgets = json.loads(dashboard_body(region="eu-central-1", watched=WATCHED, alarm_arns=[]))
    taken = [
        (widget["x"] + column, widget["y"] + line)
        for widget in widgets["widgets"]
        for column in range(widget["width"])
        for line in range(widget["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(column for column, _ in taken) < COLUMNS


def test_the_dashboard_shows_every_alarm_and_every_dataset() -> None:
    body = dashboard_body(region="eu-central-1", watched=WATCHED, alarm_arns=["arn:one"])
    alarm, *graphs = json.loads(body)["widgets"]
    assert alarm["properties"]["alarms"] == ["arn:one"]
    (read,) = (graph for graph in graphs if graph["properties"]["title"] == "Rows read")
    assert [row[-1]["label"] for row in read["properties"]["metrics"]] == ["flights", "weather"]


def _rule_arn(name: str) -> str:
    return f"arn:aws:events:eu-central-1:123456789012:rule/{name}"
