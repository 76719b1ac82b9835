"""The `tarn` console script: commands and their options, nothing else.

Modules that are slow to import are imported by the command that needs them, so that
`tarn --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import (
    contract_commands,
    deploy_command,
    local_commands,
    quarantine_commands,
    review_command,
)
from cli.output import Format, errors
from cli.workspace import find_workspace
from tarn.errors import TarnError

app = typer.Typer(
    name="tarn",
    help="A data platform on AWS and Snowflake, and the same on this laptop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(local_commands.app, name="local")
app.add_typer(contract_commands.app, name="contract")
app.add_typer(quarantine_commands.app, name="quarantine")
app.command()(review_command.review)
app.command()(deploy_command.deploy)

OutputFormat = Annotated[Format, typer.Option("--format", help="What to print.")]
Stack = Annotated[str, typer.Option("--stack", help="The deployed stack; local is the laptop's.")]


@app.command()
def up(
    days: Annotated[
        int | None, typer.Option(help="Land only the first days of flights.", min=1, max=365)
    ] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Deploy the stack on this laptop and take a year of real flights through it."""
    from cli.main_job_report import run_and_show

    run_and_show(find_workspace(), output=output, days=days)


@app.command()
def put(
    file: Annotated[Path, typer.Argument(help="The file to land.", exists=True, dir_okay=False)],
    dataset: Annotated[str, typer.Argument(help="The dataset that it belongs to.")],
    output: OutputFormat = Format.TABLE,
) -> None:
    """Land one file and show its journey, with the time at each station."""
    from cli.journey import put_and_show

    put_and_show(find_workspace(), file=file, dataset=dataset, output=output)


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="One SQL statement.")],
    role: Annotated[str | None, typer.Option(help="The role to ask under.")] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Ask Snowflake."""
    from cli.queries import ask_and_show

    ask_and_show(find_workspace(), statement=statement, role=role, output=output)


@app.command()
def status(
    dataset: Annotated[str, typer.Argument(help="The dataset to look at.")],
    output: OutputFormat = Format.TABLE,
) -> None:
    """Show what the ledger, Iceberg and Snowflake hold of a dataset, and how fresh it is."""
    from cli.queries import show_status

    show_status(find_workspace(), dataset=dataset, output=output)


@app.command()
def logs(
    unit: Annotated[str, typer.Argument(help="ingest, curate or flight-performance.")],
    last: Annotated[int, typer.Option(help="How many lines, newest last.", min=1)] = 50,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Show the newest log lines of the function or of a job."""
    from cli.queries import show_logs

    show_logs(find_workspace(), unit=unit, last=last, output=output)


@app.command()
def replay(
    dataset: Annotated[str, typer.Argument(help="The dataset to validate again.")],
    file: Annotated[str | None, typer.Option("--file", help="Only the landed key.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="Only landed from this day on, in UTC.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Only landed up to this day, in UTC.")
    ] = None,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="Only files with something in quarantine.")
    ] = False,
    rule: Annotated[
        str | None, typer.Option("--rule", help="With --quarantined: only because of this rule.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge the files here, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stack: Stack = "local",
    output: OutputFormat = Format.TABLE,
) -> None:
    """Validate landed files again under the deployed contract; run again, it goes on."""
    from cli.landed_files import Selection
    from cli.replay import replay_and_show
    from cli.replay_plan import Choice, day

    selection = Selection(
        dataset=dataset,
        key=file,
        first_day=day(first, option="--from"),
        last_day=day(last, option="--to"),
    )
    choice = Choice(selection=selection, quarantined=quarantined or rule is not None, rule=rule)
    workspace = find_workspace()
    replay_and_show(workspace, stack=stack, choice=choice, dry_run=dry_run, yes=yes, output=output)


@app.command()
def redrive(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the messages, with their reasons.")
    ] = False,
    stack: Stack = "local",
    output: OutputFormat = Format.TABLE,
) -> None:
    """Move dead letters that name a file back to the ingest queue."""
    from cli.redrive import redrive_and_show

    redrive_and_show(find_workspace(), stack=stack, dry_run=dry_run, output=output)


@app.command()
def bench(
    ingest_rows: Annotated[
        int | None,
        typer.Option(help="Only the ingestion beside its peers, on so many generated rows."),
    ] = None,
    review_growth: Annotated[
        bool,
        typer.Option("--review-growth", help="Only reviews of stacks of 5, 50 and 250 datasets."),
    ] = False,
) -> None:
    """Measure this checkout on this machine and write docs/benchmarks.md."""
    from cli.benchmark import run_benchmarks
    from cli.ingest_benchmark.table import run_ingestion_benchmark

    if review_growth:
        from cli.reviewing.growth import run_growth_benchmark

        run_growth_benchmark(find_workspace())
        return
    if ingest_rows is not None:
        run_ingestion_benchmark(find_workspace(), rows=ingest_rows)
        return
    run_benchmarks(find_workspace())


def main() -> None:
    """Run the command line and end the process with its exit code.

    What went wrong on purpose is told without a traceback.
    """
    # What a command starts imports hundreds of modules; compiling them each time costs seconds.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed and written here. The thread that used to abort a finished command was
    # Arrow's (see Stations.quarantined_rows); no other library's may do so after a success either.
    os._exit(code)


def _run() -> int:
    try:
        os.environ["PATH"] = find_workspace().executables
        app()
    except TarnError as error:
        errors.print("[bold red]error:[/]", end=" ")
        errors.print(str(error), highlight=False, markup=False, soft_wrap=True)
        return 1
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0
