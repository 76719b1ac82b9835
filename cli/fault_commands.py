"""`tarn local fault …`: make calls, events, processes and pipes of the local cloud fail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote

import typer

from cli.control import ask_cloud
from cli.errors import LocalCloudRefusedError
from cli.output import Format, console, print_json, print_rows
from local_cloud.faults.actions import Action, Moment

app = typer.Typer(
    help="Make calls, events, processes and pipes of the local cloud fail.", no_args_is_help=True
)

OutputFormat = Annotated[Format, typer.Option("--format", help="What to print.")]
_SHOWN_APART = ("id", "action", "service", "operation", "resource", "seen", "injected")


@app.command()
def add(
    action: Annotated[Action, typer.Argument(help="What goes wrong.")],
    service: Annotated[str, typer.Option(help="E.g. s3, dynamodb, snowflake; * is any.")],
    operation: Annotated[str | None, typer.Option(help="E.g. PutObject, COPY; a pattern.")] = None,
    resource: Annotated[str | None, typer.Option(help="E.g. 'lake/raw/*'; a pattern.")] = None,
    principal: Annotated[
        str | None, typer.Option(help="Whose calls; a pattern. Else everybody's but root's.")
    ] = None,
    nth: Annotated[list[int] | None, typer.Option(help="Only the n-th call that fits.")] = None,
    probability: Annotated[float | None, typer.Option(help="How often, up to 1.")] = None,
    seed: Annotated[int | None, typer.Option(help="Repeats the same chance.")] = None,
    times: Annotated[int | None, typer.Option(help="At most so often.")] = None,
    when: Annotated[Moment | None, typer.Option(help="Before or after the effect.")] = None,
    seconds: Annotated[str | None, typer.Option(help="E.g. 0.5, or 0.1-2 for a range.")] = None,
    code: Annotated[str | None, typer.Option(help="One of the service's other codes.")] = None,
    copies: Annotated[int | None, typer.Option(help="Of duplicate: how many more.")] = None,
    events: Annotated[int | None, typer.Option(help="Of reorder: how many at a time.")] = None,
    rule_id: Annotated[str | None, typer.Option("--id", help="The rule's name.")] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Add one rule."""
    rule: dict[str, object | None] = {
        "id": rule_id,
        "action": action.value,
        "service": service,
        "operation": operation,
        "resource": resource,
        "principal": principal,
        "nth": nth or None,
        "probability": probability,
        "seed": seed,
        "times": times,
        "when": when.value if when else None,
        "seconds": _seconds(seconds) if seconds is not None else None,
        "code": code,
        "copies": copies,
        "events": events,
    }
    given = {name: value for name, value in rule.items() if value is not None}
    _show(_rules("POST", body=given), output=output)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="JSON rules.", exists=True, dir_okay=False)],
    seed: Annotated[int | None, typer.Option(help="In place of the file's seed.")] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Add the rules of a file: all, or none when one is wrong."""
    try:
        document: object = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{file} is not JSON ({error}), so no rule was added. Correct it."
        raise LocalCloudRefusedError(message) from error
    if seed is not None:
        document = {**_as_set(document), "seed": seed}
    _show(_rules("POST", body=document), output=output)


@app.command("list")
def list_rules(output: OutputFormat = Format.TABLE) -> None:
    """List the rules in force, and how often each has acted."""
    rules = _rules("GET")
    if not rules and output is Format.TABLE:
        console.print("No fault rule is in force.")
        return
    _show(rules, output=output)


@app.command()
def clear(
    rule_id: Annotated[str | None, typer.Argument(help="One rule; else all.")] = None,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Stop at once: lift one rule or all, and let go what they hold back."""
    path = f"/{quote(rule_id, safe='')}" if rule_id else ""
    cleared = cast("list[str]", _send("DELETE", path))
    if output is Format.JSON:
        print_json(cleared)
        return
    console.print(f"Cleared: {', '.join(cleared)}." if cleared else "No fault rule was in force.")


def _as_set(document: object) -> dict[str, object]:
    fields = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    if "rules" in fields:
        return fields
    return {"rules": document if isinstance(document, list) else [document]}


def _seconds(text: str) -> object:
    """Read ``0.5`` or ``0.1-2``; what cannot be read is refused by the cloud."""
    ends = text.split("-")
    try:
        return float(text) if len(ends) == 1 else [float(end) for end in ends]
    except ValueError:
        return text


def _rules(method: str, *, body: object = None) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", _send(method, "", body=body))


def _send(method: str, path: str, *, body: object = None) -> object:
    return ask_cloud(f"faults{path}", body, method=method)


def _show(rules: Sequence[Mapping[str, Any]], *, output: Format) -> None:
    if output is Format.JSON:
        print_json(rules)
        return
    rows = [
        (*(rule[name] for name in _SHOWN_APART[:5]), _rest(rule), rule["seen"], rule["injected"])
        for rule in rules
    ]
    columns = (*_SHOWN_APART[:5], "options", "seen", "injected")
    print_rows(columns, rows, output=output)


def _rest(rule: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name}={json.dumps(value)}" if not isinstance(value, str) else f"{name}={value}"
        for name, value in rule.items()
        if name not in _SHOWN_APART
    )
