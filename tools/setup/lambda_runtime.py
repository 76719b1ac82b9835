"""The step that makes the runtime of local functions: AWS's own runtime client, and no more.

Functions see this directory, their layers and their archive, never ``.venv``.
"""

from __future__ import annotations

from typing import Final

from tools.setup.command import Runner
from tools.setup.disk import fresh_directory, put_in_place
from tools.setup.layout import Layout
from tools.setup.locks import requirements_of
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

DISTRIBUTIONS: Final = ("awslambdaric", "simplejson", "snapshot-restore-py")


def lambda_runtime_step(layout: Layout) -> Step:
    """Plan ``.tarn/lambda_runtime``."""
    pinned = requirements_of(layout.requirements.read_text(), DISTRIBUTIONS)
    return Step(
        name="lambda_runtime",
        title="Lambda runtime",
        key=fingerprint(pinned),
        products=(layout.lambda_runtime / "awslambdaric",),
        keeps_mib=20,
        needs_mib=20,
        build=lambda runner: _install(layout, runner, pinned),
    )


def _install(layout: Layout, runner: Runner, pinned: str) -> None:
    aside = fresh_directory(layout.aside / "lambda_runtime")
    requirements = aside / "requirements.txt"
    requirements.write_text(pinned)
    target = aside / "target"
    uv = [layout.uv, "pip", "install", "--python", layout.venv_python, "--target", target]
    how = ["--no-deps", "--require-hashes", "--requirement", requirements]
    runner.run("installing the Lambda runtime", [*uv, *how], cwd=layout.root)
    put_in_place(target, layout.lambda_runtime)
