"""`tarn contract …`: try a contract on a file, and draft one from a file, before anything lands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import OptionError, UnknownDatasetError
from cli.judging import Judgement, judge
from cli.output import Format, console, print_json, print_rows
from cli.workspace import find_workspace
from tarn.keys import SourceObject

app = typer.Typer(help="Check files against contracts, and draft contracts.", no_args_is_help=True)

OutputFormat = Annotated[Format, typer.Option("--format", help="What to print.")]
File = Annotated[Path, typer.Argument(help="A file as it would be landed.", exists=True)]
SHOWN = 20
NOT_ACCEPTED = 2
"""Exit code when rows would be quarantined, or the file held whole."""


@app.command()
def check(
    file: File,
    dataset: Annotated[
        str | None, typer.Option(help="Its dataset; else the name of the file's folder.")
    ] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Validate a local file as the ingest function would, under the contracts of this checkout.

    The exit code is 0 when every row is accepted, and 2 when not.
    """
    from tarn.contract.compilation import compile_contracts

    contracts = compile_contracts(find_workspace().contracts)
    name = dataset or file.resolve().parent.name
    known = [contract.dataset for contract in contracts.ingested]
    if name not in known:
        raise UnknownDatasetError(name, known)
    source = SourceObject(bucket="not landed", key=f"{name}/{file.name}", version="not landed")
    with file.open("rb") as content:
        judged = judge(content, source=source, contract=contracts[name])
    if output is Format.JSON:
        print_json(_facts(name, file, judged))
    else:
        _show(name, file, judged)
    if judged.reason is not None or judged.rows_quarantined:
        raise typer.Exit(NOT_ACCEPTED)


@app.command()
def infer(
    file: File,
    dataset: Annotated[
        str | None, typer.Option(help="Its name; else the file's, without its suffixes.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to write it; else it is printed.")
    ] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Draft a contract from a sample. The draft compiles, and accepts the sample."""
    from cli.contract_draft import infer as draft_from

    name = dataset or re.sub(r"[^a-z0-9_]", "_", file.name.lower().partition(".")[0])
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise OptionError(option="--dataset", value=name, wanted="a name such as weather_2013")
    draft, judged = draft_from(file, name)
    text = draft.yaml()
    if to is not None:
        if to.exists():
            raise OptionError(option="--to", value=str(to), wanted="a file that is not there yet")
        to.write_text(text, encoding="utf-8")
    if output is Format.JSON:
        print_json(
            {
                "dataset": name,
                "columns": len(draft.columns),
                "key": list(draft.key),
                "rows_accepted": judged.rows_accepted,
                "contract": text,
            }
        )
    elif to is None:
        print(text, end="")
    else:
        console.print(
            f"{to}: {len(draft.columns)} columns, key {', '.join(draft.key) or '(none found)'}; "
            f"it accepts all {judged.rows_accepted:,} rows of {file.name}.",
            highlight=False,
        )


def _facts(dataset: str, file: Path, judged: Judgement) -> dict[str, object]:
    return {
        "file": str(file),
        "dataset": dataset,
        "rows_read": judged.rows_read,
        "rows_accepted": judged.rows_accepted,
        "rows_quarantined": judged.rows_quarantined,
        "held_whole": judged.reason,
        "broken_rules": dict(judged.broken_rules),
        "quarantined": [
            {name: row[name] for name in ("line", "raw_row", "violations")} for row in judged.rows
        ],
    }


def _show(dataset: str, file: Path, judged: Judgement) -> None:
    if judged.reason is not None:
        console.print(f"{file} would be held whole: {judged.reason}", highlight=False, markup=False)
        return
    console.print(
        f"{file} under {dataset}: {judged.rows_read:,} rows read, "
        f"{judged.rows_accepted:,} accepted, {judged.rows_quarantined:,} quarantined",
        highlight=False,
        markup=False,
    )
    rows = [
        (row["line"], broken["column"] or "", broken["rule"], broken["value"], broken["message"])
        for row in judged.rows[:SHOWN]
        for broken in row["violations"]
    ]
    if rows:
        columns = ("line", "column", "rule", "value", "why")
        print_rows(columns, rows, output=Format.TABLE, title=f"The first {SHOWN} rejected rows")
