"""Whose state it is: an instance's own, one that was taken over, or one that describes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from local_cloud import process
from local_cloud.local_state import (
    StateBinding,
    StateRefusedError,
    first_deployment,
    forget_other_states,
    interrupted_creates,
    is_unfinished,
    settle,
    state_of,
)
from local_cloud.process import RunningCloud

ENDPOINT = "http://127.0.0.1:4566"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which the cloud "new" runs."""
    cloud = RunningCloud(
        pid=1,
        instance_id="new",
        host="127.0.0.1",
        aws_port=4566,
        snowflake_port=4567,
        account_id="000000000000",
        region="us-east-1",
        started_at=0.0,
    )
    monkeypatch.setattr(process, "living", lambda asked: cloud if asked == tmp_path else None)
    return tmp_path


def _binding(home: Path, instance: str, endpoint: str = ENDPOINT) -> StateBinding:
    state = state_of(home, instance)
    state.mkdir(parents=True, exist_ok=True)
    variables = {
        "PULUMI_BACKEND_URL": f"file://{state}?metadata=skip",
        "AWS_ENDPOINT_URL": endpoint,
    }
    binding = StateBinding.of(variables)
    assert binding is not None
    return binding


def _stack(state: Path, **latest: Any) -> None:  # noqa: ANN401 - Pulumi's checkpoint
    file = state / ".pulumi" / "stacks" / "tarn" / "local.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


def test_a_state_elsewhere_is_none_of_our_business(tmp_path: Path) -> None:
    assert StateBinding.of({"PULUMI_BACKEND_URL": f"file://{tmp_path}/mine"}) is None


def test_without_a_cloud_a_plugin_says_what_starts_one(home: Path) -> None:
    binding = _binding(home / "elsewhere", "new")

    with pytest.raises(StateRefusedError, match="make up"):
        binding.check()


def test_a_shell_that_points_at_another_port_is_told_to_look_again(home: Path) -> None:
    with pytest.raises(StateRefusedError, match="tarn local env"):
        _binding(home, "new", "http://127.0.0.1:1").check()


def test_the_state_of_a_lost_cloud_becomes_that_of_the_next_when_something_is_made(
    home: Path,
) -> None:
    older = _binding(home, "old")
    _stack(older.state)
    older.check()
    assert not state_of(home, "new").exists()

    older.claim()
    forget_other_states(home, "new")

    assert state_of(home, "new").resolve() == older.state
    settle(state_of(home, "new"))
    assert not state_of(home, "new").is_symlink()
    assert (state_of(home, "new") / ".pulumi").is_dir()
    assert not older.state.exists()


def test_the_state_of_a_lost_cloud_may_not_replace_one_in_use(home: Path) -> None:
    older = _binding(home, "old")
    _stack(older.state)
    _stack(_binding(home, "new").state)

    with pytest.raises(StateRefusedError, match="state of its own"):
        older.check()


def test_states_of_lost_clouds_are_forgotten(home: Path) -> None:
    for instance in ("old", "older", "new"):
        _binding(home, instance)
    state_of(home, "oldest").symlink_to("older")

    forget_other_states(home, "new")

    assert [one.name for one in (home / "state").iterdir()] == ["new"]


def test_a_first_deployment_that_runs_is_not_unfinished_one_that_was_killed_is(home: Path) -> None:
    binding = _binding(home, "new")
    script = (
        "import sys, pathlib, time; from local_cloud.local_state import first_deployment\n"
        "with first_deployment(pathlib.Path(sys.argv[1])): print(flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(binding.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as deploying:
        assert deploying.stdout is not None
        deploying.stdout.readline()
        assert not is_unfinished(binding.state)
        binding.check()
        deploying.kill()
    deadline = time.monotonic() + 10
    while not is_unfinished(binding.state):
        assert time.monotonic() < deadline
    with pytest.raises(StateRefusedError, match="`tarn up`"):
        binding.check()


def test_a_first_deployment_that_ended_leaves_no_mark(home: Path) -> None:
    state = _binding(home, "new").state
    with first_deployment(state):
        pass

    assert not is_unfinished(state)
    assert list(state.iterdir()) == []


def test_a_first_deployment_that_failed_and_wrote_its_state_leaves_no_mark(home: Path) -> None:
    state = _binding(home, "new").state
    _stack(state, resources=[{"urn": "the-stack"}])
    with pytest.raises(KeyError), first_deployment(state):
        raise KeyError

    assert not is_unfinished(state)


def test_a_first_deployment_whose_engine_was_killed_alone_leaves_its_mark(home: Path) -> None:
    state = _binding(home, "new").state
    _stack(state)
    with pytest.raises(KeyError), first_deployment(state):
        raise KeyError

    assert is_unfinished(state)


def test_creates_of_which_nobody_knows_are_those_that_the_state_does_not_hold(home: Path) -> None:
    state = _binding(home, "new").state

    def resource(urn: str, name: str) -> dict[str, Any]:
        return {"urn": urn, "inputs": {"name": name}}

    assert interrupted_creates(state, project="tarn", stack="local") == []
    _stack(
        state,
        resources=[resource("made-later", "a"), resource("replaced", "old")],
        pending_operations=[
            {"type": "creating", "resource": resource("made-later", "a")},
            {"type": "creating", "resource": resource("unknown", "b")},
            {"type": "creating", "resource": resource("replaced", "new")},
            {"type": "deleting", "resource": resource("going", "c")},
        ],
    )
    found = interrupted_creates(state, project="tarn", stack="local")
    assert found == ["unknown", "replaced"]
