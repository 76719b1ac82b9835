"""Workflows keep their rules, and each rule can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture import workflows
from tests.architecture.source import ROOT

Rule = Callable[[PurePosixPath, str], Iterator[str]]

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))

SOUND = """
on: [workflow_run]
permissions: {}
jobs:
  a:
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          ref: ${{ github.event.repository.default_branch }}
      - env:
          NAME: ${{ github.head_ref }}
        run: echo "$NAME"
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("rule", workflows.RULES, ids=lambda rule: rule.__name__)
def test_workflows_keep(rule: Rule, file: object) -> None:
    path = PurePosixPath(str(file))
    assert list(rule(path, (ROOT / path).read_text())) == []


@pytest.mark.parametrize("file", ACTIONS, ids=lambda file: file.parent.name)
@pytest.mark.parametrize("rule", [workflows.pinned, workflows.uninterpolated, workflows.keyless])
def test_actions_keep(rule: Rule, file: object) -> None:
    path = PurePosixPath(str(file))
    assert list(rule(path, (ROOT / path).read_text())) == []


def test_there_are_workflows() -> None:
    assert {file.name for file in FILES} == {
        "ci.yml",
        "comment.yml",
        "deploy-stack.yml",
        "deploy.yml",
        "review.yml",
    }


BROKEN: tuple[tuple[Rule, str, str], ...] = (
    (workflows.pinned, "@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5"),
    (workflows.pinned, " # v5.0.0", ""),
    (workflows.uninterpolated, 'echo "$NAME"', "echo ${{ github.head_ref }}"),
    (workflows.few_rights, "permissions: {}", "permissions: write-all"),
    (workflows.few_rights, "contents: read", "contents: write"),
    (workflows.few_rights, "    permissions:\n      contents: read\n", ""),
    (workflows.keyless, "${{ github.head_ref }}", "${{ secrets.KEY }}"),
    (workflows.untrusted_code_is_powerless, "[workflow_run]", "[pull_request_target]"),
    (
        workflows.untrusted_code_is_powerless,
        "github.event.repository.default_branch",
        "github.event.workflow_run.head_sha",
    ),
)


@pytest.mark.parametrize("rule", workflows.RULES, ids=lambda rule: rule.__name__)
def test_a_sound_workflow_is_let_be(rule: Rule) -> None:
    assert list(rule(PurePosixPath("sound.yml"), SOUND)) == []


@pytest.mark.parametrize(("rule", "sound", "broken"), BROKEN)
def test_a_broken_rule_is_seen(rule: Rule, sound: str, broken: str) -> None:
    assert sound in SOUND
    assert len(list(rule(PurePosixPath("broken.yml"), SOUND.replace(sound, broken)))) == 1
