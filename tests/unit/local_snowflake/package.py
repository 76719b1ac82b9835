"""What the installed provider package says, read from its source: importing it takes seconds."""

from __future__ import annotations

import ast
import re
from importlib.util import find_spec
from pathlib import Path


def _package() -> Path:
    spec = find_spec("pulumi_snowflake")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def camel(name: str) -> str:
    """A name of Python as the engine has it, e.g. ``warehouseSize``."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _initializer(path: Path, name: str) -> ast.FunctionDef:
    classes = ast.parse(path.read_text()).body
    (found,) = [one for one in classes if isinstance(one, ast.ClassDef) and one.name == name]
    return next(
        one for one in found.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"
    )


def package_inputs(name: str) -> tuple[set[str], set[str]]:
    """All inputs of a type, and those that a program must give."""
    arguments = _initializer(_package() / f"{_snake(name)}.py", f"{name}Args").args
    given = [camel(one.arg) for one in (*arguments.args[1:], *arguments.kwonlyargs)]
    defaults = len(arguments.defaults) + sum(one is not None for one in arguments.kw_defaults)
    return set(given), set(given[: len(given) - defaults])


def preview_features() -> frozenset[str]:
    """The preview features that the package's documentation lists."""
    lines = (_package() / "provider.py").read_text().splitlines()
    about = next(line for line in lines if ":param" in line and "preview_features_enabled" in line)
    return frozenset(re.findall(r"<code>(snowflake_[a-z0-9_]+)</code>", about))


def is_preview(name: str) -> bool:
    """Whether the package's documentation warns that a type is a preview feature."""
    return "Caution: Preview Feature" in (_package() / f"{_snake(name)}.py").read_text()


def output_fields(name: str) -> frozenset[str]:
    """The fields of one of the package's output types, e.g. ``WarehouseShowOutput``."""
    _, _, rest = (_package() / "outputs.py").read_text().partition(f"\nclass {name}(dict):")
    block = rest.partition("\n@pulumi.output_type")[0]
    getters = re.findall(r'@pulumi\.getter(?:\(name="(\w+)"\))?\n\s+def (\w+)', block)
    return frozenset(given or plain for given, plain in getters)
