"""The Pulumi state that lies beside a local cloud, and to which cloud it belongs.

``<home>/state/<instance id>/`` is the state of one instance of the cloud (docs/adr/0002). Plain
`pulumi` only knows the folder, from a shell whose variables may be older than the cloud that runs
now; so the plugins look here before they work (docs/adr/0003).
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from local_cloud import process
from local_cloud.process import RunningCloud
from local_cloud.settings import LOOPBACK_HOSTS
from tarn.errors import PermanentError

STATES: Final = "state"
"""The folder of a home that holds one state for each instance of the cloud."""
UNFINISHED: Final = "first-deployment-unfinished"
"""A file in a state's folder; see first_deployment."""
_EVALUATE: Final = 'eval "$(tarn local env)"'


class StateRefusedError(PermanentError):
    """Working with this state would do harm, or nothing."""

    def __init__(self, *, reason: str, next_step: str) -> None:
        super().__init__(f"{reason} Next: {next_step}")


def state_of(home: Path, instance_id: str) -> Path:
    """Return the folder of an instance's state; a link when an older state was taken over."""
    return home / STATES / instance_id


@contextmanager
def first_deployment(state: Path) -> Generator[None]:
    """Mark a state while its first deployment runs; the mark of a killed one stays.

    Whoever deploys holds a lock on the mark, which ends with the process in whatever way. The
    engine may be killed alone: one that fails by itself has written at least the stack.
    """
    mark = state / UNFINISHED
    with mark.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield
        except BaseException:
            if _describes_something(state):
                mark.unlink(missing_ok=True)
            raise
        mark.unlink(missing_ok=True)


def _describes_something(state: Path) -> bool:
    stacks = state.glob(".pulumi/stacks/*/*.json")
    return any(_latest(json.loads(file.read_text())).get("resources") for file in stacks)


def _latest(stack: Mapping[str, Any]) -> dict[str, Any]:
    return (stack.get("checkpoint") or {}).get("latest") or {}


def is_unfinished(state: Path) -> bool:
    """Tell whether the first deployment into this state was killed: it then describes nothing."""
    try:
        with (state / UNFINISHED).open() as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    return True


def interrupted_creates(state: Path, *, project: str, stack: str) -> list[str]:
    """Return the URNs that a killed engine was creating and that the state does not hold so.

    Whether these objects exist, only the cloud knows. The engine keeps such an entry until a
    refresh clears it, also after the object was made by a later run. Where a replacement was cut
    off, the state holds the old object under the URN, with other inputs.
    """
    file = state / ".pulumi" / "stacks" / project / f"{stack}.json"
    if not file.is_file():
        return []
    latest = _latest(json.loads(file.read_text()))
    held = {one["urn"]: one.get("inputs") for one in latest.get("resources") or ()}
    started = [
        operation["resource"]
        for operation in latest.get("pending_operations") or ()
        if operation["type"] == "creating"
    ]
    return [
        one["urn"]
        for one in started
        if one["urn"] not in held or held[one["urn"]] != one.get("inputs")
    ]


def settle(state: Path) -> None:
    """Make a state that was taken over by a link the instance's own."""
    if state.is_symlink():
        older = state.resolve()
        state.unlink()
        older.rename(state)


@dataclass(frozen=True, kw_only=True)
class StateBinding:
    """What a plugin may do with the state and the endpoint that its environment names."""

    state: Path
    endpoint: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> StateBinding | None:
        """Return the binding, or None for a state that does not lie beside a local cloud."""
        state = Path(urlsplit(environment.get("PULUMI_BACKEND_URL", "")).path)
        if state.parent.name != STATES:
            return None
        return cls(state=state, endpoint=environment.get("AWS_ENDPOINT_URL", ""))

    def check(self) -> None:
        """Raise StateRefusedError unless a cloud runs to which this state may belong."""
        cloud = self._cloud()
        if is_unfinished(self.state):
            raise StateRefusedError(
                reason="The first deployment into this local cloud was killed. It writes its state "
                "at its end only, so this state does not describe what was made.",
                next_step="`tarn up` replaces the cloud and deploys, or `tarn local down`, "
                f"`tarn local up` and {_EVALUATE} give an empty one.",
            )
        own = self.state.with_name(cloud.instance_id)
        if self.state.name != cloud.instance_id and not own.is_symlink() and _is_used(own):
            raise StateRefusedError(
                reason=f"This shell's state belongs to the local cloud {self.state.name}, which is "
                f"gone; the one that runs, {cloud.instance_id}, has a state of its own.",
                next_step=f"{_EVALUATE}, then run this again.",
            )

    def claim(self) -> None:
        """Say that this state describes the cloud that runs now, before something is made in it.

        A cloud that was lost leaves its state to the next one: `pulumi refresh` finds everything
        gone, `pulumi up` makes it anew, and `tarn up` goes on with the same state.
        """
        own = self.state.with_name(self._cloud().instance_id)
        if own == self.state or own.is_symlink():
            return
        shutil.rmtree(own, ignore_errors=True)
        with suppress(FileExistsError):  # another create of this run, or of the other provider
            own.symlink_to(self.state.name)

    def _cloud(self) -> RunningCloud:
        home = self.state.parent.parent
        cloud = process.living(home)
        if cloud is None:
            raise StateRefusedError(
                reason=f"No local cloud runs in {home}: it was stopped or killed, and what it held "
                "went with it.",
                next_step=f"`make up` makes everything anew; or `tarn local up`, {_EVALUATE} and "
                "`pulumi up`.",
            )
        # An endpoint off loopback is refused as such, when the plugin is configured.
        local = urlsplit(self.endpoint).hostname in LOOPBACK_HOSTS
        if local and self.endpoint != cloud.aws_endpoint:
            raise StateRefusedError(
                reason=f"This shell points at {self.endpoint}, but the local cloud listens on "
                f"{cloud.aws_endpoint}.",
                next_step=f"{_EVALUATE}, then run this again.",
            )
        return cloud


def _is_used(state: Path) -> bool:
    stacks = state.glob(".pulumi/stacks/**/*.json")
    return (state / UNFINISHED).exists() or next(stacks, None) is not None


def forget_other_states(home: Path, instance_id: str) -> None:
    """Remove the states of clouds that are gone: what they describe exists no more."""
    kept = {state_of(home, instance_id), state_of(home, instance_id).resolve()}
    for folder in (home / STATES).glob("*"):
        if folder in kept:
            continue
        if folder.is_symlink():
            folder.unlink()
        else:
            # An engine that outlived its command may still write there; the next run removes it.
            shutil.rmtree(folder, ignore_errors=True)
