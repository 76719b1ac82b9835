"""A copy of this checkout that a test may change and run, as a user would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
from snowflake import connector

from cli.local_target import LocalTarget, target_of
from local_cloud.free_ports import free_ports
from local_cloud.process import read_state
from local_cloud.settings import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = ("toolchain", "jars", "jre", "class_archives", "lambda_runtime", "layers")
"""What set-up made under .tarn; a copy shares it, so that tests need no network."""
ROOMS = (
    *("tarn", "infra", "lambdas", "glue_jobs", "warehouse", "contracts"),
    *("local_cloud", "review", "guardrails", "cli"),
)
COMMAND_SECONDS = 420


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """One copy with a home and ports of its own."""

    root: Path
    aws_port: int
    snowflake_port: int

    @classmethod
    def copy_to(cls, root: Path) -> Checkout:
        """Copy the rooms that a run needs and link the tools that set-up made."""
        root.mkdir(parents=True)
        for room in ROOMS:
            # Compiled files come along: they are right for sources with the same times.
            shutil.copytree(REPOSITORY / room, root / room)
        for file in REPOSITORY.glob("Pulumi*.yaml"):
            shutil.copy2(file, root)
        shutil.copy2(REPOSITORY / "requirements.lock", root)
        state = root / ".tarn"
        state.mkdir()
        for tool in TOOLS:
            (REPOSITORY / ".tarn" / tool).mkdir(exist_ok=True)
            (state / tool).symlink_to(REPOSITORY / ".tarn" / tool)
        aws_port, snowflake_port = free_ports(2)
        return cls(root=root, aws_port=aws_port, snowflake_port=snowflake_port)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of every command in this copy; nothing of the caller's AWS leaks in."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PULUMI_", "SNOWFLAKE_", "HTTP", "http"))
        }
        return {
            **kept,
            "PYTHONPATH": str(self.root),
            "TARN_HOME": str(self.root / ".tarn" / "local"),
            "TARN_AWS_PORT": str(self.aws_port),
            "TARN_SNOWFLAKE_PORT": str(self.snowflake_port),
            "COLUMNS": "200",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a `tarn` command in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `tarn` command to its end and return what it printed."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def tarn(self, *arguments: str) -> str:
        """Run a `tarn` command that must succeed and return its standard output."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"tarn {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever JSON the command prints
        """Run a `tarn` command with --format json and return what it says."""
        return json.loads(self.tarn(*arguments, "--format", "json"))

    def sql(self, statement: str, *, role: str | None = None) -> list[dict[str, Any]]:
        """Ask Snowflake through `tarn sql`."""
        options = ("--role", role) if role else ()
        return cast("list[dict[str, Any]]", self.ask("sql", statement, *options))

    def pulumi(
        self, *arguments: str, overrides: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run plain `pulumi`, as after `eval "$(tarn local env)"`."""
        return self._pulumi(arguments, {**self.shell(), **(overrides or {})})

    def shell(self) -> dict[str, str]:
        """Return the variables of a shell after `eval "$(tarn local env)"`."""
        exports = dict(
            line.removeprefix("export ").split("=", 1)
            for line in self.tarn("local", "env").splitlines()
        )
        return {**self.environment, **{name: value.strip("'") for name, value in exports.items()}}

    def _pulumi(
        self, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", "--non-interactive", *arguments],
            cwd=self.root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
        """Return a boto3 client of the account's root user."""
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.aws_port}",
            aws_access_key_id=ROOT_ACCESS_KEY_ID,
            aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
            region_name="us-east-1",
        )

    def target(self) -> LocalTarget:
        """Return the ways to ask the stack that `tarn up` deployed here."""
        home = self.root / ".tarn" / "local"
        cloud = read_state(home)
        assert cloud is not None, f"no local cloud runs in {home}"
        outputs = home / "state" / cloud.instance_id / "outputs.json"
        return target_of(cloud, json.loads(outputs.read_text()))

    def snowflake(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask Snowflake as its administrator, with or without a deployed stack."""
        with connector.connect(
            account="LOCAL",
            user="TARN_ADMIN",
            password="local",
            host="127.0.0.1",
            port=self.snowflake_port,
            protocol="http",
            network_timeout=30,
            login_timeout=30,
        ) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall()

    def stop(self) -> None:
        """Stop this copy's local cloud, if it runs."""
        self.run("local", "down")
