"""A package that was compiled to load little is itself, without what nobody asks for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "setup" / "lazy_modules.py"
MODULE = """
def evaluated():
    raise RuntimeError("an annotation was evaluated")

def greet(name: evaluated()) -> str:
    return f"hello {name}"
"""


def _python(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=directory,
        env={"PYTHONPATH": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_annotations_are_evaluated_only_when_asked_for(tmp_path: Path) -> None:
    package = tmp_path / "sdk"
    package.mkdir()
    (package / "__init__.py").write_text("from sdk.models import greet\n")
    (package / "models.py").write_text(MODULE)
    use = ("-c", "import sdk; print(sdk.greet('you'))")
    assert "an annotation was evaluated" in _python(tmp_path, *use).stderr

    made = _python(tmp_path, "-P", str(SCRIPT), "sdk")
    assert made.returncode == 0, made.stderr

    assert _python(tmp_path, *use).stdout == "hello you\n"
    asked = _python(tmp_path, "-c", "import sdk, typing; typing.get_type_hints(sdk.greet)")
    assert "an annotation was evaluated" in asked.stderr


def test_names_are_looked_for_when_they_are_asked_for(tmp_path: Path) -> None:
    package = tmp_path / "sdk"
    package.mkdir()
    (package / "__init__.py").write_text("import typing\nfrom .one import *\nfrom .two import *\n")
    (package / "one.py").write_text("__all__ = ['one']\nprint('one is loaded')\none = 1\n")
    (package / "two.py").write_text("__all__ = [\n    'two',\n]\nprint('two is loaded')\ntwo = 2\n")

    made = _python(tmp_path, "-P", str(SCRIPT), "--packages-only", "sdk")
    assert made.returncode == 0, made.stderr

    use = "import sdk; print(sdk.two); from sdk import two; print(two)"
    assert _python(tmp_path, "-c", use).stdout == "two is loaded\n2\n2\n"
    every = "from sdk import *; print(one, two)"
    assert _python(tmp_path, "-c", every).stdout == "one is loaded\ntwo is loaded\n1 2\n"
    missing = _python(tmp_path, "-c", "import sdk; sdk.three")
    assert "module 'sdk' has no attribute 'three'" in missing.stderr


def test_a_changed_source_counts_again(tmp_path: Path) -> None:
    package = tmp_path / "sdk"
    package.mkdir()
    (package / "__init__.py").write_text("size: int = 1\n")
    assert _python(tmp_path, "-P", str(SCRIPT), "sdk").returncode == 0

    (package / "__init__.py").write_text("size: int = 22\n")

    assert _python(tmp_path, "-c", "import sdk; print(sdk.size)").stdout == "22\n"


def test_a_package_that_is_not_installed_is_named(tmp_path: Path) -> None:
    failed = _python(tmp_path, "-P", str(SCRIPT), "no_such_sdk")

    assert failed.returncode != 0
    assert "no_such_sdk is not an installed package" in failed.stderr
