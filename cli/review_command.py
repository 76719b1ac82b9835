"""`tarn review`: what a pull request does to the infrastructure."""

from __future__ import annotations

import signal
import sys
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer

from cli.output import errors
from cli.workspace import find_workspace
from review.model import Review, RiskClass
from tarn.errors import TarnError

CLASS_OCCURS = 1
"""A class of --fail-on occurs."""
HEAD_REFUSED = 3
"""The head does not deploy: the report says why, and ends there."""
NO_REPORT = 4
"""There is no report: a commit is unknown, or the base itself does not deploy."""
ENDED: Final = 130
"""Somebody pressed Ctrl-C, or the process was asked to end."""


class ReportFormat(StrEnum):
    """The views of a review."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


def review(
    base: Annotated[
        str, typer.Option(help="What the change is for; compared is the commit where it left.")
    ] = "main",
    head: Annotated[str, typer.Option(help="The change: a branch, tag or commit.")] = "HEAD",
    stack: Annotated[str, typer.Option(help="Whose configuration to use.")] = "prod",
    output: Annotated[
        ReportFormat, typer.Option("--format", help="What to print.")
    ] = ReportFormat.MARKDOWN,
    file: Annotated[
        Path | None, typer.Option("--output", help="Write the report here instead.")
    ] = None,
    fail_on: Annotated[
        list[RiskClass] | None,
        typer.Option("--fail-on", help="End with 1 when this class occurs; may be repeated."),
    ] = None,
) -> None:
    """Review what a change does to the infrastructure: risks, contracts, cost. Needs no account.

    Ends with 0; 1 when a class of --fail-on occurs; 3 when the head does not deploy (the report
    says why); 4 when there can be no report.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        found = _reviewed(base=base, head=head, stack=stack)
    except TarnError as error:
        errors.print("[bold red]error:[/]", end=" ")
        errors.print(str(error), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(NO_REPORT) from error
    except KeyboardInterrupt:
        _tell("Ended; nothing is left behind.")
        raise typer.Exit(ENDED) from None
    text = _rendered(found, output)
    if file is None:
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8")
    raise typer.Exit(_status(found, fail_on or []))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _reviewed(*, base: str, head: str, stack: str) -> Review:
    from cli.reviewing import revisions, run

    workspace = find_workspace()
    asked = run.question(workspace, base=base, head=head, stack=stack)
    if head == "HEAD" and revisions.has_local_changes(workspace.root):
        _tell("Files that are not committed are not in this review.")
    answer = run.review(workspace, asked, progress=lambda stage: _tell(f"· {stage}"))
    for key in answer.placeholders:
        _tell(f"{key} cannot be decrypted here: a placeholder stood for it.")
    total = sum(answer.stages.values())
    longest = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in answer.stages.items())
    _tell(f"{total:.1f} s: {longest}")
    return answer.review


def _tell(line: str) -> None:
    errors.print(line, style="dim", highlight=False, markup=False, soft_wrap=True)


def _rendered(found: Review, output: ReportFormat) -> str:
    from review import views

    match output:
        case ReportFormat.MARKDOWN:
            return views.as_markdown(found)
        case ReportFormat.HTML:
            return views.as_html(found)
        case ReportFormat.JSON:
            return views.as_json(found)


def _status(found: Review, fail_on: list[RiskClass]) -> int:
    if found.failures:
        return HEAD_REFUSED
    return CLASS_OCCURS if set(fail_on) & set(found.risk_classes) else 0
