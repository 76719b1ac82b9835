"""The step that shortens every `pulumi` command: SDKs that load what a program uses.

A package of the SDKs imports all its modules, thousands of classes for the few that a program
names, and evaluates every annotation: half of a preview without changes (docs/adr/0090).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tools.setup.command import Runner
from tools.setup.layout import Layout
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

WHOLE: Final = "pulumi_snowflake"
"""The SDK whose types of inputs and outputs are two thousand in two modules."""
BY_SERVICE: Final = "pulumi_aws"
"""The SDK of 260 services: only those that the program names are worth the time to compile."""
_SERVICE: Final = re.compile(
    r"\baws\.([a-z_]+)\.[A-Z]|^from pulumi_aws\.([a-z_]+) import|^from pulumi_aws import (.+)$",
    re.MULTILINE,
)
SCRIPT: Final = Path(__file__).with_name("lazy_modules.py")


def sdk_step(layout: Layout) -> Step:
    """Plan the compiled modules of the SDKs in ``.venv``."""
    services = services_named(layout.root / "infra")
    return Step(
        name="sdk",
        title="provider SDKs",
        # With the packages: whoever installs them anew compiles them anew.
        key=fingerprint(str(layout.root), layout.requirements, SCRIPT, *services),
        products=(layout.venv_python,),
        keeps_mib=20,
        needs_mib=20,
        build=lambda runner: _compile(layout, runner, services),
    )


def services_named(program: Path) -> list[str]:
    """Return the packages of AWS services that a Pulumi program's sources name, sorted."""
    found: set[str] = set()
    for file in program.rglob("*.py"):
        for name, package, imported in _SERVICE.findall(file.read_text()):
            found.update((name or package or imported).replace(" ", "").split(","))
    return sorted(found)


def _compile(layout: Layout, runner: Runner, services: list[str]) -> None:
    packages = (f"{BY_SERVICE}.{service}" for service in services)
    for arguments in (("--packages-only", BY_SERVICE), *((one,) for one in (WHOLE, *packages))):
        # -P: what lies beside the script is not what is installed.
        argv = [layout.venv_python, "-P", SCRIPT, *arguments]
        runner.run(f"compiling {arguments[-1]}", argv, cwd=layout.root)
