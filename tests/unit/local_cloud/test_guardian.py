"""The guardian ends what its owner started, however deep, and removes what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local_cloud.children import GUARDIAN

LEADER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0)
print(child.pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def leader_with_child() -> tuple[subprocess.Popen[str], int]:
    """Start a leader whose child has a group of its own, as Pulumi's engine starts plugins."""
    leader = subprocess.Popen(
        [sys.executable, "-c", LEADER], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert leader.stdout is not None
    return leader, int(leader.stdout.readline())


def test_a_group_of_its_own_does_not_save_a_child(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    leader, child = leader_with_child()
    stranger, strangers_child = leader_with_child()
    try:
        assert os.getpgid(child) != leader.pid
        lines = f"+ {leader.pid}\n+ {stranger.pid}\n- {stranger.pid}\n"
        subprocess.run([*GUARDIAN, str(folder)], input=lines, text=True, check=True, timeout=20)
        leader.wait(timeout=5)

        assert not is_running(child)
        assert not folder.exists()
        assert is_running(stranger.pid)
        assert is_running(strangers_child)
    finally:
        for one in (leader.pid, child, stranger.pid, strangers_child):
            if is_running(one):
                os.kill(one, 9)
        leader.wait()
        stranger.wait()
