"""``python -P lazy_annotations.py PACKAGE``: compile an installed package with lazy annotations.

Each module is compiled as if it began with ``from __future__ import annotations`` (PEP 563), into
the place where Python looks for compiled modules. Its sources stay as they are. Whoever wants the
types of such a module asks ``typing.get_type_hints``, which resolves them then; Pulumi's SDK does.

Runs under the environment's own Python and imports nothing of the project's.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

_LAZY = annotations.compiler_flag


class LazyAnnotations(SourceFileLoader):
    """Python's own loader, which also writes the compiled file, with one flag more."""

    def source_to_code(  # pyright: ignore[reportIncompatibleMethodOverride] - stubs differ by version
        self, data: bytes, path: str, *, _optimize: int = -1
    ) -> CodeType:
        return compile(data, path, "exec", flags=_LAZY, dont_inherit=True, optimize=_optimize)


def compile_package(package: str) -> int:
    """Compile every module of a package that is installed; return how many."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"{package} is not an installed package"
        raise SystemExit(message)
    sys.dont_write_bytecode = False  # an environment that says otherwise means its own modules
    modules = sorted(Path(spec.submodule_search_locations[0]).rglob("*.py"))
    for module in modules:
        # A compiled file of the right time would be taken for what it is not.
        Path(importlib.util.cache_from_source(str(module))).unlink(missing_ok=True)
        LazyAnnotations(module.stem, str(module)).get_code(module.stem)
    return len(modules)


if __name__ == "__main__":
    compile_package(sys.argv[1])
