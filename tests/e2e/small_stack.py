"""A Pulumi program of a few resources in a local cloud, driven by plain `pulumi`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.e2e.checkout import COMMAND_SECONDS, Checkout

STACK = "small"
HEADER = """import pulumi
import pulumi_aws as aws

"""


@dataclass(frozen=True, kw_only=True)
class SmallStack:
    """``environment`` stays that of the shell in which the stack was made, whatever happens."""

    checkout: Checkout
    folder: Path
    environment: dict[str, str]

    @classmethod
    def make(cls, checkout: Checkout, name: str, program: str) -> SmallStack:
        """Write the program and initialise its stack."""
        folder = checkout.root / "small" / name
        folder.mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        stack = cls(checkout=checkout, folder=folder, environment=checkout.shell())
        stack.write(program)
        stack.succeeds("stack", "init", STACK)
        return stack

    def write(self, program: str) -> None:
        """Replace the program."""
        (self.folder / "__main__.py").write_text(HEADER + program)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a `pulumi` command whose output nobody reads."""
        return subprocess.Popen(
            ["pulumi", "--non-interactive", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `pulumi` command to its end."""
        return subprocess.run(
            ["pulumi", "--non-interactive", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def succeeds(self, *arguments: str) -> str:
        """Run a command that must succeed and return its output."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def fails(self, *arguments: str) -> str:
        """Run a command that must fail and return all that it said, in one line."""
        done = self.run(*arguments)
        assert done.returncode != 0, f"{arguments}\n{done.stdout}"
        return " ".join((done.stdout + done.stderr).split())

    def up(self) -> str:
        """`pulumi up`, which must succeed."""
        return self.succeeds("up", "--yes", "--skip-preview")

    def kill_when(self, condition: Callable[[], bool], *arguments: str) -> None:
        """Start a command and kill -9 the engine as soon as the condition holds."""
        engine = self.start(*arguments)
        while not condition():
            assert engine.poll() is None, f"{arguments} ended before it could be killed"
            time.sleep(0.002)
        os.kill(engine.pid, signal.SIGKILL)
        engine.wait()

    def state(self) -> dict[str, Any]:
        """The deployment as `pulumi stack export` gives it."""
        exported = json.loads(self.succeeds("stack", "export"))
        return cast("dict[str, Any]", exported["deployment"])

    def buckets(self, prefix: str) -> set[str]:
        """The buckets with a prefix, asked of S3."""
        listed = self.checkout.client("s3").list_buckets()["Buckets"]
        return {bucket["Name"] for bucket in listed if bucket["Name"].startswith(prefix)}
