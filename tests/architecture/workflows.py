"""What workflows may do: rules from a workflow's text to complaints. actionlint knows the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, cast

import yaml

_PINNED: Final = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
_LOCAL: Final = re.compile(r"uses: \./\.github/(actions|workflows)/[\w./-]+$")
MAY_WRITE: Final[Mapping[str, frozenset[str]]] = {
    "comment.yml": frozenset({"pull-requests", "statuses"}),
    "deploy.yml": frozenset({"id-token"}),
    "deploy-stack.yml": frozenset({"id-token"}),
}
"""Which workflow may write what; no other may write anything."""


def pinned(path: PurePosixPath, text: str) -> Iterator[str]:
    """Complain of actions that are not named by a full commit with its version beside it."""
    for number, line in enumerate(text.splitlines(), 1):
        used = line.strip().removeprefix("- ")
        if used.startswith("uses:") and not (_PINNED.match(used) or _LOCAL.match(used)):
            yield f"{path}:{number}: {used} is not pinned to a commit with its version"


def uninterpolated(path: PurePosixPath, text: str) -> Iterator[str]:
    """Complain of expressions inside of scripts: their values would be read as code."""
    for step in _steps(_document(text)):
        if "${{" in str(step.get("run", "")):
            yield f"{path}: a script holds an expression; hand it over as a variable"


def few_rights(path: PurePosixPath, text: str) -> Iterator[str]:
    """Complain of rights that a workflow has no need for."""
    document = _document(text)
    if document.get("permissions") != {}:
        yield f"{path}: does not begin with `permissions: {{}}`"
    for name, job in cast("dict[str, dict[str, Any]]", document.get("jobs") or {}).items():
        rights = job.get("permissions")
        if not isinstance(rights, dict):
            yield f"{path}: job {name} names no rights"
            continue
        for right, level in cast("dict[str, str]", rights).items():
            if level == "write" and right not in MAY_WRITE.get(path.name, frozenset()):
                yield f"{path}: job {name} may write {right}"


def keyless(path: PurePosixPath, text: str) -> Iterator[str]:
    """Complain of long-lived secrets."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\bsecrets[.\[]|secrets: *inherit", line):
            yield f"{path}:{number}: uses a long-lived secret"


def untrusted_code_is_powerless(path: PurePosixPath, text: str) -> Iterator[str]:
    """Complain of another's code in a workflow that has rights."""
    document = _document(text)
    # YAML reads the word `on` as true.
    causes = document.get("on", document.get(True))
    named = set(cast("Any", causes))
    if "pull_request_target" in named:
        yield f"{path}: pull_request_target runs with rights; use pull_request and workflow_run"
    if "workflow_run" not in named:
        return
    for step in _steps(document):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            ref = str(cast("dict[str, Any]", step.get("with") or {}).get("ref", ""))
            if "default_branch" not in ref:
                yield f"{path}: checks out {ref or 'whatever'} with the right to write"
        if str(step.get("uses", "")).startswith("./"):
            yield f"{path}: runs {step['uses']}"


RULES: Final = (pinned, uninterpolated, few_rights, keyless, untrusted_code_is_powerless)


def _document(text: str) -> dict[Any, Any]:
    return cast("dict[Any, Any]", yaml.safe_load(text))


def _steps(document: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    for job in (document.get("jobs") or {}).values():
        yield from job.get("steps") or []
    yield from (document.get("runs") or {}).get("steps") or []
