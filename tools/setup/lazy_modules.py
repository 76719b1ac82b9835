"""``python -P lazy_modules.py [--packages-only] PACKAGE``: compile an SDK so that little is loaded.

Each module is compiled as if it began with ``from __future__ import annotations`` (PEP 563), and a
package that collects the names of its modules with ``from .module import *`` as if it looked for
them when they are asked for (PEP 562). With ``--packages-only`` only the latter is done, which is
enough for an SDK of many packages and takes a hundredth of the time.

The modules in which Pulumi's generator puts the types of all resources' inputs and outputs make a
class when it is asked for, together with those that its text names; and a module that imports all
of them imports the few that its own text names.

The compiled files go where Python looks for them; sources stay as they are. Whoever wants the
types of such a module asks ``typing.get_type_hints``, which resolves them then; Pulumi's SDK does.

Runs under the environment's own Python and imports nothing of the project's.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

_LAZY = annotations.compiler_flag
_ALL = re.compile(r"^__all__ = (\[[^\]]*\])$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")
_TYPES = ("_inputs", "outputs")
"""What Pulumi's generator calls the modules of nothing but classes."""
_ON_DEMAND = """
__all__ = sorted({name for name in globals() if not name.startswith("_")} | set(_modules_of_names))

def __getattr__(name):
    import importlib
    module = _modules_of_names.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module("." + module, __name__), name)
    globals()[name] = found
    return found

def __dir__():
    return __all__
"""
_DEFINED_ON_DEMAND = """
def __getattr__(name):
    needed = _classes_of_names.get(name)
    if needed is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for other in needed:
        if other not in globals():
            globals()["_define_" + other]()
    return globals()[name]
"""


class LazyModules(SourceFileLoader):
    """Python's own loader, which also writes the compiled file, for modules that load little."""

    def source_to_code(  # pyright: ignore[reportIncompatibleMethodOverride] - stubs differ by version
        self, data: bytes, path: str, *, _optimize: int = -1
    ) -> CodeType:
        tree = ast.parse(data, path)
        module = Path(path)
        if module.stem == "__init__":
            _find_names_on_demand(tree, module.parent)
        elif module.stem in _TYPES:
            _define_classes_on_demand(tree, data.decode())
        else:
            _import_what_is_named(tree, data.decode(), module.parent)
        return compile(tree, path, "exec", flags=_LAZY, dont_inherit=True, optimize=_optimize)


def _find_names_on_demand(package: ast.Module, directory: Path) -> None:
    """Take the imports of all names of a module away, and say where each name is found."""
    modules: dict[str, str] = {}
    kept: list[ast.stmt] = []
    for statement in package.body:
        names = _names_imported_by(statement, directory)
        if isinstance(statement, ast.ImportFrom) and names is not None:
            modules.update(dict.fromkeys(names, statement.module or ""))
        else:
            kept.append(statement)
    if modules:
        where = ast.parse(f"_modules_of_names = {modules!r}{_ON_DEMAND}")
        package.body = [*kept, *where.body]


def _define_classes_on_demand(module: ast.Module, source: str) -> None:
    """Put each class of a module into a function, and say which classes each of them names."""
    lines = source.splitlines()
    classes = {each.name: each for each in module.body if isinstance(each, ast.ClassDef)}
    named: dict[str, list[str]] = {}
    for name, statement in classes.items():
        text = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        named[name] = sorted(set(_WORD.findall(text)) & classes.keys())
    if not classes:
        return
    module.body = [_as_function(each) for each in module.body]
    needed = {name: _all_reached(name, named) for name in classes}
    where = ast.parse(f"_classes_of_names = {needed!r}{_DEFINED_ON_DEMAND}")
    module.body = [*module.body, *where.body]


def _as_function(statement: ast.stmt) -> ast.stmt:
    """Return a function that makes the class, as one of the module's; other statements as is."""
    if not isinstance(statement, ast.ClassDef):
        return statement
    made = ast.parse(f"def _define_{statement.name}():\n    global {statement.name}").body[0]
    if isinstance(made, ast.FunctionDef):
        made.body.append(statement)
    return made


def _all_reached(name: str, named: Mapping[str, list[str]]) -> list[str]:
    """Return a class and those that it names, and those that they name, and so on."""
    reached = {name}
    waiting = [name]
    while waiting:
        new = set(named[waiting.pop()]) - reached
        reached |= new
        waiting.extend(new)
    return sorted(reached)


def _import_what_is_named(module: ast.Module, source: str, directory: Path) -> None:
    """Let ``from ._inputs import *`` import what the importing module's text names."""
    for statement in module.body:
        names = _names_imported_by(statement, directory)
        if names is None or not isinstance(statement, ast.ImportFrom):
            continue
        if statement.module in _TYPES:
            # An import of nothing is no statement; one name more does no harm.
            some = sorted(set(_WORD.findall(source)).intersection(names)) or names[:1]
            star = statement.names[0]
            statement.names = [ast.copy_location(ast.alias(name=one), star) for one in some]


def _names_imported_by(statement: ast.stmt, directory: Path) -> list[str] | None:
    """Return what ``from .module import *`` imports; None for any other statement."""
    match statement:
        case ast.ImportFrom(level=1, module=str(module), names=[ast.alias(name="*")]):
            source = directory / f"{module}.py"
            return _public_names(source) if source.is_file() else None
        case _:
            return None


def _public_names(source: Path) -> list[str] | None:
    """Return a module's ``__all__`` where it is a plain list, else None."""
    # Parsing all of a module of ten thousand lines for its first statement takes half a second.
    listed = _ALL.search(source.read_text())
    return None if listed is None else [str(name) for name in ast.literal_eval(listed[1])]


def compile_package(package: str, *, packages_only: bool) -> int:
    """Compile the modules of a package that is installed; return how many."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"{package} is not an installed package"
        raise SystemExit(message)
    sys.dont_write_bytecode = False  # an environment that says otherwise means its own modules
    pattern = "__init__.py" if packages_only else "*.py"
    modules = sorted(Path(spec.submodule_search_locations[0]).rglob(pattern))
    for module in modules:
        # A compiled file of the right time would be taken for what it is not.
        Path(importlib.util.cache_from_source(str(module))).unlink(missing_ok=True)
        LazyModules(module.stem, str(module)).get_code(module.stem)
    return len(modules)


if __name__ == "__main__":
    options = sys.argv[1:-1]
    compile_package(sys.argv[-1], packages_only="--packages-only" in options)
