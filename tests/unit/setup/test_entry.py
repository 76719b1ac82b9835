"""How set-up begins and ends: it finds its Python, and stops in plain words."""

from __future__ import annotations

import errno
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.setup import __main__ as entry
from tools.setup.console import Console
from tools.setup.environment import PYTHON, is_usable
from tools.setup.errors import EngineUnavailableError
from tools.setup.layout import Layout

ROOT = Path(__file__).resolve().parents[3]
RIGHT = 'if [ "$1" = -m ]; then echo "$(basename "$0") runs $2"; fi'
WRONG = 'if [ "$1" = --version ]; then echo "Python 3.13.1"; fi; exit 1'


class Machine:
    """A machine with nothing on PATH but what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.bin.mkdir(parents=True)
        for name in ("sh", "dirname", "basename", "cat"):
            (self.bin / name).symlink_to(shutil.which(name) or "")

    def install(self, name: str, script: str) -> None:
        tool = self.bin / name
        tool.write_text(f"#!{self.bin / 'sh'}\n{script}\n")
        tool.chmod(0o755)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / "sh", ROOT / "tools" / "setup.sh"],
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_python_3_11_by_name_is_taken(machine: Machine) -> None:
    machine.install("python3", WRONG)
    machine.install("python3.11", RIGHT)
    assert machine.set_up().stdout == "python3.11 runs tools.setup\n"


def test_python3_is_taken_where_it_is_3_11(machine: Machine) -> None:
    machine.install("python3", RIGHT)
    assert machine.set_up().stdout == "python3 runs tools.setup\n"


def test_a_launcher_that_does_not_work_is_passed_over(machine: Machine) -> None:
    machine.install("python3.11", "exit 127")
    machine.install("python3", RIGHT)
    assert machine.set_up().stdout == "python3 runs tools.setup\n"


def test_uv_brings_python_where_there_is_none(machine: Machine, tmp_path: Path) -> None:
    machine.install("python3", WRONG)
    brought = tmp_path / "brought"
    machine.install(
        "uv",
        f'case "$2" in install) : > {brought};; '
        f"find) if [ -e {brought} ]; then echo {machine.bin}/python-of-uv; else exit 1; fi;; esac",
    )
    machine.install("python-of-uv", RIGHT)
    assert machine.set_up().stdout.splitlines()[-1] == "python-of-uv runs tools.setup"


@pytest.mark.parametrize("uv", [None, "exit 1"], ids=["no uv", "uv offline"])
def test_without_python_3_11_the_message_says_what_is_there_and_what_helps(
    machine: Machine, uv: str | None
) -> None:
    machine.install("python3", WRONG)
    if uv is not None:
        machine.install("uv", uv)
    ended = machine.set_up()
    assert ended.returncode == 1
    assert "Tarn needs Python 3.11" in ended.stderr
    assert "Found: Python 3.13.1" in ended.stderr
    assert "install Python 3.11" in ended.stderr


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()

    def console() -> Console:
        return Console(stream=stream)

    monkeypatch.setattr(entry, "Console", console)
    return stream


def stop_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def set_up(_layout: Layout, _console: Console) -> None:
        raise error

    monkeypatch.setattr(entry, "set_up", set_up)


def test_an_interruption_says_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, said: io.StringIO
) -> None:
    stop_with(monkeypatch, KeyboardInterrupt())
    assert entry.main() == entry.INTERRUPTED
    assert "Run the same command again: it goes on from here." in said.getvalue()


def test_a_known_fault_is_a_message_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, said: io.StringIO
) -> None:
    stop_with(monkeypatch, EngineUnavailableError(found=["no go on PATH"]))
    assert entry.main() == 1
    assert "Found: no go on PATH." in said.getvalue()
    assert "Traceback" not in said.getvalue()


def test_a_disk_that_runs_full_under_set_up_itself_is_called_that(
    monkeypatch: pytest.MonkeyPatch, said: io.StringIO
) -> None:
    stop_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    assert entry.main() == 1
    assert "The disk is too full" in said.getvalue()


def test_an_unknown_fault_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_with(monkeypatch, OSError(errno.EACCES, "Permission denied"))
    with pytest.raises(OSError, match="Permission denied"):
        entry.main()


@pytest.mark.parametrize(
    ("settings", "usable"),
    [
        (f"version = {PYTHON}", True),
        (f"version_info = {PYTHON}", True),
        ("version = 3.10.1", False),
        (None, False),
    ],
    ids=["by venv", "by uv", "of another Python", "none"],
)
def test_only_an_environment_of_this_python_is_kept(
    tmp_path: Path, settings: str | None, usable: bool
) -> None:
    layout = Layout(root=tmp_path)
    layout.venv_python.parent.mkdir(parents=True)
    layout.venv_python.touch()
    if settings is not None:
        (layout.venv / "pyvenv.cfg").write_text(f"home = /usr/bin\n{settings}\n")
    assert is_usable(layout) is usable
