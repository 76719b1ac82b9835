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


TYPES = """
from typing import TypedDict

__all__ = ["Outer", "Inner", "Other"]

class Outer:
    inner: "Inner"

class Inner(TypedDict):
    size: int

class Other:
    print("Other is made")
"""


def test_the_classes_of_types_are_made_when_they_are_asked_for(tmp_path: Path) -> None:
    package = tmp_path / "sdk"
    package.mkdir()
    (package / "__init__.py").write_text("from ._inputs import *\nfrom .outputs import *\n")
    (package / "_inputs.py").write_text(TYPES)
    (package / "outputs.py").write_text(TYPES.replace("Other", "Another"))
    (package / "bucket.py").write_text(
        "from . import outputs\nfrom ._inputs import *\n\ndef keep(it: Outer) -> 'outputs.Outer':\n"
        "    return it\n"
    )
    assert _python(tmp_path, "-c", "import sdk").stdout == "Other is made\nAnother is made\n"

    made = _python(tmp_path, "-P", str(SCRIPT), "sdk")
    assert made.returncode == 0, made.stderr

    hints = _python(
        tmp_path,
        "-c",
        "import typing, sdk.bucket as b; print(typing.get_type_hints(b.keep));"
        "print(typing.get_type_hints(b.Outer), b.Outer.__module__, b.Outer.__qualname__)",
    )
    assert hints.stdout == (
        "{'it': <class 'sdk._inputs.Outer'>, 'return': <class 'sdk.outputs.Outer'>}\n"
        "{'inner': <class 'sdk._inputs.Inner'>} sdk._inputs Outer\n"
    ), hints.stderr
    every = _python(tmp_path, "-c", "from sdk._inputs import *; print(Other.__name__)")
    assert every.stdout == "Other is made\nOther\n"
    once = _python(tmp_path, "-c", "import sdk; print(sdk.Outer is sdk.Outer); sdk.outputs.None_")
    assert once.stdout == "True\n"
    assert "has no attribute 'None_'" in once.stderr


def test_an_import_of_types_that_are_not_named_stays_one(tmp_path: Path) -> None:
    package = tmp_path / "sdk"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "_inputs.py").write_text(TYPES)
    (package / "queue.py").write_text("from ._inputs import *\nlength = 3\n")

    assert _python(tmp_path, "-P", str(SCRIPT), "sdk").returncode == 0

    assert _python(tmp_path, "-c", "from sdk.queue import length; print(length)").stdout == "3\n"
