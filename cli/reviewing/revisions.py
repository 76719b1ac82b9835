"""The two commits of a review, and clean copies of them.

Copies come from `git archive`, not `git worktree`: nothing is written into .git, so nothing is
left there, however the review ends.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

from cli.reviewing.errors import UnknownRevisionError


def commit_of(root: Path, name: str) -> str:
    """Return the full hash of the commit that a name stands for.

    A branch that only the remote ``origin`` has is found too, as in a CI's shallow checkout.
    Raises UnknownRevisionError.
    """
    for candidate in (name, f"origin/{name}"):
        done = _git(root, "rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}")
        if done.returncode == 0:
            return done.stdout.decode().strip()
    raise UnknownRevisionError(
        name=name,
        reason="there is no such commit, branch or tag.",
        next_step="Fetch it (`git fetch origin`), or name another one.",
    )


def merge_base(root: Path, base: str, head: str) -> str:
    """Return the commit at which the head left the base: what the head's author changed since.

    Raises UnknownRevisionError when the clone does not hold it.
    """
    done = _git(root, "merge-base", base, head)
    if done.returncode != 0:
        raise UnknownRevisionError(
            name=f"{base[:12]}...{head[:12]}",
            reason="the two have no common commit in this clone.",
            next_step="Fetch the history (`git fetch --unshallow`).",
        )
    return done.stdout.decode().strip()


def day_of(root: Path, commit: str) -> date:
    """Return the day, in UTC, on which a commit was made."""
    seconds = _git(root, "show", "--no-patch", "--format=%ct", commit).stdout.decode()
    return datetime.fromtimestamp(int(seconds), UTC).date()


def has_local_changes(root: Path) -> bool:
    """Whether tracked files differ from the last commit; a review does not see that."""
    return bool(_git(root, "status", "--porcelain", "--untracked-files=no").stdout.strip())


def copy_of(root: Path, commit: str, target: Path) -> None:
    """Write the files of a commit into a new folder."""
    done = _git(root, "archive", "--format=tar", commit)
    if done.returncode != 0:
        raise UnknownRevisionError(
            name=commit,
            reason=done.stderr.decode().strip(),
            next_step="Fetch the history (`git fetch --unshallow`).",
        )
    target.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(target, filter="tar")


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - fixed words and commit hashes
        ["git", "--no-optional-locks", *arguments],  # noqa: S607 - git comes from the user's PATH
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
