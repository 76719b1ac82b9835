"""The step that brings actionlint, which `make check` asks about the workflows.

Only where Go is: whoever has Pulumi installed instead goes without it, and CI has it.
"""

from __future__ import annotations

from typing import Final

from tools.setup.command import Runner
from tools.setup.disk import fresh_directory, put_in_place
from tools.setup.layout import Layout
from tools.setup.machine import find
from tools.setup.stamps import fingerprint, identity
from tools.setup.step import Step

PACKAGE: Final = "github.com/rhysd/actionlint/cmd/actionlint"


def actionlint_step(layout: Layout) -> Step:
    """Plan ``.tarn/actionlint``."""
    module = layout.root / "tools" / "actionlint"
    go = find("go", layout)
    return Step(
        name="actionlint",
        title="check of workflows",
        key=fingerprint(identity(go), module / "go.mod", module / "go.sum"),
        products=(layout.actionlint / "actionlint",) if go else (),
        keeps_mib=10,
        needs_mib=200,
        build=lambda runner: _build(layout, runner, go),
    )


def _build(layout: Layout, runner: Runner, go: str | None) -> None:
    if go is None:
        return
    aside = fresh_directory(layout.aside / "actionlint")
    runner.run(
        "compiling actionlint",
        [go, "build", "-trimpath", "-ldflags", "-s -w", "-o", aside, PACKAGE],
        cwd=layout.root / "tools" / "actionlint",
        env={"GOFLAGS": "-mod=readonly", "GOWORK": "off"},
    )
    put_in_place(aside, layout.actionlint)
