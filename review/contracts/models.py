"""Which columns the jobs that make models read, by the text of their transforms.

A job is Python, so what it reads cannot be known for certain without running it. Taken as
evidence: the statement of ``glue_jobs/<job>/transform.py`` that takes a dataset from the job's
inputs (``inputs.<dataset>``) and names the column, itself or through a constant of the module.
A statement that takes a dataset whole counts as reading every column that the module names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DIRECTORY: Final = "glue_jobs"
TRANSFORM: Final = "transform.py"


@dataclass(frozen=True, kw_only=True)
class ModelJob:
    """What one job's transform says of its inputs."""

    statements: Mapping[str, frozenset[str]]
    """By input dataset, the words of the statements that take it."""
    renamed: Mapping[str, Mapping[str, frozenset[str]]]
    """By input dataset, what its columns are called after those statements."""
    words: frozenset[str]
    derived: Mapping[str, frozenset[str]]
    """Words of the whole module, and what is computed from each."""

    def reads(self, dataset: str, column: str, columns: frozenset[str]) -> bool:
        """Whether the job reads a column of an input; ``columns`` are all that the input has."""
        words = self.statements.get(dataset)
        if words is None:
            return False
        return column in (words if words & columns else self.words)

    def makes(self, dataset: str, column: str, outputs: frozenset[str]) -> frozenset[str]:
        """Return the model's columns that come from an input's column."""
        reached = set(self.renamed.get(dataset, {}).get(column, frozenset({column})))
        waiting = list(reached)
        while waiting:
            for further in self.derived.get(waiting.pop(), frozenset()) - reached:
                reached.add(further)
                waiting.append(further)
        return frozenset(reached & outputs)


def read_job(root: Path, job: str) -> ModelJob | None:
    """Read a job's transform; None where it is not there or is no Python."""
    file = root / DIRECTORY / job / TRANSFORM
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    constants = _constants(tree)
    statements: dict[str, set[str]] = {}
    renamed: dict[str, dict[str, frozenset[str]]] = {}
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr):
            continue
        for dataset in _inputs(statement):
            statements.setdefault(dataset, set()).update(_words(statement, constants))
            for old, names in _renames(statement).items():
                known = renamed.setdefault(dataset, {})
                known[old] = known.get(old, frozenset()) | names
    return ModelJob(
        statements={dataset: frozenset(words) for dataset, words in statements.items()},
        renamed=renamed,
        words=frozenset(_words(tree, constants)),
        derived=_derived(tree),
    )


def _inputs(statement: ast.AST) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Attribute(value=ast.Name(id="inputs"), attr=dataset):
                yield dataset
            case _:
                continue


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case _:
                continue
    return found


def _words(node: ast.AST, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    """Yield every text of a piece of code; names of the module's constants stand for theirs."""
    seen: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        for each in ast.walk(waiting.pop()):
            match each:
                case ast.Constant(value=str(text)):
                    yield text
                case ast.Name(id=name) if name in constants and name not in seen:
                    seen.add(name)
                    waiting.append(constants[name])
                case _:
                    continue


def _renames(statement: ast.AST) -> dict[str, frozenset[str]]:
    """Read ``{"old": "new"}``, as the transforms write renames."""
    found: dict[str, frozenset[str]] = {}
    for key, value in _entries(statement):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[key] = found.get(key, frozenset()) | {value.value}
    return found


def _derived(tree: ast.AST) -> dict[str, frozenset[str]]:
    """Read ``{"new": expression}``, as ``withColumns`` takes it: each text in it leads to new."""
    found: dict[str, frozenset[str]] = {}
    for key, value in _entries(tree):
        if isinstance(value, ast.Constant):
            continue
        for text in _words(value, {}):
            found[text] = found.get(text, frozenset()) | {key}
    return found


def _entries(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for each in ast.walk(node):
        if isinstance(each, ast.Dict):
            for key, value in zip(each.keys, each.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
