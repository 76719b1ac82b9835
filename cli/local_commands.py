"""`tarn local …`: the local cloud itself."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, cast

import typer

from cli import fault_commands
from cli.control import ask_cloud
from cli.output import Format, console, print_json, print_rows
from cli.workspace import find_workspace

app = typer.Typer(help="The local cloud: AWS and Snowflake on loopback.", no_args_is_help=True)
app.add_typer(fault_commands.app, name="fault")

OutputFormat = Annotated[Format, typer.Option("--format", help="What to print.")]


@app.command()
def up(
    region: Annotated[str, typer.Option(help="The AWS region that it stands for.")] = "us-east-1",
) -> None:
    """Start the local cloud, empty. (`make up` also deploys and loads the sample data.)"""
    from cli.local_target import local_settings
    from local_cloud import process

    cloud = process.start(local_settings(find_workspace(), region=region))
    console.print(
        f"The local cloud runs: AWS on {cloud.aws_endpoint}, Snowflake on "
        f"{cloud.snowflake_endpoint} (process {cloud.pid}). Stop it with `make down`."
    )


@app.command()
def down() -> None:
    """Stop the local cloud. What it holds is forgotten; `make up` makes it anew."""
    from cli.local_target import local_settings
    from local_cloud import process

    stopped = process.stop(local_settings(find_workspace()))
    console.print("The local cloud is stopped." if stopped else "No local cloud was running.")


@app.command()
def status(
    last: Annotated[int, typer.Option(help="How many events to show.", min=1)] = 10,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Show what runs, where, and the last events."""
    state = cast("dict[str, Any]", ask_cloud("status"))
    events = cast("list[dict[str, Any]]", ask_cloud(f"events?last={last}"))
    if output is Format.JSON:
        print_json({**state, "events": events})
        return
    _show_state(state)
    rows = [(_clock(event["at"]), event["station"], _sentence(event)) for event in events]
    print_rows(("at", "station", "event"), rows, output=output, title="last events")


@app.command()
def logs(
    last: Annotated[int, typer.Option(help="How many lines, newest last.", min=1)] = 50,
    output: OutputFormat = Format.TABLE,
) -> None:
    """Show the journal: what happened in the local cloud, station by station."""
    events = cast("list[dict[str, Any]]", ask_cloud(f"events?last={last}"))
    if output is Format.JSON:
        print_json(events)
        return
    for event in events:
        console.print(
            f"{_clock(event['at'])} {event['station']:<14} {_sentence(event)}",
            highlight=False,
            markup=False,
        )


@app.command()
def limits(
    output: OutputFormat = Format.TABLE,
    write: Annotated[
        bool, typer.Option("--write", help="Bring docs/local-cloud.md up to date.")
    ] = False,
) -> None:
    """List what the local cloud refuses, and what it stores without effect."""
    from local_cloud.all_limits import collect_limits

    if write:
        from cli.limits_page import PAGE, with_limits

        page = find_workspace().root / PAGE
        page.write_text(with_limits(page.read_text(), collect_limits()))
        console.print(f"{PAGE} lists what the local cloud refuses and stores now.")
        return
    rows = [(limit.kind, limit.name, limit.why, limit.what_to_do) for limit in collect_limits()]
    print_rows(("kind", "what", "why", "what to do"), rows, output=output)


@app.command()
def clock(
    advance: Annotated[
        str, typer.Option(help="Let this span pass at once, e.g. 14d, 90m, 1d12h.")
    ] = "",
    output: OutputFormat = Format.TABLE,
) -> None:
    """Show the local cloud's time, or let time pass at once. It never goes back."""
    told = cast("dict[str, Any]", ask_cloud("clock", {"advance": advance} if advance else None))
    if output is Format.JSON:
        print_json(told)
        return
    skipped = timedelta(seconds=told["skipped_seconds"])
    ahead = f"{skipped} ahead of real time" if skipped else "real time"
    console.print(f"{told['now']} ({ahead})", highlight=False)


@app.command()
def env() -> None:
    """Print shell exports, so that plain `pulumi` and `aws` reach the local cloud."""
    from cli.engine import engine_environment, install_plugins
    from cli.local_target import running_cloud

    workspace = find_workspace()
    install_plugins(workspace.pulumi_home)
    for name, value in engine_environment(workspace, running_cloud(workspace)).items():
        print(f"export {name}={shlex.quote(value)}")


def _show_state(state: Mapping[str, Any]) -> None:
    services = cast("Mapping[str, Mapping[str, Any]]", state.get("services", {}))
    rows = [
        (name, ", ".join(f"{key} {_short(value)}" for key, value in facts.items()))
        for name, facts in services.items()
    ]
    print_rows(("service", "state"), rows, output=Format.TABLE, title="what runs")


def _short(value: object) -> str:
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)


def _sentence(event: Mapping[str, Any]) -> str:
    facts = " ".join(f"{name}={value}" for name, value in event["facts"].items())
    return f"{event['message']} {facts}".strip()


def _clock(at: float) -> str:
    import datetime

    return datetime.datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S.%f")[:-3]
