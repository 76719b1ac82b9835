"""Metrics that travel in log lines: the CloudWatch embedded metric format (EMF)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, cast

from moto.backends import get_backend

_MARKER: Final = '"_aws"'

Document = dict[str, Any]


def record_embedded_metrics(account_id: str, region: str, lines: Iterable[str]) -> None:
    """Put the metrics of every EMF line into CloudWatch; other lines are passed over."""
    for line in lines:
        if _MARKER not in line:
            continue
        for namespace, data in metrics_of(line):
            get_backend("cloudwatch")[account_id][region].put_metric_data(namespace, data)


def metrics_of(line: str) -> Iterator[tuple[str, list[Document]]]:
    """Yield (namespace, metric data) of one EMF line; nothing when it is not one."""
    try:
        document: object = json.loads(line)
    except ValueError:
        return
    if not isinstance(document, dict):
        return
    values = cast("Document", document)
    metadata = cast("Document", values.get("_aws") or {})
    at = datetime.fromtimestamp(float(metadata.get("Timestamp", 0)) / 1000, tz=UTC)
    # Moto keeps UTC without a zone.
    at = at.replace(tzinfo=None)
    for directive in cast("list[Document]", metadata.get("CloudWatchMetrics") or []):
        data = [
            {
                "MetricName": metric["Name"],
                "Dimensions": [{"Name": name, "Value": str(values[name])} for name in dimensions],
                "Values": [float(each) for each in _as_list(values[metric["Name"]])],
                "Unit": metric.get("Unit", "None"),
                "Timestamp": at,
            }
            for dimensions in cast("list[list[str]]", directive.get("Dimensions") or [[]])
            for metric in cast("list[Document]", directive.get("Metrics") or [])
            if metric["Name"] in values
        ]
        if data:
            yield str(directive["Namespace"]), data


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - a number or a list of numbers
    return cast("list[Any]", value) if isinstance(value, list) else [value]
