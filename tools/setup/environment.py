"""The steps that make ``.venv``: the pinned packages, then the project itself."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Final

from tools.setup.command import Runner
from tools.setup.diagnosis import is_network_trouble
from tools.setup.disk import fresh_directory, remove
from tools.setup.errors import CommandFailedError, PythonIncompleteError
from tools.setup.layout import Layout
from tools.setup.locks import requirements_of
from tools.setup.machine import find
from tools.setup.stamps import fingerprint
from tools.setup.step import Step

PACKAGES: Final = ("tarn", "infra", "lambdas", "glue_jobs", "local_cloud", "cli")
PYTHON: Final = ".".join(map(str, sys.version_info[:3]))


def packages_step(layout: Layout) -> Step:
    """Plan ``.venv`` with exactly what requirements.lock lists."""
    return Step(
        name="packages",
        title="Python packages",
        # Environments cannot be moved, hence the root.
        key=fingerprint(str(layout.root), PYTHON, layout.requirements),
        products=(layout.venv_python, layout.uv),
        keeps_mib=2250,
        needs_mib=4100,
        build=lambda runner: _install_packages(layout, runner),
    )


def project_step(layout: Layout) -> Step:
    """Plan the project's own installation, editable, so that `tarn` resolves in any directory."""
    present = [name for name in PACKAGES if (layout.root / name).is_dir()]
    return Step(
        name="project",
        title="Tarn itself",
        key=fingerprint(
            str(layout.root),
            *present,
            layout.root / "pyproject.toml",
            layout.requirements,
        ),
        products=(layout.venv / "bin" / "tarn",),
        keeps_mib=10,
        needs_mib=10,
        build=lambda runner: _install_project(layout, runner),
    )


def _install_packages(layout: Layout, runner: Runner) -> None:
    # Present from the first write to the last: an environment with this mark is not to be trusted.
    unfinished = layout.venv / "unfinished"
    if unfinished.exists() or not is_usable(layout):
        remove(layout.venv)
        _create(layout, runner)
    unfinished.touch()
    _bring_uv(layout, runner)
    _sync(layout, runner)
    unfinished.unlink()


def is_usable(layout: Layout) -> bool:
    """Tell whether ``.venv`` is an environment of this very Python."""
    settings = layout.venv / "pyvenv.cfg"
    if not (settings.exists() and layout.venv_python.exists()):
        return False
    versions = [line for line in settings.read_text().splitlines() if line.startswith("version")]
    return any(PYTHON in line for line in versions)


def _create(layout: Layout, runner: Runner) -> None:
    if importlib.util.find_spec("ensurepip") is not None:
        argv: list[str | Path] = [sys.executable, "-m", "venv", layout.venv]
    elif (uv := find("uv", layout)) is not None:
        argv = [uv, "venv", "--seed", "--python", sys.executable, layout.venv]
    else:
        raise PythonIncompleteError(python=sys.executable)
    runner.run("creating the environment", argv, cwd=layout.root)


def _bring_uv(layout: Layout, runner: Runner) -> None:
    """Install the pinned uv with pip: it installs all the rest several times faster."""
    if layout.uv.exists():
        return
    aside = fresh_directory(layout.aside / "uv") / "requirements.txt"
    aside.write_text(requirements_of(layout.requirements.read_text(), ["uv"]))
    pip = [layout.venv_python, "-m", "pip", "install", "--no-deps", "--require-hashes"]
    runner.run("installing uv", [*pip, "--requirement", aside], cwd=layout.root)


def _sync(layout: Layout, runner: Runner) -> None:
    uv = [layout.uv, "pip", "sync", "--require-hashes", "--python", layout.venv_python]
    # Once here, or in every process: providers, jobs and the local cloud start often.
    uv.append("--compile-bytecode")
    try:
        runner.run("installing packages", [*uv, layout.requirements], cwd=layout.root)
    except CommandFailedError as error:
        if not is_network_trouble(str(error)):
            raise
        # A company's package index is often told to pip alone.
        pip = [layout.venv_python, "-m", "pip", "install", "--no-deps", "--require-hashes"]
        doing = "installing packages with pip"
        runner.run(doing, [*pip, "--requirement", layout.requirements], cwd=layout.root)


def _install_project(layout: Layout, runner: Runner) -> None:
    uv = [layout.uv, "pip", "install", "--python", layout.venv_python]
    how = ["--no-deps", "--no-build-isolation", "--reinstall", "--editable", layout.root]
    runner.run("installing the project", [*uv, *how], cwd=layout.root)
