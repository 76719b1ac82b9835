"""The table of the ingestion beside its peers, in docs/benchmarks.md."""

from __future__ import annotations

import os

from cli.ingest_benchmark.run import ROWS, measure_ingestion
from cli.measured import machine, replace_between
from cli.output import Format, print_rows
from cli.workspace import Workspace

PEERS_BEGIN = "<!-- peers: begin -->"
PEERS_END = "<!-- peers: end -->"


def run_ingestion_benchmark(workspace: Workspace, *, rows: int = ROWS) -> None:
    """Measure the ingestion beside its peers, print the table and put it into the document."""
    measured = list(measure_ingestion(workspace.state / "bench-ingest", rows=rows))
    heads = ("engine", "wall s", "CPU s", "MB/s", "peak MiB", "verdicts")
    cells = [
        (
            one.engine,
            f"{one.seconds:.1f}",
            f"{one.cpu_seconds:.1f}",
            f"{one.megabytes_a_second:.0f}",
            f"{one.peak_mebibytes:,.0f}",
            "exact" if one.exact else "differ from the truth",
        )
        for one in measured
    ]
    load = os.getloadavg()[0]
    title = f"{rows:,} rows of CSV. Machine: {machine()}, load {load:.1f} at the end."
    lines = [title, "", f"| {' | '.join(heads)} |", "|---" + "|---:" * 4 + "|---|"]
    lines += [f"| {' | '.join(row)} |" for row in cells]
    path = workspace.root / "docs" / "benchmarks.md"
    replace_between(path, PEERS_BEGIN, "\n".join([PEERS_BEGIN, *lines, PEERS_END]), PEERS_END)
    print_rows(heads, cells, output=Format.TABLE, title=title)
