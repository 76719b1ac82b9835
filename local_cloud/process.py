"""Start, find and stop the one process of a local cloud.

``cloud.json`` in the home directory is written atomically by the process when it can answer, and
says who it is. A file left by a process that was killed is recognised and ignored.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from local_cloud.port_holder import describe_holder
from local_cloud.settings import LocalCloudSettings
from tarn.errors import PermanentError, RetryableError

STATE_FILE: Final = "cloud.json"
LOG_FILE: Final = "server.log"
_START_LOCK: Final = "start.lock"
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 15.0
_CHECKOUT: Final = Path(__file__).resolve().parents[1]


class PortInUseError(PermanentError):
    """Another program listens where the local cloud should."""

    def __init__(self, *, service: str, port: int, holder: str, option: str) -> None:
        super().__init__(
            f"The local {service} cannot listen on port {port}: {holder} holds it. "
            f"End that program, or choose another port ({option})."
        )
        self.port = port
        self.holder = holder


class StartError(RetryableError):
    """The process of the local cloud ended, or did not answer in time."""

    def __init__(self, *, reason: str, log_file: Path, last_lines: str) -> None:
        super().__init__(
            f"The local cloud did not start: {reason}. Its log is {log_file}; the last lines:\n"
            f"{last_lines}"
        )
        self.log_file = log_file


@dataclass(frozen=True, kw_only=True)
class RunningCloud:
    """A local cloud that answers. ``instance_id`` is new with every start."""

    pid: int
    instance_id: str
    host: str
    aws_port: int
    snowflake_port: int
    account_id: str
    region: str
    started_at: float

    @property
    def aws_endpoint(self) -> str:
        """The URL for ``AWS_ENDPOINT_URL``."""
        return f"http://{self.host}:{self.aws_port}"

    @property
    def snowflake_endpoint(self) -> str:
        """The URL of the Snowflake service."""
        return f"http://{self.host}:{self.snowflake_port}"


def start(
    settings: LocalCloudSettings, *, environment: Mapping[str, str] | None = None
) -> RunningCloud:
    """Return the running cloud of this home, started now if there was none.

    Two starts at once end with one process: the second waits for the first. ``environment`` is
    added to this process's own.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _start_lock(settings.home):
        running = status(settings)
        if running is not None:
            return running
        _refuse_ports_in_use(settings)
        return _start_process(settings, environment or {})


def status(settings: LocalCloudSettings) -> RunningCloud | None:
    """Return the cloud that runs in this home, or None. It is asked, not only looked up."""
    running = read_state(settings.home)
    if running is None or not _answers(running):
        return None
    return running


def living(home: Path) -> RunningCloud | None:
    """Return the cloud of a home whose process lives, or None. It may be too busy to answer."""
    running = read_state(home)
    return running if running is not None and _is_ours(running) else None


def stop(settings: LocalCloudSettings) -> bool:
    """End the cloud of this home with its children; False when none ran.

    It is asked to end, and killed when it has not ended in time. Its children die with it.
    """
    running = read_state(settings.home)
    if running is None or not _is_ours(running):
        (settings.home / STATE_FILE).unlink(missing_ok=True)
        return False
    os.kill(running.pid, signal.SIGTERM)
    if not _wait_until_gone(running, _STOP_SECONDS):
        os.kill(running.pid, signal.SIGKILL)
        _wait_until_gone(running, _STOP_SECONDS)
    (settings.home / STATE_FILE).unlink(missing_ok=True)
    return True


def read_state(home: Path) -> RunningCloud | None:
    """Read who runs in a home, without asking whether it still does."""
    try:
        content = cast("dict[str, object]", json.loads((home / STATE_FILE).read_text()))
    except FileNotFoundError:
        return None
    return RunningCloud(
        pid=int(str(content["pid"])),
        instance_id=str(content["instance_id"]),
        host=str(content["host"]),
        aws_port=int(str(content["aws_port"])),
        snowflake_port=int(str(content["snowflake_port"])),
        account_id=str(content["account_id"]),
        region=str(content["region"]),
        started_at=float(str(content["started_at"])),
    )


def write_state(home: Path, running: RunningCloud) -> None:
    """Write who runs in a home; a reader sees the old file or the new one, never a part."""
    temporary = home / f"{STATE_FILE}.{running.pid}"
    temporary.write_text(json.dumps(running.__dict__, indent=2))
    temporary.replace(home / STATE_FILE)


def _start_process(settings: LocalCloudSettings, environment: Mapping[str, str]) -> RunningCloud:
    instance_id = secrets.token_hex(8)
    log_file = settings.home / LOG_FILE
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module with our own settings
            _command(settings, instance_id),
            cwd=_CHECKOUT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        running = read_state(settings.home)
        if running is not None and running.instance_id == instance_id:
            return running
        if process.poll() is not None:
            reason = f"its process ended with status {process.returncode}"
            raise StartError(reason=reason, log_file=log_file, last_lines=_tail(log_file))
        time.sleep(0.02)
    process.kill()
    process.wait()
    reason = f"it did not answer within {_START_SECONDS:.0f} s"
    raise StartError(reason=reason, log_file=log_file, last_lines=_tail(log_file))


def _command(settings: LocalCloudSettings, instance_id: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "local_cloud.server",
        f"--home={settings.home.resolve()}",
        f"--host={settings.host}",
        f"--aws-port={settings.aws_port}",
        f"--snowflake-port={settings.snowflake_port}",
        f"--account-id={settings.account_id}",
        f"--region={settings.region}",
        f"--tool-directory={settings.tool_directory.resolve()}",
        f"--instance={instance_id}",
    ]


def _refuse_ports_in_use(settings: LocalCloudSettings) -> None:
    for service, port, option in (
        ("AWS", settings.aws_port, "--aws-port"),
        ("Snowflake", settings.snowflake_port, "--snowflake-port"),
    ):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                holder = describe_holder(port)
                raise PortInUseError(
                    service=service, port=port, holder=holder, option=option
                ) from error


@contextmanager
def _start_lock(home: Path) -> Generator[None]:
    with (home / _START_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(running: RunningCloud) -> bool:
    if not _is_alive(running.pid):
        return False
    return _health(running) == running.instance_id


def _is_ours(running: RunningCloud) -> bool:
    """Whether the process id still belongs to the cloud, also when it no longer answers."""
    if not _is_alive(running.pid):
        return False
    command = Path(f"/proc/{running.pid}/cmdline")
    if command.exists():
        return running.instance_id.encode() in command.read_bytes()
    return _health(running) == running.instance_id


def _health(running: RunningCloud) -> str | None:
    url = f"{running.aws_endpoint}/_tarn/health"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            answer = cast("dict[str, object]", json.load(response))
    except (urllib.error.URLError, OSError, ValueError):
        return None
    return str(answer.get("instance_id"))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    state = Path(f"/proc/{pid}/stat")
    # A zombie is gone for us: its parent has only not collected it yet.
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def _wait_until_gone(running: RunningCloud, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _is_alive(running.pid):
            return True
        time.sleep(0.02)
    return not _is_alive(running.pid)


def _tail(log_file: Path, lines: int = 15) -> str:
    return "\n".join(log_file.read_text(errors="replace").splitlines()[-lines:])
