"""`tarn review` as a user runs it: a clone, two commits, nothing else; and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.processes import processes_of
from tests.e2e.review.seeds import Edit

EDITS = (
    Edit(
        file="lambdas/ingest/handler.py",
        old="from __future__ import annotations\n",
        new="# A remark.\nfrom __future__ import annotations\n",
    ),
    Edit(file="Pulumi.prod.yaml", old="memoryMb: 3072", new="memoryMb: 1024"),
    Edit(
        # What a clone cannot decrypt must not keep it from reviewing.
        file="Pulumi.prod.yaml",
        old="  tarn:ingestion:\n",
        new="  tarn:partnerKey:\n    secure: v1:AAAAAAAAAAAAAAAA:"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n  aws:profile: nobody-has-it\n"
        "  tarn:ingestion:\n",
    ),
    Edit(
        file="infra/settings.py",
        old='    owner: str = matching(r"[\\w.@ -]{1,128}", default="platform-engineering")\n',
        new='    owner: str = matching(r"[\\w.@ -]{1,128}", default="platform-engineering")\n'
        '    partner_key: str = matching(r".*", default="")\n',
    ),
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A clone with a main branch and a branch of one more commit, which is checked out."""
    checkout = Checkout.copy_to(tmp_path_factory.mktemp("review") / "clone")
    (checkout.root / ".gitignore").write_text(".tarn/\n__pycache__/\n")
    git(checkout, "init", "--quiet", "--initial-branch=main")
    git(checkout, "add", "--all")
    commit(checkout, "base")
    git(checkout, "switch", "--quiet", "--create", "change")
    for edit in EDITS:
        edit.apply(checkout.root)
    git(checkout, "add", "--all")
    commit(checkout, "head")
    return checkout


def git(checkout: Checkout, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=checkout.root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(checkout: Checkout, message: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    git(checkout, *who, "commit", "--quiet", "--message", message)


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a review puts what it needs; it must be empty afterwards."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    assert list(processes_of(tmp_path)) == []


def test_a_change_is_reviewed_alike_each_time_and_leaves_nothing(
    clone: Checkout, aside: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in (clone.root / ".git").rglob("*")}
    runs = [clone.run("review", "--format", "json") for _ in range(2)]
    for done in runs:
        assert done.returncode == 0, done.stderr
    assert runs[0].stdout == runs[1].stdout
    told: dict[str, Any] = json.loads(runs[0].stdout)
    assert told["head"] == git(clone, "rev-parse", "HEAD")
    assert told["base"] == git(clone, "rev-parse", "main")
    assert told["failures"] == []
    changes = {change["urns"][0].rpartition("::")[2]: change for change in told["changes"]}
    function = changes["ingestion-function"]
    # The head's own code ran, not the code of the checkout that is installed.
    assert "lambdas/ingest/handler.py" in function["changedFiles"]
    assert {one["path"] for one in function["properties"]} == {"memorySize", "s3Key"}
    assert {one["riskClass"] for one in function["risks"]} == {"outage"}
    assert "tarn:partnerKey cannot be decrypted" in runs[0].stderr
    machine = (str(aside), "127.0.0.1", str(clone.root))
    assert not any(word in runs[0].stdout for word in machine)
    after = {path: path.stat().st_mtime_ns for path in (clone.root / ".git").rglob("*")}
    assert after == before


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_review_that_is_ended_leaves_nothing(clone: Checkout, aside: Path, name: str) -> None:
    running = clone.start("review")
    try:
        until(lambda: any(aside.glob("*/up.events")), "the engine to start")
        until(lambda: engines(aside), "the engine to work")
    finally:
        os.kill(running.pid, getattr(signal, name))
        running.communicate(timeout=60)
    assert running.returncode == (-signal.SIGKILL if name == "SIGKILL" else 130)
    until(lambda: not any(aside.iterdir()), "the guardian to clean up")


def test_a_commit_that_is_not_there_is_told(clone: Checkout, aside: Path) -> None:
    del aside
    done = clone.run("review", "--base", "no-such-branch")
    assert done.returncode == 4
    assert "git cannot find 'no-such-branch'" in done.stderr


def test_a_stack_that_is_not_there_is_told(clone: Checkout, aside: Path) -> None:
    del aside
    done = clone.run("review", "--stack", "staging")
    assert done.returncode == 4
    assert "no Pulumi.staging.yaml" in done.stderr
    assert "dev, local, prod" in done.stderr


def engines(aside: Path) -> bool:
    return any(process.program == "pulumi" for process in processes_of(aside))


def until(condition: Any, what: str, seconds: float = 120) -> None:  # noqa: ANN401
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)
