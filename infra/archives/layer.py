"""The function's layer: its pinned dependencies and its native engine, for the platform it runs on.

It is named by what it is built from (requirements, platform, the recipe below), not by its bytes:
compilers of different machines may disagree about a byte, and a preview must not show that.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from uv import find_uv_bin

from infra.archives.native import engine_digest, install_engine
from infra.archives.sources import PROJECT
from infra.archives.trimming import is_needed
from infra.archives.zips import Archive, write_zip
from infra.errors import ArchiveError
from infra.settings import Architecture

if TYPE_CHECKING:
    from collections.abc import Mapping

RECIPE: Final = "2"
"""Raise it when the same requirements shall make another layer."""
REQUIREMENTS: Final = PROJECT / "lambdas" / "ingest" / "requirements.txt"
CACHE: Final = PROJECT / ".tarn" / "layers"
NAMED_ONLY: Final = "TARN_LAYERS_NAMED_ONLY"
"""Set in the environment of a run whose layers are never used, such as a review's: they are named
as ever, but an empty file takes their place, so nothing is downloaded."""
PYTHON_VERSION: Final = "3.11"
SIZE_LIMIT_MIB: Final = 200
"""Lambda allows 250 MiB for the function and its layers, unzipped; room is left for growth."""
PROCESSORS: Final[Mapping[Architecture, str]] = {
    Architecture.ARM64: "aarch64",
    Architecture.X86_64: "x86_64",
}
LAMBDA_SYSTEM: Final = "manylinux2014"
"""The runtime's system (Amazon Linux 2) has glibc 2.26: a wheel that needs a newer one fails here
and not in the account. A Linux host takes the same wheels."""


def layer_archive(
    architecture: Architecture, *, requirements: Path = REQUIREMENTS, cache: Path = CACHE
) -> Archive:
    """Return the layer, from the cache when the same one was built before.

    The first build of a layer downloads wheels; later ones need no network.
    """
    platform = platform_of(architecture)
    digest = _recipe_digest(requirements, platform)
    path = cache / f"ingest-{platform}-{digest}.zip"
    if os.environ.get(NAMED_ONLY) and not path.exists():
        path = cache / f"named-only-{platform}-{digest}.zip"
        cache.mkdir(parents=True, exist_ok=True)
        write_zip({"python/named_only": b""}, path, compression=zipfile.ZIP_STORED)
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _build(requirements, platform, path)
    return Archive(path=path, digest=digest)


def platform_of(architecture: Architecture) -> str:
    """Name the platform, as uv does, whose wheels run on an architecture."""
    is_mac = architecture is Architecture.HOST and sys.platform == "darwin"
    return f"{PROCESSORS[architecture.concrete]}-{'apple-darwin' if is_mac else LAMBDA_SYSTEM}"


def _recipe_digest(requirements: Path, platform: str) -> str:
    recipe = "\0".join((RECIPE, PYTHON_VERSION, platform, engine_digest()))
    return hashlib.sha256(recipe.encode() + requirements.read_bytes()).hexdigest()[:32]


def _build(requirements: Path, platform: str, path: Path) -> None:
    """Build aside and rename, so that an interrupted build leaves nothing that looks finished."""
    with tempfile.TemporaryDirectory(dir=path.parent) as aside:
        packages = Path(aside) / "python"
        _install(requirements, platform, packages)
        _trim(packages)
        _compile(packages)
        _refuse_oversize(packages)
        finished = Path(aside) / path.name
        files = (file for file in packages.rglob("*") if file.is_file())
        entries = {file.relative_to(aside).as_posix(): file for file in files}
        write_zip(entries, finished, compression=zipfile.ZIP_DEFLATED)
        finished.replace(path)


def _install(requirements: Path, platform: str, packages: Path) -> None:
    command = (
        find_uv_bin(), "pip", "install", "--quiet", "--target", str(packages),
        "--python-platform", platform, "--python-version", PYTHON_VERSION,
        "--only-binary", ":all:", "--no-deps", "--require-hashes", "--link-mode", "copy",
        "--requirements", str(requirements),
    )  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 fixed words and paths of ours
    if done.returncode != 0:
        raise ArchiveError(
            archive=f"function's layer for {platform}",
            problem=f"uv could not install {requirements}:\n{done.stderr.strip()}",
            remedy="The first build of a layer downloads its packages, so connect to your package "
            f"index once; later builds use {CACHE}. If a package has no wheel for this platform, "
            "pin one that has.",
        )
    install_engine(platform, packages)


def _trim(packages: Path) -> None:
    for file in packages.rglob("*"):
        if file.is_file() and not is_needed(file.relative_to(packages).as_posix()):
            file.unlink()


def _compile(packages: Path) -> None:
    """Compile every module, without times and paths of this machine.

    In a process of its own with a fixed hash seed: the order of a set's constants depends on it.
    Unchecked, because Lambda's file times would make Python compile everything again at each start.
    """
    command = (
        sys.executable, "-m", "compileall", "-q", "-j", "1",
        "--invalidation-mode", "unchecked-hash",
        "-s", str(packages), "-p", "/opt/python", str(packages),
    )  # fmt: skip
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode != 0:
        raise ArchiveError(
            archive="function's layer",
            problem=f"a module does not compile:\n{done.stdout.strip()}",
            remedy="Pin a version of that package for this Python.",
        )


def _refuse_oversize(packages: Path) -> None:
    size = sum(file.stat().st_size for file in packages.rglob("*") if file.is_file())
    if size > SIZE_LIMIT_MIB * 1024 * 1024:
        raise ArchiveError(
            archive="function's layer",
            problem=f"it unpacks to {size // 1024 // 1024} MiB, more than {SIZE_LIMIT_MIB} MiB",
            remedy="Drop a dependency, or teach infra/archives/trimming.py what is not needed.",
        )
