"""The step that builds the ingest function's native engine and installs it into ``.venv``."""

from __future__ import annotations

from tools.setup.command import Runner
from tools.setup.environment import PYTHON
from tools.setup.layout import Layout
from tools.setup.stamps import fingerprint
from tools.setup.step import Step


def native_step(layout: Layout) -> Step:
    """Plan the package ``tarn_native``."""
    sources = sorted((layout.root / "lambdas" / "ingest" / "native").glob("*.zig"))
    recipe = layout.root / "infra" / "archives" / "native.py"
    return Step(
        name="native",
        title="native engine",
        # Installing the packages removes whatever they do not list, so their list counts too.
        key=fingerprint(str(layout.root), PYTHON, layout.requirements, recipe, *sources),
        products=(layout.native_engine,),
        keeps_mib=60,
        needs_mib=60,
        build=lambda runner: _install(layout, runner),
    )


def _install(layout: Layout, runner: Runner) -> None:
    build = [layout.venv_python, "-m", "infra.archives", "engine"]
    wheel = runner.run("compiling the native engine", build, cwd=layout.root).splitlines()[-1]
    uv = [layout.uv, "pip", "install", "--python", layout.venv_python, "--no-deps", "--reinstall"]
    runner.run("installing the native engine", [*uv, wheel], cwd=layout.root)
