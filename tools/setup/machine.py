"""Looks for tools on the machine and asks them for their versions."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.setup.layout import Layout

ANSWER_SECONDS = 30


def find(name: str, layout: Layout) -> str | None:
    """Find a tool on PATH, outside of what set-up itself puts there."""
    ours = (layout.toolchain / "bin", layout.venv / "bin")
    entries = os.environ.get("PATH", "").split(os.pathsep)
    foreign = [entry for entry in entries if entry and Path(entry).resolve() not in ours]
    return shutil.which(name, path=os.pathsep.join(foreign))


def ask(argv: Sequence[str]) -> str:
    """Return all that a tool answers, or nothing where it cannot be run."""
    try:
        answer = subprocess.run(  # noqa: S603  # a tool that was found on PATH
            list(argv),
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout + answer.stderr
