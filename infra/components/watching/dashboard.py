"""The dashboard's body: what is on it, as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tarn.runtime import IngestMetric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.components.watching.measures import Measure, Watched

COLUMNS = 24
"""Width of a dashboard, in CloudWatch's units."""
HEIGHT = 6


def dashboard_body(*, region: str, watched: Watched, alarm_arns: Sequence[str]) -> str:
    """Build the body: alarms on top, then the way of the data from queue to job."""
    rows = [
        [_alarms(alarm_arns)],
        [
            _graph(
                region,
                "Messages waiting",
                {
                    "to be validated": watched.messages_waiting(watched.queue),
                    "given up (dead letters)": watched.messages_waiting(watched.dead_letter_queue),
                },
            ),
            _graph(region, "Oldest message, seconds", {"age": watched.oldest_message()}),
        ],
        [
            _graph(
                region,
                "Function",
                {
                    "invocations": watched.of_function("Invocations", "Sum"),
                    "errors": watched.of_function("Errors", "Sum"),
                    "throttles": watched.of_function("Throttles", "Sum"),
                },
            ),
            _graph(
                region,
                "Function duration, milliseconds",
                {
                    "p50": watched.of_function("Duration", "p50"),
                    "p99": watched.of_function("Duration", "p99"),
                },
            ),
        ],
        [
            _graph(region, title, {each: watched.rows(name, each) for each in watched.datasets})
            for title, name in (
                ("Rows read", IngestMetric.ROWS_READ),
                ("Rows accepted", IngestMetric.ROWS_ACCEPTED),
                ("Rows quarantined", IngestMetric.ROWS_QUARANTINED),
            )
        ],
        [
            _graph(
                region,
                "Glue jobs, milliseconds",
                {job: watched.job_seconds(job) for job in watched.jobs},
            )
        ],
    ]
    return json.dumps({"widgets": _laid_out(rows)}, separators=(",", ":"))


def _laid_out(rows: Sequence[Sequence[Mapping[str, object]]]) -> list[dict[str, object]]:
    """Give every widget its place: rows from top to bottom, equal widths within a row."""
    return [
        {
            **widget,
            "x": column * (COLUMNS // len(row)),
            "y": line * HEIGHT,
            "width": COLUMNS // len(row),
            "height": HEIGHT,
        }
        for line, row in enumerate(rows)
        for column, widget in enumerate(row)
    ]


def _alarms(alarm_arns: Sequence[str]) -> dict[str, object]:
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarm_arns)}}


def _graph(region: str, title: str, lines: Mapping[str, Measure]) -> dict[str, object]:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "period": 300,
            "metrics": [measure.widget_row(label) for label, measure in lines.items()],
        },
    }
