"""`tarn local fault`: rules are added, applied, listed and cleared by the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_aws.chaos import Chaos

REPOSITORY = Path(__file__).parents[3]


def tarn(chaos: Chaos, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `tarn local fault ...` against the cloud of the test."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "local", "fault", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "TARN_HOME": str(chaos.settings.home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def answer(chaos: Chaos, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    done = tarn(chaos, *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_rule_is_added_seen_and_cleared_by_commands(chaos: Chaos, tmp_path: Path) -> None:
    options = ("--service", "s3", "--operation", "PutObject", "--nth", "1", "--nth", "3")
    [added] = answer(chaos, "add", "error", *options, "--when", "after", "--id", "lost")
    assert added["nth"] == [1, 3]

    with pytest.raises(ClientError, match="InternalError"):
        chaos.s3.put_object(Bucket=chaos.bucket, Key="key", Body=b"")

    listed = answer(chaos, "list")
    assert [(each["id"], each["seen"], each["injected"]) for each in listed] == [("lost", 1, 1)]
    assert "lost" in tarn(chaos, "list").stdout

    file = tmp_path / "chaos.json"
    slow = {"action": "latency", "service": "sqs", "seconds": [0.1, 0.2], "id": "slow"}
    file.write_text(json.dumps([slow]))
    [applied] = answer(chaos, "apply", str(file), "--seed", "7")
    assert applied["seed"] == 7

    assert answer(chaos, "clear", "lost") == ["lost"]
    assert answer(chaos, "clear") == ["slow"]
    assert "No fault rule is in force." in tarn(chaos, "list").stdout


def test_what_the_cloud_refuses_is_told_without_a_traceback(chaos: Chaos) -> None:
    refused = tarn(chaos, "add", "latency", "--service", "s3", "--seconds", "soon")

    assert refused.returncode == 1
    assert "seconds is 'soon'" in refused.stderr
    assert "Traceback" not in refused.stderr
