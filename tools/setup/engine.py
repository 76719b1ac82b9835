"""The step that brings the Pulumi engine: an installed one is linked, otherwise Go builds it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tools.setup.command import Runner
from tools.setup.disk import fresh_directory, put_in_place
from tools.setup.layout import Layout
from tools.setup.machine import ask, find
from tools.setup.stamps import fingerprint, identity
from tools.setup.step import Step
from tools.setup.versions import Pulumi, Tool, engine_source, version_in

ENGINE: Final = "github.com/pulumi/pulumi/pkg/v3"
SDK: Final = "github.com/pulumi/pulumi/sdk/v3"
VERSION_VARIABLE: Final = f"{SDK}/go/common/version.Version"
LANGUAGE_HOST: Final = "pulumi-language-python"

COMPANIONS: Final = (
    LANGUAGE_HOST,
    "pulumi-language-python-exec",
    "pulumi-analyzer-policy-python",
    "pulumi-resource-pulumi-python",
)
"""What the engine looks for beside itself or on PATH to run Python programs and policies."""


def engine_step(layout: Layout) -> Step:
    """Plan ``.tarn/toolchain/bin``."""
    tools = layout.root / "tools"
    sums = [tools / module / name for module in MODULES for name in ("go.mod", "go.sum")]
    pulumi = find("pulumi", layout)
    return Step(
        name="engine",
        title="Pulumi engine",
        key=fingerprint(
            str(layout.root), identity(pulumi), identity(_language_host(pulumi, layout)), *sums
        ),
        products=(layout.toolchain / "bin" / "pulumi", layout.toolchain / "bin" / LANGUAGE_HOST),
        keeps_mib=400,
        needs_mib=3500,
        build=lambda runner: _make(layout, runner),
    )


def _language_host(pulumi: str | None, layout: Layout) -> str | None:
    if pulumi is None:
        return None
    beside = Path(pulumi).resolve().parent
    return shutil.which(LANGUAGE_HOST, path=str(beside)) or find(LANGUAGE_HOST, layout)


def _make(layout: Layout, runner: Runner) -> None:
    pulumi, go = _installed_pulumi(layout), _installed_go(layout)
    source = engine_source(pulumi=pulumi, go=go)
    aside = fresh_directory(layout.aside / "toolchain")
    if source is pulumi:
        _link(Path(source.path), aside / "bin", layout)
    else:
        _Build(go=source.path, layout=layout, runner=runner).into(aside / "bin")
    put_in_place(aside, layout.toolchain)


def _installed_pulumi(layout: Layout) -> Pulumi | None:
    path = find("pulumi", layout)
    if path is None:
        return None
    return Pulumi(
        path=path,
        version=version_in(ask([path, "version"])),
        has_python_host=_language_host(path, layout) is not None,
    )


def _installed_go(layout: Layout) -> Tool | None:
    path = find("go", layout)
    return Tool(path=path, version=version_in(ask([path, "version"]))) if path else None


def _link(pulumi: Path, target: Path, layout: Layout) -> None:
    target.mkdir(parents=True)
    (target / "pulumi").symlink_to(pulumi)
    for name in COMPANIONS:
        beside = shutil.which(name, path=str(pulumi.resolve().parent))
        companion = beside or find(name, layout)
        if companion is not None:
            (target / name).symlink_to(companion)


MODULES: Final = {
    "pulumi_engine": (f"{ENGINE}/cmd/pulumi", ENGINE),
    "pulumi_python_host": (f"{SDK}/python/cmd/{LANGUAGE_HOST}", SDK),
}
"""Our Go modules under tools/: the package each builds, and the module that gives its version."""


class _Build:
    def __init__(self, *, go: str, layout: Layout, runner: Runner) -> None:
        self._go = go
        self._tools = layout.root / "tools"
        self._runner = runner

    def into(self, target: Path) -> None:
        target.mkdir(parents=True)
        for module, (package, versioned) in MODULES.items():
            self._compile(module, package, versioned, target)
        self._copy_scripts(target)

    def _run(self, doing: str, module: str, *argv: str | Path) -> str:
        # Neither a workspace above the checkout nor flags of the user's own may change the build.
        env = {"GOFLAGS": "-mod=readonly", "GOWORK": "off"}
        return self._runner.run(doing, [self._go, *argv], cwd=self._tools / module, env=env)

    def _compile(self, module: str, package: str, versioned: str, target: Path) -> None:
        self._run(f"downloading {module}", module, "mod", "download")
        version = self._listed(module, "{{.Version}}", versioned)
        # The engine reports, and compares, the version that its linker was told.
        flags = f"-s -w -X {VERSION_VARIABLE}={version}"
        doing = f"compiling {module}"
        self._run(doing, module, "build", "-trimpath", "-ldflags", flags, "-o", target, package)

    def _listed(self, module: str, template: str, listed: str) -> str:
        answer = self._run(f"listing {module}", module, "list", "-m", "-f", template, listed)
        return answer.strip().splitlines()[-1]

    def _copy_scripts(self, target: Path) -> None:
        python = Path(self._listed("pulumi_engine", "{{.Dir}}", SDK)) / "python"
        for script in (
            python / "cmd" / "pulumi-language-python-exec",
            python / "dist" / "pulumi-analyzer-policy-python",
            python / "dist" / "pulumi-resource-pulumi-python",
        ):
            copy = target / script.name
            shutil.copyfile(script, copy)
            copy.chmod(0o755)
