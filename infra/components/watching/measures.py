"""What is measured, as values: the metrics of one environment and the questions asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarn.runtime import METRICS_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarn.runtime import IngestMetric


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One metric of CloudWatch and how its values within a period become one."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str

    def widget_row(self, label: str) -> list[object]:
        """The form a dashboard's graph wants."""
        pairs = [part for pair in self.dimensions.items() for part in pair]
        return [self.namespace, self.name, *pairs, {"stat": self.statistic, "label": label}]


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is watched, by name: names are known before anything exists."""

    function: str
    queue: str
    dead_letter_queue: str
    jobs: tuple[str, ...]
    datasets: tuple[str, ...]
    """Ingested ones: their rows are counted by the function."""
    metrics_service: str
    """The function's service name in its own metrics."""

    def of_function(self, name: str, statistic: str) -> Measure:
        """A metric that Lambda keeps of the function."""
        return Measure(
            namespace="AWS/Lambda",
            name=name,
            dimensions={"FunctionName": self.function},
            statistic=statistic,
        )

    def messages_waiting(self, queue: str) -> Measure:
        """How many messages a queue holds."""
        return Measure(
            namespace="AWS/SQS",
            name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": queue},
            statistic="Maximum",
        )

    def oldest_message(self) -> Measure:
        """How long the oldest message has waited, in seconds."""
        return Measure(
            namespace="AWS/SQS",
            name="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": self.queue},
            statistic="Maximum",
        )

    def rows(self, name: IngestMetric, dataset: str) -> Measure:
        """A count of rows that the function publishes."""
        return Measure(
            namespace=METRICS_NAMESPACE,
            name=name.value,
            dimensions={"dataset": dataset, "service": self.metrics_service},
            statistic="Sum",
        )

    def job_milliseconds(self, job: str) -> Measure:
        """How long a Glue job ran, in milliseconds."""
        return Measure(
            namespace="Glue",
            name="glue.driver.aggregate.elapsedTime",
            dimensions={"JobName": job, "JobRunId": "ALL", "Type": "count"},
            statistic="Maximum",
        )
