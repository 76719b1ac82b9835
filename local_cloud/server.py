"""The one process of the local cloud: ``python -m local_cloud.server --home DIR --aws-port N ...``.

It holds the AWS services and the Snowflake service, and ends them together.
"""

from __future__ import annotations

import argparse
import fcntl
import gc
import os
import resource
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from local_cloud.children import CHILDREN
from local_cloud.control import CloudDescription
from local_cloud.journal import Journal
from local_cloud.process import STATE_FILE, RunningCloud, write_state
from local_cloud.service import Service
from local_cloud.settings import LocalCloudSettings

_SERVER_LOCK: Final = "server.lock"
_JOURNAL_FILE: Final = "journal.jsonl"
_BODY_BYTES_IN_MEMORY: Final = 1024 * 1024


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; return the status of the process."""
    settings, instance_id = _parse(arguments)
    _prepare_process()
    with ExitStack() as life:
        lock = life.enter_context((settings.home / _SERVER_LOCK).open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(f"A local cloud already runs in {settings.home}.\n")
            return 1
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: stopping.set())
        journal = Journal(settings.home / _JOURNAL_FILE)
        life.callback(journal.close)
        life.callback(CHILDREN.stop)
        _serve(settings, instance_id, journal, stopping, life)
    return 0


def _serve(
    settings: LocalCloudSettings,
    instance_id: str,
    journal: Journal,
    stopping: threading.Event,
    life: ExitStack,
) -> None:
    services: list[Service] = []
    description = CloudDescription(
        settings=settings,
        instance_id=instance_id,
        journal=journal,
        services=services,
    )
    # Imported late: moto reads its settings from the environment when it is imported. What is
    # imported stays for life, so looking through it for garbage is only a delay (a fifth of it).
    gc.disable()
    from local_cloud.composition import build_services

    gc.freeze()
    gc.enable()

    for service in build_services(settings, journal, description):
        service.start()
        services.append(service)
        life.callback(service.stop)
    write_state(settings.home, _running(settings, instance_id))
    life.callback((settings.home / STATE_FILE).unlink, missing_ok=True)
    journal.record("cloud", "started", pid=os.getpid(), instance=instance_id)
    stopping.wait()
    journal.record("cloud", "stopping")


def _running(settings: LocalCloudSettings, instance_id: str) -> RunningCloud:
    return RunningCloud(
        pid=os.getpid(),
        instance_id=instance_id,
        host=settings.host,
        aws_port=settings.aws_port,
        snowflake_port=settings.snowflake_port,
        account_id=settings.account_id,
        region=settings.region,
        started_at=time.time(),
    )


def _parse(arguments: Sequence[str]) -> tuple[LocalCloudSettings, str]:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.server", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--aws-port", type=int, required=True)
    parser.add_argument("--snowflake-port", type=int, required=True)
    parser.add_argument("--host", default=LocalCloudSettings.host)
    parser.add_argument("--account-id", default=LocalCloudSettings.account_id)
    parser.add_argument("--region", default=LocalCloudSettings.region)
    parser.add_argument("--tool-directory", type=Path, default=LocalCloudSettings.tool_directory)
    parser.add_argument("--instance", default=secrets.token_hex(8))
    options = vars(parser.parse_args(arguments))
    instance_id = str(options.pop("instance"))
    home = Path(str(options.pop("home"))).resolve()
    home.mkdir(parents=True, exist_ok=True)
    return LocalCloudSettings(home=home, **options), instance_id


def _prepare_process() -> None:
    """Set what moto reads at import, and allow an open file for every large S3 body."""
    os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = str(_BODY_BYTES_IN_MEMORY)
    # The gateway tells moto the account of every request; this variable would override it.
    os.environ.pop("MOTO_ACCOUNT_ID", None)
    for name in [name for name in os.environ if name.startswith(("AWS_", "SNOWFLAKE_"))]:
        # Nothing in this process may reach a real account by accident.
        del os.environ[name]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
