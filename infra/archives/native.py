"""The ingest function's native engine as a wheel: Zig compiles it for any platform on any machine.

Set-up installs the one for this machine into the environment; the function's layer takes the one
for its own platform.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

from infra.archives.sources import PROJECT
from infra.archives.zips import write_zip
from infra.errors import ArchiveError

RECIPE: Final = "1"
"""Raise it when the same sources shall make another library."""
SOURCES: Final = PROJECT / "lambdas" / "ingest" / "native"
CACHE: Final = PROJECT / ".tarn" / "native"
PACKAGE: Final = "tarn_native"
SYSTEMS: Final = {"manylinux2014": "linux-gnu.2.17", "apple-darwin": "macos"}
"""Zig's names for the systems that uv's platforms have. No C library is linked."""
PROCESSORS: Final = {"x86_64": "x86_64_v2", "aarch64": "baseline"}
"""What every machine of the kind can do: all that run Lambda, and laptops of the last ten years."""

_TAGS: Final = {"manylinux2014": "manylinux2014_{}", "apple-darwin": "macosx_11_0_{}"}
_METADATA: Final = "Metadata-Version: 2.1\nName: tarn-native\nVersion: {version}\n"
_WHEEL: Final = "Wheel-Version: 1.0\nGenerator: tarn\nRoot-Is-Purelib: false\nTag: {tag}\n"


def engine_digest(sources: Path = SOURCES) -> str:
    """Return 16 hex digits that name what the engine is built from."""
    digest = hashlib.sha256(f"{RECIPE}\0{version('ziglang')}".encode())
    for path in sorted(sources.glob("*.zig")):
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def engine_wheel(platform: str, *, cache: Path = CACHE) -> Path:
    """Return the wheel for a platform as uv names it, from the cache when it was built before."""
    processor, _, system = platform.partition("-")
    tag = f"py3-none-{_TAGS[system].format(_wheel_processor(processor, system))}"
    release = f"1+{engine_digest()}"
    path = cache / f"{PACKAGE}-{release}-{tag}.whl"
    if path.exists():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as aside:
        library = Path(aside) / "engine.so"
        _compile(f"{processor}-{SYSTEMS[system]}", PROCESSORS[processor], library, cache)
        about = f"{PACKAGE}-{release}.dist-info"
        entries: dict[str, bytes | Path] = {
            f"{PACKAGE}/__init__.py": b'"""Holds the library beside it."""\n',
            f"{PACKAGE}/engine.so": library,
            f"{about}/METADATA": _METADATA.format(version=release).encode(),
            f"{about}/WHEEL": _WHEEL.format(tag=tag).encode(),
        }
        # Installers want the list; they need no hashes in it.
        names = [*entries, f"{about}/RECORD"]
        entries[f"{about}/RECORD"] = "".join(f"{name},,\n" for name in names).encode()
        finished = Path(aside) / path.name
        write_zip(entries, finished, compression=zipfile.ZIP_STORED)
        finished.replace(path)
    return path


def install_engine(platform: str, packages: Path) -> None:
    """Put the engine for a platform beside other packages."""
    with zipfile.ZipFile(engine_wheel(platform)) as wheel:
        wheel.extractall(packages)


def _wheel_processor(processor: str, system: str) -> str:
    return "arm64" if system == "apple-darwin" and processor == "aarch64" else processor


def _compile(target: str, processor: str, library: Path, cache: Path) -> None:
    # ReleaseSafe: the input is hostile, so an index out of bounds has to stop the program.
    command = (
        sys.executable, "-m", "ziglang", "build-lib", "-dynamic", "-O", "ReleaseSafe", "-fstrip",
        "-target", target, f"-mcpu={processor}", f"-femit-bin={library}",
        "--cache-dir", str(cache / "zig"), "--global-cache-dir", str(cache / "zig"),
        # A Mach-O library has its own name inside, which would be that of the folder.
        *(("-install_name", "@rpath/engine.so") if target.endswith("macos") else ()),
        "engine.zig",
    )  # fmt: skip
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)  # noqa: S603 fixed words and paths of ours
    if done.returncode != 0:
        raise ArchiveError(
            archive=f"native engine for {target}",
            problem=f"Zig does not compile {SOURCES}:\n{done.stderr.strip()}",
            remedy="Mend the source it names; if it names none, run `make setup`, which installs "
            "the Zig that the project pins.",
        )
