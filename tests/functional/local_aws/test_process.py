"""The life of the one process: started, found, stopped, killed, started again."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud import process
from local_cloud.settings import LocalCloudSettings
from tests.functional.local_aws.conftest import new_settings
from tests.functional.local_aws.laboratory import Laboratory, eventually


@pytest.fixture
def own_settings(tmp_path: Path) -> Iterator[LocalCloudSettings]:
    """Settings of a cloud that this test starts, and that does not outlive it."""
    settings = new_settings(tmp_path / "home")
    yield settings
    process.stop(settings)


def is_gone(pid: int) -> bool:
    """Whether a process has ended (one that waits to be collected has)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_two_starts_at_once_end_with_one_process(own_settings: LocalCloudSettings) -> None:
    started: list[process.RunningCloud] = []
    threads = [
        threading.Thread(target=lambda: started.append(process.start(own_settings)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = started
    assert first == second
    assert process.status(own_settings) == first
    assert process.stop(own_settings)
    assert process.status(own_settings) is None
    assert is_gone(first.pid)


def test_a_killed_cloud_leaves_no_child_and_starts_again(
    own_settings: LocalCloudSettings,
) -> None:
    killed = process.start(own_settings)
    laboratory = Laboratory(own_settings, suffix="killed")
    laboratory.deploy(
        "import os\ndef handler(event, context):\n    return os.getpid()\n",
        laboratory.function_role(),
    )
    worker, _ = laboratory.invoke()
    assert isinstance(worker, int)
    assert not is_gone(worker)

    os.kill(killed.pid, signal.SIGKILL)

    assert eventually(lambda: is_gone(worker))
    assert process.status(own_settings) is None
    again = process.start(own_settings)
    assert again.instance_id != killed.instance_id


def test_a_port_in_use_is_named_with_its_holder(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        settings = LocalCloudSettings(home=tmp_path, aws_port=port, snowflake_port=port - 1)
        with pytest.raises(process.PortInUseError) as caught:
            process.start(settings)
    assert f"port {port}" in str(caught.value)
    assert f"process {os.getpid()}" in str(caught.value)
    assert "--aws-port" in str(caught.value)


def test_a_state_file_of_another_process_is_not_believed(tmp_path: Path) -> None:
    settings = new_settings(tmp_path)
    process.write_state(
        tmp_path,
        process.RunningCloud(
            pid=os.getpid(),
            instance_id="not-this-process",
            host=settings.host,
            aws_port=settings.aws_port,
            snowflake_port=settings.snowflake_port,
            account_id=settings.account_id,
            region=settings.region,
            started_at=0.0,
        ),
    )
    assert process.status(settings) is None
    assert not process.stop(settings)
    assert process.read_state(tmp_path) is None
