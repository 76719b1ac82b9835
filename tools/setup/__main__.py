"""``python3.11 -m tools.setup``: makes what is missing, in order, and says so."""

from __future__ import annotations

import errno
import fcntl
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from tools.setup.actionlint import actionlint_step
from tools.setup.class_archive import class_archive_step
from tools.setup.console import Console
from tools.setup.disk import free_mib, remove
from tools.setup.engine import engine_step
from tools.setup.environment import packages_step, project_step
from tools.setup.errors import DiskFullError, SetupError
from tools.setup.jars import jars_step
from tools.setup.jre import jre_step
from tools.setup.lambda_runtime import lambda_runtime_step
from tools.setup.layout import Layout
from tools.setup.native import native_step
from tools.setup.sdk import sdk_step
from tools.setup.step import Progress

STEPS: Final = (
    engine_step,  # first: a machine that cannot have it should hear so before it downloads anything
    packages_step,
    project_step,
    native_step,
    sdk_step,
    jre_step,
    jars_step,
    lambda_runtime_step,
    actionlint_step,
    class_archive_step,  # last: it runs a job on what the others have made
)
INTERRUPTED: Final = 130


def set_up(layout: Layout, console: Console) -> None:
    """Make all that is missing."""
    started = time.monotonic()
    with _alone(layout, console) as lock:
        progress = Progress(layout=layout, console=console, held=(lock,))
        made = [progress.make(plan(layout)) for plan in STEPS]
        remove(layout.aside)
    if any(made):
        console.say(f"Set-up is complete ({time.monotonic() - started:.0f} s).")


@contextmanager
def _alone(layout: Layout, console: Console) -> Generator[int]:
    """Let one set-up work on a checkout at a time; the next one waits."""
    layout.home.mkdir(exist_ok=True)
    with (layout.home / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say("Another set-up is at work in this checkout; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _explained(error: OSError, layout: Layout) -> SetupError | None:
    """Put a full disk into plain words; any other fault of the system is one we do not know."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return None
    free = free_mib(layout.root)
    return DiskFullError(doing="set-up", place=layout.root, free_mib=free, needed_mib=8000)


def main() -> int:
    """Run the set-up; return the exit code."""
    layout = Layout(root=Path(__file__).resolve().parents[2])
    console = Console()
    try:
        set_up(layout, console)
    except KeyboardInterrupt:
        console.break_off()
        console.say("Set-up was stopped. Run the same command again: it goes on from here.")
        return INTERRUPTED
    except SetupError as error:
        return _fail(console, error)
    except OSError as error:
        explained = _explained(error, layout)
        if explained is None:
            raise
        return _fail(console, explained)
    return 0


def _fail(console: Console, error: SetupError) -> int:
    console.break_off()
    console.say(f"\n{error}")
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())
