"""`tarn deploy`: what was reviewed is what is applied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import errors
from cli.workspace import find_workspace


def deploy(
    reviewed: Annotated[
        Path, typer.Option(help="What `tarn review --format json` wrote for this change.")
    ],
    stack: Annotated[str, typer.Option(help="The stack, as PULUMI_BACKEND_URL has it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only compare; apply nothing.")
    ] = False,
) -> None:
    """Apply the change that was reviewed, or stop and say what differs.

    Uses the credentials and the state of the environment, as plain `pulumi` does.
    """
    from cli.deploying import deploy as run
    from review.reading import review_from_json

    model = review_from_json(reviewed.read_text())
    for stage in run(find_workspace(), model, stack=stack, dry_run=dry_run):
        errors.print(f"· {stage}", style="dim", highlight=False, markup=False, soft_wrap=True)
