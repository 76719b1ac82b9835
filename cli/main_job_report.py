"""Show the main job while it works, and what came of it."""

from __future__ import annotations

from dataclasses import asdict

from rich import box
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.main_job import MainJobResult, run_main_job
from cli.output import Format, cell, console, errors, print_json
from cli.workspace import Workspace


class StageDisplay:
    """A progress bar for each stage on a terminal; a line for each stage elsewhere."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            TextColumn("{task.completed:>6,.0f} of {task.fields[total_text]}"),
            TimeElapsedColumn(),
            console=errors,
            disable=not errors.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._finished: set[str] = set()

    def __enter__(self) -> StageDisplay:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage is; ``total`` None means that it is not known yet."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total, total_text="?")
            if not errors.is_terminal:
                errors.print(f"{stage} …", highlight=False)
        known = "?" if total is None else f"{total:,}"
        self._progress.update(self._tasks[stage], completed=done, total=total, total_text=known)
        if total is not None and done >= total and stage not in self._finished:
            self._finished.add(stage)
            if not errors.is_terminal:
                errors.print(f"{stage}: {done:,} done", highlight=False)


def run_and_show(workspace: Workspace, *, output: Format, days: int | None) -> None:
    """Run the main job and print its result."""
    with StageDisplay() as display:
        result = run_main_job(workspace, report=display.report, days=days)
    if output is Format.JSON:
        print_json(as_json(result))
    else:
        show(result)


def as_json(result: MainJobResult) -> dict[str, object]:
    """Return the result as one JSON object."""
    deployment = result.deployment
    return {
        "changed": result.changed,
        "replaced_because": result.replaced_because,
        "resources": {
            "created": deployment.created,
            "updated": deployment.updated,
            "replaced": deployment.replaced,
            "deleted": deployment.deleted,
            "unchanged": deployment.unchanged,
        },
        "files": {"landed": result.landed, "already_there": result.skipped},
        "datasets": [asdict(dataset) for dataset in result.datasets],
        "rejections": [asdict(rejection) for rejection in result.rejections],
        "seconds": {name: round(seconds, 2) for name, seconds in result.stages.items()},
    }


def show(result: MainJobResult) -> None:
    """Print the result for people: the table, the rejected rows, and what to try next."""
    console.print()
    if result.replaced_because is not None:
        console.print(f"The local cloud was made anew: {result.replaced_because}.")
    console.print(_what_happened(result), highlight=False)
    console.print(_table(result))
    _show_rejections(result)
    console.print("\n[bold]Try next[/]")
    for command, why in _next_steps(result):
        console.print(f"  {command}", style="cyan", highlight=False, soft_wrap=True)
        console.print(f"      {why}", style="dim", highlight=False)
    console.print("\nStop it with [cyan]make down[/]; nothing is left running.")


def _what_happened(result: MainJobResult) -> str:
    deployment = result.deployment
    total = sum(result.stages.values())
    if not result.changed:
        return (
            f"Nothing changed: {deployment.unchanged:,} resources and {result.skipped:,} files "
            f"are as they were ({total:.1f} s)."
        )
    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.stages.items())
    return (
        f"{deployment.created:,} resources made, {deployment.updated:,} updated, "
        f"{deployment.unchanged:,} unchanged; {result.landed:,} files landed "
        f"in {total:.1f} s ({stages})."
    )


def _table(result: MainJobResult) -> Table:
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("dataset", no_wrap=True)
    names = ("files", "read", "accepted", "quarantined", "Iceberg", "Snowflake")
    for name in (*names, "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in result.datasets:
        numbers = (
            one.files,
            one.rows_read,
            one.rows_accepted,
            one.rows_quarantined,
            one.rows_in_iceberg,
            one.rows_in_snowflake,
        )
        table.add_row(one.dataset, *(cell(number) for number in numbers), f"{one.seconds:.1f}")
    return table


def _show_rejections(result: MainJobResult) -> None:
    if not result.rejections:
        console.print("No row was quarantined.")
        return
    console.print("[bold]Quarantined[/]")
    for one in result.rejections:
        console.print(
            f"  {one.dataset}: {one.source_key} line {one.line}: {one.column}={one.value} "
            f"breaks {one.rule}: {one.message}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _next_steps(result: MainJobResult) -> tuple[tuple[str, str], ...]:
    files = {one.dataset for one in result.datasets}
    dataset = "flights" if "flights" in files else min(files)
    return (
        (
            '.venv/bin/tarn sql "SELECT * FROM MARTS.DAILY_CARRIER_DELAYS LIMIT 5"',
            "ask Snowflake, as a reader would",
        ),
        (f".venv/bin/tarn status {dataset}", "what each station holds of a dataset"),
        (".venv/bin/tarn local status", "what runs on this laptop, and the last events"),
    )
