"""Runs a job's script as Glue does. Started in the job's own process: ``bootstrap.py PLAN``.

It is no part of the package: only the standard library is there, and what the plan adds.
"""

from __future__ import annotations

import json
import runpy
import sys
import traceback
from pathlib import Path


def main(plan_file: str) -> int:
    """Run the script; leave the reason for a failure where the runner looks for it."""
    plan = json.loads(Path(plan_file).read_text())
    sys.path[:0] = plan["libraries"]
    sys.path.extend(plan["packages"])
    sys.argv = [plan["script"], *plan["arguments"]]
    try:
        runpy.run_path(plan["script"], run_name="__main__")
    except SystemExit as exit_:
        if exit_.code in (None, 0):
            return 0
        return _failed(plan["failure"], f"SystemExit: {exit_.code}")
    except BaseException as error:  # noqa: BLE001 - whatever ends the script is reported
        traceback.print_exc()
        return _failed(plan["failure"], f"{type(error).__name__}: {error}")
    return 0


def _failed(failure_file: str, message: str) -> int:
    Path(failure_file).write_text(message)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
