"""The table of the ingestion beside its peers, in docs/benchmarks.md."""

from __future__ import annotations

import os

from cli.ingest_benchmark.run import ROWS, Measured, measure_ingestion
from cli.measured import machine, replace_between
from cli.output import Format, print_rows
from cli.workspace import Workspace

PEERS_BEGIN = "<!-- peers: begin -->"
PEERS_END = "<!-- peers: end -->"


_FORMS = {"csv": "CSV", "ndjson": "NDJSON, gzip (MB/s of the text)"}
_HEADS = ("engine", "wall s", "CPU s", "MB/s", "peak MiB", "verdicts")


def run_ingestion_benchmark(workspace: Workspace, *, rows: int = ROWS) -> None:
    """Measure the ingestion beside its peers, print the tables and put them into the document."""
    lines: list[str] = []
    for form, name in _FORMS.items():
        cells = [
            _cells(one)
            for one in measure_ingestion(workspace.state / "bench-ingest", rows=rows, form=form)
        ]
        load = os.getloadavg()[0]
        title = f"{rows:,} rows of {name}. Machine: {machine()}, load {load:.1f} at the end."
        lines += [title, "", f"| {' | '.join(_HEADS)} |", "|---" + "|---:" * 4 + "|---|"]
        lines += [*(f"| {' | '.join(row)} |" for row in cells), ""]
        print_rows(_HEADS, cells, output=Format.TABLE, title=title)
    path = workspace.root / "docs" / "benchmarks.md"
    replace_between(path, PEERS_BEGIN, "\n".join([PEERS_BEGIN, *lines[:-1], PEERS_END]), PEERS_END)


def _cells(one: Measured) -> tuple[str, ...]:
    return (
        one.engine,
        f"{one.seconds:.1f}",
        f"{one.cpu_seconds:.1f}",
        f"{one.megabytes_a_second:.0f}",
        f"{one.peak_mebibytes:,.0f}",
        "exact" if one.exact else "differ from the truth",
    )
