"""The step that shortens every `pulumi` command: SDKs that load what a program uses.

A package of the SDKs imports all its modules, thousands of classes for the few that a program
names, and evaluates every annotation: a third of a preview without changes (docs/adr/0090).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.setup.command import Runner
from tools.setup.layout import Layout
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

SDKS: Final = (
    # Its classes of inputs are two thousand in one module, so annotations matter too.
    ("pulumi_snowflake",),
    ("--packages-only", "pulumi_aws"),
)
SCRIPT: Final = Path(__file__).with_name("lazy_modules.py")


def sdk_step(layout: Layout) -> Step:
    """Plan the compiled modules of the SDKs in ``.venv``."""
    return Step(
        name="sdk",
        title="provider SDKs",
        # With the packages: whoever installs them anew compiles them anew.
        key=fingerprint(str(layout.root), layout.requirements, SCRIPT),
        products=(layout.venv_python,),
        keeps_mib=10,
        needs_mib=10,
        build=lambda runner: _compile(layout, runner),
    )


def _compile(layout: Layout, runner: Runner) -> None:
    for arguments in SDKS:
        # -P: what lies beside the script is not what is installed.
        argv = [layout.venv_python, "-P", SCRIPT, *arguments]
        runner.run(f"compiling {arguments[-1]}", argv, cwd=layout.root)
