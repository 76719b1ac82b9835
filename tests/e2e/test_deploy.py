"""What was reviewed is what is applied: the same plan or none at all, and then it is said why."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guardrails.pack import DAY_VARIABLE
from tests.e2e.checkout import COMMAND_SECONDS, Checkout

pytestmark = pytest.mark.timeout(1200)

BEFORE, AFTER, LATER = (f"receive_wait_time_seconds={seconds}" for seconds in (20, 10, 5))
DAY = "2026-11-24"
"""The shipped waivers count on it, whenever this test runs."""
IGNORED = ".tarn/\n.venv\n__pycache__/\nreviewed.json\n"


def test_a_reviewed_change_is_applied_and_any_other_is_refused(checkout: Checkout) -> None:
    program = checkout.root / "infra" / "components" / "ingestion" / "intake.py"
    reviewed = checkout.root / "reviewed.json"
    _commit(checkout, "base")
    _deploy_base(checkout)
    _edit(program, BEFORE, AFTER)
    _commit(checkout, "head")
    checkout.tarn(
        *("review", "--base", "HEAD~1", "--stack", "local"),
        *("--format", "json", "--output", str(reviewed)),
    )
    [change] = json.loads(reviewed.read_text())["changes"]
    assert change["operation"] == "update"

    queue = _Queue(checkout)
    queue.set("VisibilityTimeout", "7")
    said = _refused(checkout, reviewed)
    assert "ingestion-intake has another visibilityTimeoutSeconds" in said
    queue.set("VisibilityTimeout", "180")

    _edit(program, AFTER, LATER)
    said = _refused(checkout, reviewed)
    assert (
        "ingestion-intake, receiveWaitTimeSeconds: reviewed was 20 to 10, now it would be 20 to 5"
    ) in said
    _edit(program, LATER, AFTER)
    assert queue.get("ReceiveMessageWaitTimeSeconds") == "20"

    done = _deploy(checkout, reviewed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the plan is what was reviewed (1 resources)" in done.stderr
    assert queue.get("ReceiveMessageWaitTimeSeconds") == "10"


class _Queue:
    def __init__(self, checkout: Checkout) -> None:
        self._sqs: Any = checkout.client("sqs")
        self._url = self._sqs.get_queue_url(QueueName="tarn-local-ingest")["QueueUrl"]

    def get(self, attribute: str) -> str:
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=[attribute])
        return str(answer["Attributes"][attribute])

    def set(self, attribute: str, value: str) -> None:
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={attribute: value})


def _deploy_base(checkout: Checkout) -> None:
    checkout.tarn("local", "up")
    for arguments in (("stack", "init", "local"), ("up", "-s", "local", "--yes", "--skip-preview")):
        done = checkout.pulumi(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr


def _deploy(checkout: Checkout, reviewed: Path) -> subprocess.CompletedProcess[str]:
    """`tarn deploy` in a shell after `eval "$(tarn local env)"`."""
    return subprocess.run(
        ["tarn", "deploy", "--stack", "local", "--reviewed", str(reviewed)],
        cwd=checkout.root,
        env={**checkout.shell(), DAY_VARIABLE: DAY},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def _refused(checkout: Checkout, reviewed: Path) -> str:
    done = _deploy(checkout, reviewed)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Nothing was applied to 'local'" in done.stderr
    return done.stderr


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def _commit(checkout: Checkout, message: str) -> None:
    (checkout.root / ".gitignore").write_text(IGNORED)
    run: Callable[..., object] = lambda *words: subprocess.run(  # noqa: E731
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
        cwd=checkout.root,
        env={**os.environ, "GIT_COMMITTER_DATE": f"{DAY}T12:00:00Z"},
        check=True,
        capture_output=True,
    )
    if not (checkout.root / ".git").is_dir():
        run("init", "--initial-branch", "main")
    run("add", "--all")
    run("commit", "--message", message)
