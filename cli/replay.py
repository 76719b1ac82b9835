"""`tarn replay`: validate landed files again under the contract that is deployed now.

The ledger alone remembers how far a replay has come: what is decided under the current contract
needs nothing, so the same command run again goes on where it was stopped.
"""

from __future__ import annotations

from typing import Any

import typer
from rich.status import Status

from cli.announcing import announce
from cli.landed_files import ledger_records
from cli.operating import Operation, open_operation
from cli.output import Format, console, errors, print_json, print_rows
from cli.replay_plan import Choice, Counts, Plan, plan_replay, total
from cli.stations import FileRecord
from cli.waiting import Bound
from cli.workspace import Workspace
from tarn.ledger import FileStatus

PATIENCE_SECONDS = 300.0
"""Without any progress; a replay as a whole may take as long as it takes."""

INTERRUPTED = 130
"""Exit code of what a signal ended."""


def replay_and_show(
    workspace: Workspace,
    *,
    stack: str,
    choice: Choice,
    dry_run: bool,
    yes: bool,
    output: Format,
) -> None:
    """Show the plan, replay unless it is a dry run, and show what has changed."""
    operation = open_operation(workspace, stack=stack)
    with errors.status("looking at the landed files") as status:
        plan = plan_replay(
            operation,
            choice,
            try_out=dry_run,
            on_judged=lambda done, all_: status.update(f"judging here: {done} of {all_} files"),
        )
    if output is Format.TABLE:
        show_plan(plan, output=output)
    if dry_run or not plan.files:
        _show_end(plan, None, output)
        return
    if output is Format.TABLE and console.is_terminal and not yes:
        typer.confirm(f"Validate {len(plan.files):,} files again?", abort=True)
    try:
        with errors.status("announcing the files") as status:
            records = run(operation, plan, status)
    except KeyboardInterrupt:
        errors.print(
            "Stopped. Files that were announced go on by themselves; "
            "run the same command again to see to the rest."
        )
        raise typer.Exit(INTERRUPTED) from None
    _show_end(plan, records, output)


def run(operation: Operation, plan: Plan, status: Status) -> list[FileRecord]:
    """Announce the files of a plan and wait for their verdicts and merges.

    Raises StationTimeoutError when nothing moves any more.
    """
    stations = operation.stations
    files = plan.files
    wanted = plan.contract.contract_hash
    announce(
        stations,
        [file.source for file in files],
        on_sent=lambda sent: status.update(f"announced {sent:,} of {len(files):,} files"),
    )
    waiting = {file.source.ledger_id for file in files}
    records: dict[str, FileRecord] = {}

    def look(done: tuple[FileStatus, ...]) -> tuple[int, int]:
        for record in ledger_records(stations, sorted(waiting)).values():
            if record.contract_hash == wanted and record.judged:
                records[record.file] = record
                if record.status in done or not record.rows_accepted:
                    waiting.discard(record.file)
        return len(files) - len(waiting), len(files)

    Bound(
        station="Ingestion",
        waiting_for="verdicts on replayed files",
        seconds=PATIENCE_SECONDS,
        next_step="`tarn redrive --dry-run` shows the files that failed at every try, and why.",
    ).until(
        lambda: look((FileStatus.PUBLISHED, FileStatus.CURATED, FileStatus.QUARANTINED)),
        lambda done, all_: status.update(f"decided about {done:,} of {all_:,} files"),
    )
    waiting |= {r.file for r in records.values() if r.pending}
    Bound(
        station="Transform",
        waiting_for="merges of replayed files",
        seconds=PATIENCE_SECONDS,
        next_step="The ledger lists them as pending; `tarn logs curate` shows what the job says.",
    ).until(
        lambda: look((FileStatus.CURATED,)),
        lambda done, all_: status.update(f"merged {done:,} of {all_:,} files"),
    )
    return list(records.values())


def show_plan(plan: Plan, *, output: Format) -> None:
    """Print what would be done."""
    rows = [
        ("validate again", *_cells(plan.again)),
        ("never decided", *_cells(plan.new)),
        ("unchanged", *_cells(plan.unchanged)),
    ]
    title = f"{plan.contract.dataset} under contract {plan.contract.contract_hash[:12]}"
    columns = ("what", "files", "rows read", "accepted", "quarantined", "held whole")
    print_rows(columns, rows, output=output, title=title)


def _cells(files: Any) -> tuple[int, ...]:  # noqa: ANN401 - a sequence of landed files
    counts = total(file.record for file in files)
    return len(files), counts.read, counts.accepted, counts.quarantined, counts.held


def _show_end(plan: Plan, records: list[FileRecord] | None, output: Format) -> None:
    then = total(records) if records is not None else plan.foreseen
    if output is Format.JSON:
        print_json(
            {
                **plan.as_data(),
                "done": records is not None,
                "then": then.as_data() if then else None,
                "changes": _changes(plan.now, then) if then else None,
            }
        )
        return
    if not plan.files:
        console.print("Nothing to do: every file is decided under this contract.")
        return
    if then is None:
        return
    names = ("rows read", "rows accepted", "rows quarantined", "objects held whole")
    before, after = plan.now.as_data().values(), then.as_data().values()
    rows = [
        (name, old, new, new - old) for name, old, new in zip(names, before, after, strict=True)
    ]
    title = "replayed" if records is not None else "would change"
    print_rows(("what", "before", "after", "change"), rows, output=output, title=title)


def _changes(before: Counts, after: Counts) -> dict[str, int]:
    old, new = before.as_data(), after.as_data()
    return {name: new[name] - old[name] for name in new}
