"""The function's layer: cached by what it is built from, and free of this machine's traces.

The installer is replaced by one that writes a few small files, so no network is needed; that the
real packages install for the real platform is shown when the layer is first built.
"""

from __future__ import annotations

import importlib.util
import platform
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from infra.archives import layer
from infra.archives.layer import NAMED_ONLY, layer_archive, platform_of
from infra.archives.trimming import is_needed
from infra.errors import ArchiveError
from infra.settings import Architecture

SOURCE = """
def is_kind(name):
    return name in {'a', 'b', 'c', 'd', 'e', 'f', 'g'}
"""
WHEEL = {
    "package/__init__.py": SOURCE,
    "package/native.cpython-311-x86_64-linux-gnu.so": "machine code",
    "package/native.pyx": "source of machine code",
    "package-1.0.dist-info/RECORD": "written by the installer",
    "package-1.0.dist-info/METADATA": "Name: package",
    "bin/tool": "#!/somebody/python",
}


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """A requirements file."""
    path = tmp_path / "requirements.txt"
    path.write_text("package==1.0\n")
    return path


@pytest.fixture
def installations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the installer; return the list of the platforms it was asked for."""
    done: list[str] = []

    def install(requirements: Path, platform: str, packages: Path) -> None:
        assert requirements.exists()
        done.append(platform)
        for name, content in WHEEL.items():
            path = packages / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    monkeypatch.setattr(layer, "_install", install)
    return done


def test_a_layer_is_built_once(
    requirements: Path, installations: list[str], tmp_path: Path
) -> None:
    first = layer_archive(Architecture.ARM64, requirements=requirements, cache=tmp_path / "cache")
    again = layer_archive(Architecture.ARM64, requirements=requirements, cache=tmp_path / "cache")
    assert first == again
    assert installations == ["aarch64-manylinux2014"]


def test_another_architecture_or_requirement_is_another_layer(
    requirements: Path, installations: list[str], tmp_path: Path
) -> None:
    def build(architecture: Architecture) -> str:
        return layer_archive(architecture, requirements=requirements, cache=tmp_path).digest

    arm64, x86_64 = build(Architecture.ARM64), build(Architecture.X86_64)
    requirements.write_text("package==1.1\n")
    assert len({arm64, x86_64, build(Architecture.ARM64)}) == 3
    assert len(installations) == 3


@pytest.mark.parametrize(
    ("system", "machine", "platform_name"),
    [
        ("linux", "x86_64", "x86_64-manylinux2014"),
        ("linux", "aarch64", "aarch64-manylinux2014"),
        ("darwin", "arm64", "aarch64-apple-darwin"),
    ],
)
def test_a_layer_for_the_host_runs_on_the_hosts_own_system(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, platform_name: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "platform", system)
    assert platform_of(Architecture.HOST) == platform_name


def test_a_layer_for_lambda_runs_on_lambda_whatever_machine_builds_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert platform_of(Architecture.ARM64) == "aarch64-manylinux2014"
    assert platform_of(Architecture.X86_64) == "x86_64-manylinux2014"


@pytest.mark.usefixtures("installations")
def test_two_builds_of_a_layer_are_the_same_bytes(requirements: Path, tmp_path: Path) -> None:
    contents = {
        layer_archive(
            Architecture.ARM64, requirements=requirements, cache=tmp_path / cache
        ).path.read_bytes()
        for cache in ("first", "second-with-a-longer-path")
    }
    assert len(contents) == 1


@pytest.mark.usefixtures("installations")
def test_modules_are_compiled_and_never_checked_against_their_source(
    requirements: Path, tmp_path: Path
) -> None:
    """Lambda sets file times of its own; checked by time, each start would compile everything."""
    path = layer_archive(Architecture.ARM64, requirements=requirements, cache=tmp_path).path
    name = f"python/package/__pycache__/__init__.{sys.implementation.cache_tag}.pyc"
    with zipfile.ZipFile(path) as archive:
        compiled = archive.read(name)
    by_hash_unchecked = b"\x01\0\0\0"
    assert compiled[:8] == importlib.util.MAGIC_NUMBER + by_hash_unchecked
    assert b"/opt/python/package/__init__.py" in compiled
    assert str(tmp_path).encode() not in compiled


@pytest.mark.usefixtures("installations")
def test_a_layer_holds_what_runs_and_nothing_of_the_installer(
    requirements: Path, tmp_path: Path
) -> None:
    path = layer_archive(Architecture.ARM64, requirements=requirements, cache=tmp_path).path
    with zipfile.ZipFile(path) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    native = "python/package/native.cpython-311-x86_64-linux-gnu.so"
    assert set(modes) == {
        "python/package/__init__.py",
        f"python/package/__pycache__/__init__.{sys.implementation.cache_tag}.pyc",
        native,
        "python/package-1.0.dist-info/METADATA",
    }
    assert modes[native] & stat.S_IXUSR


@pytest.mark.usefixtures("installations")
def test_a_layer_that_lambda_would_refuse_is_refused_here(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer, "SIZE_LIMIT_MIB", 0)
    with pytest.raises(ArchiveError, match="Drop a dependency"):
        layer_archive(Architecture.ARM64, requirements=requirements, cache=tmp_path)
    assert not list(tmp_path.glob("*.zip"))


def test_a_failed_installation_says_what_to_do_and_leaves_nothing_behind(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements.write_text("package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_NO_CACHE", "1")
    with pytest.raises(ArchiveError, match="connect to your package index once") as refused:
        layer_archive(Architecture.ARM64, requirements=requirements, cache=tmp_path / "cache")
    assert "for aarch64-manylinux2014" in str(refused.value)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("pyarrow/lib.cpython-311-x86_64-linux-gnu.so", True),
        ("pyarrow/libarrow.so.2000", True),
        ("pyarrow/libarrow_python.so.2000", True),
        # Every extension is linked to it, so without it nothing at all can be imported.
        ("pyarrow/libarrow_substrait.so.2000", True),
        ("pyarrow/libarrow_python.so", False),
        ("pyarrow/libarrow_python.so.2000.0.0", False),
        ("pyarrow/libarrow_flight.so.2000", False),
        ("pyarrow/_flight.cpython-311-aarch64-linux-gnu.so", False),
        ("pyarrow/include/arrow/api.h", False),
        ("pyarrow/tests/test_array.py", False),
        ("botocore/data/s3/2006-03-01/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/endpoints.json", True),
        ("botocore/cacert.pem", True),
        ("boto3-1.0.dist-info/LICENSE", True),
        ("boto3-1.0.dist-info/RECORD", False),
    ],
)
def test_trimming_takes_only_what_is_never_loaded(path: str, needed: bool) -> None:
    assert is_needed(path) is needed


def test_a_layer_that_nobody_uses_is_named_but_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAMED_ONLY, "1")
    named = layer_archive(Architecture.ARM64, cache=tmp_path)
    assert named.path.stat().st_size < 1024
    monkeypatch.delenv(NAMED_ONLY)
    # What is built afterwards has the same name, and not the empty file.
    built = tmp_path / f"ingest-{platform_of(Architecture.ARM64)}-{named.digest}.zip"
    built.write_bytes(b"built")
    assert layer_archive(Architecture.ARM64, cache=tmp_path).path == built
    assert layer_archive(Architecture.ARM64, cache=tmp_path).digest == named.digest
