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
        _queues(region, watched),
        _function(region, watched),
        _counted_rows(region, watched),
        [
            _graph(
                region,
                "Glue jobs, milliseconds",
                {job: watched.job_milliseconds(job) for job in watched.jobs},
            )
        ],
    ]
    return json.dumps({"widgets": _laid_out(rows)}, separators=(",", ":"))


def _queues(region: str, watched: Watched) -> list[dict[str, object]]:
    waiting = {
        "to be validated": watched.messages_waiting(watched.queue),
        "given up (dead letters)": watched.messages_waiting(watched.dead_letter_queue),
    }
    return [
        _graph(region, "Messages waiting", waiting),
        _graph(region, "Oldest message, seconds", {"age": watched.oldest_message()}),
    ]


def _function(region: str, watched: Watched) -> list[dict[str, object]]:
    counts = {
        name.lower(): watched.of_function(name, "Sum")
        for name in ("Invocations", "Errors", "Throttles")
    }
    durations = {name: watched.of_function("Duration", name) for name in ("p50", "p99")}
    return [
        _graph(region, "Function", counts),
        _graph(region, "Function duration, milliseconds", durations),
    ]


def _counted_rows(region: str, watched: Watched) -> list[dict[str, object]]:
    return [
        _graph(region, title, {each: watched.rows(name, each) for each in watched.datasets})
        for title, name in (
            ("Rows read", IngestMetric.ROWS_READ),
            ("Rows accepted", IngestMetric.ROWS_ACCEPTED),
            ("Rows quarantined", IngestMetric.ROWS_QUARANTINED),
        )
    ]


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
