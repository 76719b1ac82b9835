"""Locks on the local state: a killed engine's is removed, a running engine's is respected."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from cli.engine import release_dead_locks
from cli.errors import EngineBusyError


def _lock(state: Path, pid: int) -> Path:
    lock = state / ".pulumi" / "locks" / "organization" / "tarn" / "local" / "one.json"
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"pid": pid, "username": "someone"}))
    return lock


def test_the_lock_of_a_dead_engine_is_removed(tmp_path: Path) -> None:
    nobody = int(Path("/proc/sys/kernel/pid_max").read_text()) + 1
    lock = _lock(tmp_path, nobody)

    release_dead_locks(tmp_path)

    assert not lock.exists()


def test_the_lock_of_a_running_engine_stops_the_command(tmp_path: Path) -> None:
    program = tmp_path / "pulumi"
    program.symlink_to(shutil.which("sleep") or "/bin/sleep")
    with subprocess.Popen([program, "60"]) as engine:
        try:
            _await_name(engine.pid)
            lock = _lock(tmp_path, engine.pid)
            with pytest.raises(EngineBusyError, match=str(engine.pid)):
                release_dead_locks(tmp_path)
            assert lock.exists()
        finally:
            engine.kill()


def _await_name(pid: int) -> None:
    """The kernel lets the parent go on a moment before it gives the child its program's name."""
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}/comm").read_text().strip() != "pulumi":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lock_whose_number_another_program_has_now_is_removed(tmp_path: Path) -> None:
    lock = _lock(tmp_path, os.getpid())

    release_dead_locks(tmp_path)

    assert not lock.exists()


def test_a_lock_that_was_being_written_is_removed(tmp_path: Path) -> None:
    lock = _lock(tmp_path, 1)
    lock.write_text('{"pi')

    release_dead_locks(tmp_path)

    assert not lock.exists()


def test_a_state_without_locks_is_fine(tmp_path: Path) -> None:
    release_dead_locks(tmp_path)
