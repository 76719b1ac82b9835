"""The step that shortens every `pulumi` command: the Snowflake SDK without eager annotations.

The package declares some two thousand classes in one module and evaluates each annotation when it
is imported, which is most of what a preview without changes costs (docs/adr/0090).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.setup.command import Runner
from tools.setup.layout import Layout
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

PACKAGE: Final = "pulumi_snowflake"
SCRIPT: Final = Path(__file__).with_name("lazy_annotations.py")


def sdk_step(layout: Layout) -> Step:
    """Plan the compiled modules of the Snowflake SDK in ``.venv``."""
    return Step(
        name="sdk",
        title="Snowflake SDK",
        # With the packages: whoever installs them anew compiles them anew.
        key=fingerprint(str(layout.root), layout.requirements, SCRIPT),
        products=(layout.venv_python,),
        keeps_mib=10,
        needs_mib=10,
        build=lambda runner: _compile(layout, runner),
    )


def _compile(layout: Layout, runner: Runner) -> None:
    # -P: what lies beside the script is not what is installed.
    argv = [layout.venv_python, "-P", SCRIPT, PACKAGE]
    runner.run("compiling the Snowflake SDK", argv, cwd=layout.root)
