"""The repository's own text, as the rules read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

PRODUCT_ROOMS: Final = ("tarn", "infra", "lambdas", "glue_jobs", "local_cloud", "cli")
"""The rooms of code; review/ and guardrails/ have their rules waiting in imports.py."""

GENERATED: Final = frozenset({"__pycache__", "build", "dist", "node_modules"})
HIDDEN_BUT_OURS: Final = frozenset({".ci", ".gitignore", ".pre-commit-config.yaml", ".github"})


@dataclass(frozen=True)
class SourceFile:
    """A file by its path from the root; tests of the rules make their own."""

    path: PurePosixPath
    text: str

    @property
    def room(self) -> str:
        return self.path.parts[0]

    @property
    def module(self) -> tuple[str, ...]:
        """The dotted name, in parts: ``infra/iam/__init__.py`` is ``("infra", "iam")``."""
        parts = self.path.with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(_imports(self.tree, deferred=False))


@dataclass(frozen=True, kw_only=True)
class Import:
    """``deferred``: inside a function or under TYPE_CHECKING, so not part of importing the file."""

    name: str
    line: int
    deferred: bool

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


def _imports(node: ast.AST, *, deferred: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(name=alias.name, line=child.lineno, deferred=deferred)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                name = f"{child.module}.{alias.name}"
                yield Import(name=name, line=child.lineno, deferred=deferred)
        else:
            later = deferred or _runs_later(child)
            yield from _imports(child, deferred=later)


def _runs_later(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def repository_files() -> tuple[SourceFile, ...]:
    """Read every text file of the repository, without what is generated or fetched."""
    found = [path for entry in sorted(ROOT.iterdir()) if _is_ours(entry) for path in _files(entry)]
    return tuple(file for path in found if (file := _read(path)) is not None)


def _is_ours(path: Path) -> bool:
    if path.name.startswith("."):
        return path.name in HIDDEN_BUT_OURS
    return path.name not in GENERATED and not path.name.endswith(".egg-info")


def _files(entry: Path) -> Iterator[Path]:
    if entry.is_file():
        yield entry
        return
    for path in sorted(entry.iterdir()):
        if _is_ours(path):
            yield from _files(path)


def _read(path: Path) -> SourceFile | None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    return SourceFile(PurePosixPath(path.relative_to(ROOT)), text)
