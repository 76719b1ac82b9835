"""What may be called what, and what may be written where: rules from files to complaints."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from tests.architecture.source import PRODUCT_ROOMS, SourceFile

SHAPELESS: Final = frozenset({"util", "utils", "helper", "helpers", "manager", "common", "misc"})
"""Names that say nothing about what is inside, so that anything ends up there."""

VENDORS: Final = "local_cloud/aws/glue/runtime/awsglue/"
"""Stands in for a package of AWS's, so its modules have AWS's names."""

LINES: Final = 400
FUNCTION_LINES: Final = 60
"""The target is 50; a table of data with its heading may be a little longer."""

TARGET_WORDS: Final = re.compile(
    r"local[ _-]?cloud|localhost|127\.0\.0\.1|loopback|moto\b|fakesnow|localstack|endpoint_?url"
    r"|\bendpoints\b|is_local",
    re.I,
)
TARGET_BLIND: Final = ("infra", "lambdas", "glue_jobs", "warehouse")

# Spelled in pieces, lest this file breaks its own rule.
MACHINE: Final = re.compile(
    "|".join(
        [
            r"(?<![\w.~-])/(?:root|work|Users|home/\w+)/",
            r"pypi\." + "org",
            "python" + "hosted",
            r"maven\." + "org",
            r"proxy\.golang",
            r"registry\." + "npm",
        ]
    )
)

MEASURED: Final = re.compile(r"336[,_]?776|26[,_]?11[45]\b|20\.2155|1[,_]?048\.36")
"""What the sample year comes to: it must come out of the data, so no product code may know it."""


def shapeless_names(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of modules and packages whose name is a drawer."""
    for file in files:
        if not str(file.path).startswith(VENDORS):
            for part in file.module:
                if set(part.split("_")) & SHAPELESS:
                    yield f"{file.path}: '{part}' does not say what is inside"


def names_of_packages(files: Iterable[SourceFile], installed: Collection[str]) -> Iterator[str]:
    """Complain of modules in ``infra/`` that would hide a package: the engine imports from there.

    With ``main: infra/`` that directory is the first import path of the whole program.
    """
    hidden = set(installed) | set(sys.stdlib_module_names)
    for file in files:
        if file.room == "infra" and len(file.module) > 1 and file.module[1] in hidden:
            yield f"{file.path}: hides the package {file.module[1]} from the Pulumi program"


def notification_owners(files: Iterable[SourceFile]) -> list[str]:
    """Return the files that create bucket notifications: AWS keeps the last one written only."""
    return [
        str(file.path)
        for file in files
        if file.room in PRODUCT_ROOMS and file.room != "local_cloud"
        if any(_creates(node, "BucketNotification") for node in ast.walk(file.tree))
    ]


def _creates(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (isinstance(called, ast.Attribute) and called.attr == name) or (
        isinstance(called, ast.Name) and called.id == name
    )


def long_files(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of product files and functions that nobody reads to the end."""
    for file in files:
        if file.room not in (*PRODUCT_ROOMS, "tools"):
            continue
        lines = len(file.text.splitlines())
        if lines > LINES:
            yield f"{file.path}: {lines} lines, {LINES} are allowed"
        for node in ast.walk(file.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield f"{file.path}:{node.lineno}: {node.name} has {length} lines"


def known_targets(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of deployed code that knows where it runs. Comments and docstrings may explain."""
    for file in files:
        if file.room not in TARGET_BLIND:
            continue
        words = _words(file) if file.path.suffix == ".py" else enumerate(file.text.splitlines(), 1)
        for line, word in words:
            if match := TARGET_WORDS.search(word):
                yield f"{file.path}:{line}: '{match[0]}' ties {file.room} to one target"


def _words(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Yield the names and texts of a program with their lines, docstrings left out."""
    docstrings = {id(node.value) for node in ast.walk(file.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(file.tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
                yield node.lineno, word
            case ast.keyword(arg=str(word)):
                yield node.lineno, word
            case ast.Constant(value=str(word)) if id(node) not in docstrings:
                yield node.lineno, word
            case ast.ImportFrom(module=str(word)):
                yield node.lineno, word
            case _:
                continue


def machine_words(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of paths of one machine and addresses of registries."""
    for file in files:
        for number, line in enumerate(file.text.splitlines(), 1):
            if match := MACHINE.search(line):
                yield f"{file.path}:{number}: '{match[0]}' belongs to one machine or registry"


def known_answers(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of product code that holds the results it is supposed to compute."""
    for file in files:
        if file.room in (*PRODUCT_ROOMS, "warehouse"):
            for number, line in enumerate(file.text.splitlines(), 1):
                if match := MEASURED.search(line):
                    yield f"{file.path}:{number}: '{match[0]}' must come out of the data"
