"""Who is told when something is wrong: the topic, the alarms, the failed jobs, the dashboard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from infra.components.component import TarnComponent
from infra.components.watching.alarms import SHARE, Alarm, alarms
from infra.components.watching.dashboard import dashboard_body
from infra.iam.document import rendered
from infra.iam.watching import alarm_topic_policy

if TYPE_CHECKING:
    from infra.components.watching.measures import Measure, Watched
    from infra.deployment import Deployment
    from infra.settings import WatchingSettings


@dataclass(frozen=True, kw_only=True)
class WatchingArgs:
    """What is watched and whom it concerns."""

    deployment: Deployment
    settings: WatchingSettings
    watched: Watched
    key_arn: pulumi.Input[str]


class Watching(TarnComponent):
    """Topic, alarms, rule for failed jobs and dashboard."""

    topic: aws.sns.Topic

    def __init__(
        self, name: str, args: WatchingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("watching", name, args.deployment, opts)
        self._args = args
        self.topic = aws.sns.Topic(
            f"{name}-topic",
            name=self.deployment.name("alarms"),
            kms_master_key_id=args.key_arn,
            tags=self.tags,
            opts=self.child(),
        )
        self._subscribe()
        failed = self._failed_job_rule()
        policy = self._topic_policy(failed)
        self._tell_of_failed_jobs(failed, policy)
        made = [
            self._alarm(alarm)
            for alarm in alarms(
                args.watched, quarantine_share_percent=args.settings.quarantine_share_percent
            )
        ]
        self._dashboard(made)
        self.publish({"topicArn": self.topic.arn})

    def _subscribe(self) -> None:
        if not self._args.settings.alarm_email:
            return
        aws.sns.TopicSubscription(
            f"{self.component_name}-email",
            topic=self.topic.arn,
            protocol="email",
            endpoint=self._args.settings.alarm_email,
            opts=self.child(),
        )

    def _topic_policy(self, rule: aws.cloudwatch.EventRule) -> aws.sns.TopicPolicy:
        return aws.sns.TopicPolicy(
            f"{self.component_name}-topic-policy",
            arn=self.topic.arn,
            policy=rendered(
                alarm_topic_policy,
                deployment=self.deployment,
                topic_arn=self.topic.arn,
                rule_arn=rule.arn,
            ),
            opts=self.child(),
        )

    def _failed_job_rule(self) -> aws.cloudwatch.EventRule:
        pattern = {
            "source": ["aws.glue"],
            "detail-type": ["Glue Job State Change"],
            "detail": {
                "jobName": list(self._args.watched.jobs),
                "state": ["FAILED", "TIMEOUT"],
            },
        }
        return aws.cloudwatch.EventRule(
            f"{self.component_name}-failed-jobs",
            name=self.deployment.name("failed-jobs"),
            description="A Glue job ended without success.",
            event_pattern=json.dumps(pattern, separators=(",", ":")),
            tags=self.tags,
            opts=self.child(),
        )

    def _tell_of_failed_jobs(
        self, rule: aws.cloudwatch.EventRule, policy: aws.sns.TopicPolicy
    ) -> None:
        aws.cloudwatch.EventTarget(
            f"{self.component_name}-failed-jobs-target",
            rule=rule.name,
            target_id="alarms",
            arn=self.topic.arn,
            opts=self.child(depends_on=[policy]),
        )

    def _alarm(self, alarm: Alarm) -> aws.cloudwatch.MetricAlarm:
        queries = _queries(alarm)
        measure = next(iter(alarm.measures.values()))
        return aws.cloudwatch.MetricAlarm(
            f"{self.component_name}-{alarm.name}",
            name=self.deployment.name(alarm.name),
            alarm_description=alarm.description,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=alarm.threshold,
            evaluation_periods=1,
            # Where nothing happens nothing is counted, and that is no alarm.
            treat_missing_data="notBreaching",
            alarm_actions=[self.topic.arn],
            ok_actions=[self.topic.arn],
            metric_queries=queries or None,
            namespace=None if queries else measure.namespace,
            metric_name=None if queries else measure.name,
            dimensions=None if queries else dict(measure.dimensions),
            statistic=None if queries else measure.statistic,
            period=None if queries else alarm.period_seconds,
            tags=self.tags,
            opts=self.child(),
        )

    def _dashboard(self, made: list[aws.cloudwatch.MetricAlarm]) -> None:
        aws.cloudwatch.Dashboard(
            f"{self.component_name}-dashboard",
            dashboard_name=self.deployment.prefix,
            dashboard_body=pulumi.Output.all(*(alarm.arn for alarm in made)).apply(
                lambda arns: dashboard_body(
                    region=self.deployment.region, watched=self._args.watched, alarm_arns=arns
                )
            ),
            opts=self.child(),
        )


def _queries(alarm: Alarm) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    """Return the expression and the metrics it is over; nothing for an alarm on one metric."""
    if alarm.expression is None:
        return []
    asked = aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=SHARE, expression=alarm.expression, label=alarm.name, return_data=True
    )
    return [
        asked,
        *(
            _metric_query(name, measure, alarm.period_seconds)
            for name, measure in alarm.measures.items()
        ),
    ]


def _metric_query(
    name: str, measure: Measure, period_seconds: int
) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=name,
        return_data=False,
        metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=measure.namespace,
            metric_name=measure.name,
            dimensions=dict(measure.dimensions),
            stat=measure.statistic,
            period=period_seconds,
        ),
    )
