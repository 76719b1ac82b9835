"""A tool's output goes into a log; its failure comes back in plain words; nothing outlives it."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from tools.setup.command import Runner
from tools.setup.console import QUIET_SECONDS, Console
from tools.setup.diagnosis import NO_ADVICE, advice, is_disk_full, is_network_trouble
from tools.setup.errors import CommandFailedError, DiskFullError


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(console=Console(stream=io.StringIO()), logs=tmp_path / "logs", needed_mib=7)


def run(runner: Runner, program: str) -> str:
    return runner.run("doing a thing", [sys.executable, "-c", program], cwd=runner.logs.parent)


def test_the_output_is_returned_and_logged(runner: Runner) -> None:
    assert run(runner, "print('done')") == "done\n"
    assert (runner.logs / "doing-a-thing.log").read_text() == "done\n"


def test_a_failure_shows_the_end_of_the_output_the_log_and_the_next_step(runner: Runner) -> None:
    program = "import sys; [print('line', n) for n in range(99)]; sys.exit('no such host')"
    with pytest.raises(CommandFailedError) as caught:
        run(runner, program)
    message = str(caught.value)
    assert "doing a thing failed" in message
    assert "line 98\nno such host" in message
    assert "line 5\n" not in message
    assert str(runner.logs / "doing-a-thing.log") in message
    assert "check the connection" in message
    assert message.endswith("run the same command again: it goes on from here.")


def test_a_disk_that_runs_full_is_called_that(runner: Runner) -> None:
    with pytest.raises(DiskFullError, match="too full for doing a thing"):
        run(runner, "raise SystemExit('write: No space left on device')")


def test_an_interruption_ends_the_tool_and_its_children(runner: Runner, tmp_path: Path) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    # Tool and child both hold the pipe open: it ends when the last of them has.
    program = (
        "import subprocess, sys; "
        f"pipe = open({str(fifo)!r}, 'w'); "
        "child = [sys.executable, '-c', 'import time; time.sleep(600)']; "
        "started = subprocess.Popen(child, pass_fds=[pipe.fileno()]); "
        "print('both run', file=pipe, flush=True); started.wait()"
    )
    seen: list[str] = []

    def interrupt_once_both_run() -> None:
        with fifo.open() as pipe:
            seen.append(pipe.readline())
            os.kill(os.getpid(), signal.SIGINT)
            seen.append(pipe.read())

    watcher = threading.Thread(target=interrupt_once_both_run, daemon=True)
    watcher.start()
    with pytest.raises(KeyboardInterrupt):
        run(runner, program)
    watcher.join()
    assert seen == ["both run\n", ""]


def test_a_tool_holds_the_lock_of_the_set_up(tmp_path: Path) -> None:
    with (tmp_path / "setup.lock").open("w") as lock:
        runner = Runner(
            console=Console(stream=io.StringIO()),
            logs=tmp_path,
            needed_mib=1,
            held=(lock.fileno(),),
        )
        assert run(runner, f"import os; print(os.fstat({lock.fileno()}).st_ino)") == (
            f"{os.fstat(lock.fileno()).st_ino}\n"
        )


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("tls: x509: certificate signed by unknown authority", "SSL_CERT_FILE"),
        ("PKIX path building failed: unable to find valid certification path", "SSL_CERT_FILE"),
        ("dial tcp: lookup proxy: no such host", "check the connection"),
        ("error: Failed to fetch: operation timed out", "check the connection"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "clear the cache"),
        ("go: module requires go >= 1.25.6", "install Go 1.25"),
        ("segmentation fault", NO_ADVICE),
    ],
)
def test_advice_fits_the_output(output: str, said: str) -> None:
    assert said in advice(output)


@pytest.mark.parametrize(
    ("output", "full"),
    [
        ("OSError: [Errno 28] No space left on device", True),
        ("failed to write (os error 28)", True),
        ("Disk quota exceeded", True),
        ("no such file", False),
    ],
)
def test_a_full_disk_is_recognised(output: str, full: bool) -> None:
    assert is_disk_full(output) is full


def test_a_wrong_hash_is_no_trouble_of_the_network() -> None:
    assert not is_network_trouble("Hash mismatch for `alpha`")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_seconds_on_one_line() -> None:
    terminal = Terminal()
    console = Console(stream=terminal)
    console.begin("Jars")
    console.tick("downloading", 1.2)
    console.end(2.0)
    assert terminal.getvalue() == (
        "  Jars ...\r\033[K  Jars ... downloading (1 s)\r\033[K  Jars: done in 2 s\n"
    )


def test_a_log_sees_a_line_now_and_then() -> None:
    log = io.StringIO()
    console = Console(stream=log)
    console.begin("Jars")
    for second in range(1, 2 * QUIET_SECONDS):
        console.tick("downloading", second)
    console.end(2 * QUIET_SECONDS)
    assert log.getvalue().splitlines() == [
        "  Jars ...",
        f"  Jars ... downloading ({QUIET_SECONDS} s)",
        f"  Jars: done in {2 * QUIET_SECONDS} s",
    ]
