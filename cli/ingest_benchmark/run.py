"""Runs the ingestion and its peers on one file, one after the other, and checks each verdict."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.ingest_benchmark.sample import Sample, generate
from cli.memory import PeakMemory

ROWS: Final = 6_760_000
PEERS: Final = {
    "csv": ("polars", "pyarrow", "duckdb", "pandas"),
    # Arrow's reader of JSON stops at a column with numbers and texts.
    "ndjson": ("polars", "duckdb", "pandas"),
}
_HERE: Final = Path(__file__).parent

Verdict = tuple[int, str, str]
"""Physical line, column (empty where the whole row is at fault) and rule."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One engine on one file."""

    engine: str
    seconds: float
    cpu_seconds: float
    peak_mebibytes: float
    megabytes_a_second: float
    exact: bool


def measure_ingestion(state: Path, *, rows: int = ROWS, form: str = "csv") -> Iterator[Measured]:
    """Yield ours, then each peer; ``state`` keeps the sample and the peers' environment.

    ``form`` is csv, or ndjson (compressed with gzip).
    """
    sample = generate(state / "samples", rows=rows, form=form)
    python = _peers_environment(state / "peers")
    commands: dict[str, Sequence[str | Path]] = {
        "tarn": (sys.executable, "-m", "tests.benchmarks.ours"),
        **{peer: (python, _HERE / "peers" / f"with_{peer}.py") for peer in PEERS[form]},
    }
    for engine, command in commands.items():
        yield _measured(engine, command, sample, state / "outputs")


def _measured(engine: str, command: Sequence[str | Path], sample: Sample, target: Path) -> Measured:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    before = os.times()
    started = time.monotonic()
    process = subprocess.Popen([*command, sample.path, target], cwd=_HERE.parents[1])  # noqa: S603
    with PeakMemory(process.pid) as memory:
        code = process.wait()
    seconds, after = time.monotonic() - started, os.times()
    if code != 0:
        problem = f"{engine} ended with {code} on {sample.path}"
        raise RuntimeError(problem)
    user = after.children_user - before.children_user
    exact = found_in(target) == known_in(sample.truth)
    shutil.rmtree(target)
    return Measured(
        engine=engine,
        seconds=seconds,
        cpu_seconds=user + after.children_system - before.children_system,
        peak_mebibytes=memory.peak_mebibytes,
        megabytes_a_second=sample.raw_bytes / seconds / 1e6,
        exact=exact,
    )


def known_in(truth: Path) -> list[Verdict]:
    """Read the truth beside a sample."""
    lines = (line.rstrip("\n").split("\t") for line in truth.open())
    return sorted((int(line), column, rule) for line, column, rule in lines)


def found_in(target: Path) -> list[Verdict]:
    """Read what an engine rejected: its own ``reasons``, or our violations."""
    import pyarrow.parquet as pq  # not needed by the command's other ways

    rejected = pq.ParquetFile(target / "rejected.parquet")
    ours = "violations" in rejected.schema_arrow.names
    rows = rejected.read(columns=["line", "violations" if ours else "reasons"]).to_pylist()
    if ours:
        found = ((r["line"], v["column"] or "", v["rule"]) for r in rows for v in r["violations"])
    else:
        told = ((r["line"], one) for r in rows for one in r["reasons"].split(";") if one)
        found = ((line, *one.split("\t")) for line, one in told)
    return sorted((int(line), str(column), str(rule)) for line, column, rule in found)


def _peers_environment(directory: Path) -> Path:
    """Return the Python of an environment with the peers; none of them is Tarn's to need."""
    python = directory / "bin" / "python"
    if not python.exists():
        uv = Path(sys.executable).with_name("uv")
        lock = _HERE / "peers" / "requirements.lock"
        create = [uv, "venv", "--quiet", "--python", sys.executable, directory]
        install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
        subprocess.run(create, check=True)  # noqa: S603
        subprocess.run([*install, "--no-deps", "-r", lock], check=True)  # noqa: S603
    return python
