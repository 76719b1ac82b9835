"""Who may import whom: rules from files to complaints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tests.architecture.source import SourceFile

ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "tarn": frozenset(),
    "infra": frozenset({"tarn"}),
    "lambdas": frozenset({"tarn"}),
    "glue_jobs": frozenset({"tarn"}),
    "local_cloud": frozenset({"tarn"}),
    "guardrails": frozenset({"tarn"}),
    "review": frozenset({"tarn", "local_cloud"}),
    "cli": frozenset({"tarn", "local_cloud", "review", "lambdas"}),
    "tools": frozenset({"tarn"}),
    "tests": frozenset(
        {"tarn", "infra", "lambdas", "glue_jobs", "local_cloud", "guardrails", "review", "cli"}
        | {"tools"}
    ),
}
"""The rooms that a room may import, besides itself. A new room starts with a line here."""

COMPILATION: Final = ("tarn", "contract", "compilation")
"""The one part of ``tarn`` that stays at home, so the one that may be heavy."""

CORES: Final[Mapping[str, str]] = {"lambdas": "core", "glue_jobs": "transform"}
"""The file of a unit that takes values and returns values, and with it all that it imports."""

IMPURE: Final = frozenset({"boto3", "botocore", "aws_lambda_powertools", "awsglue", "pulumi"})


def import_directions(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of imports that go against the one way."""
    for file in files:
        if file.room not in ALLOWED:
            yield f"{file.path}: room '{file.room}' has no rule in tests/architecture/imports.py"
            continue
        permitted = {file.room, *ALLOWED[file.room]}
        for found in file.imports:
            if found.top in ALLOWED and found.top not in permitted:
                yield f"{file.path}:{found.line}: {file.room} may not import {found.name}"


def light_tarn(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of libraries that are imported together with ``tarn``, inside every function."""
    for file in files:
        if file.room != "tarn" or file.module[: len(COMPILATION)] == COMPILATION:
            continue
        for found in file.imports:
            foreign = found.top not in sys.stdlib_module_names and found.top != "tarn"
            if foreign and not found.deferred:
                yield f"{file.path}:{found.line}: tarn imports {found.name}; import it where used"
            if found.name.split(".")[:3] == list(COMPILATION):
                yield f"{file.path}:{found.line}: {found.name} does not ship with functions"


def pure_cores(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of AWS clients and frameworks that a core imports, itself or through others."""
    modules = {".".join(file.module): file for file in files}
    for file in modules.values():
        if len(file.module) > 2 and file.module[2] == CORES.get(file.room):
            yield from _impurities(file, modules)


def _impurities(core: SourceFile, modules: Mapping[str, SourceFile]) -> Iterator[str]:
    reached, waiting = {core.path}, [core]
    while waiting:
        file = waiting.pop()
        for found in file.imports:
            if found.top in IMPURE:
                yield f"{core.path}: reaches {found.name} in {file.path}:{found.line}"
            target = modules.get(found.name) or modules.get(found.name.rpartition(".")[0])
            if target is not None and target.path not in reached:
                reached.add(target.path)
                waiting.append(target)


def ways_in_use_cores_only(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of what the ways in import of a function besides its core (docs/adr/0101)."""
    for file in files:
        for found in file.imports:
            core = found.name.split(".")[2:3] == [CORES["lambdas"]]
            if file.room == "cli" and found.top == "lambdas" and not core:
                yield f"{file.path}:{found.line}: of lambdas, cli may import a core only"


def awsglue_in_entries_only(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of awsglue, which exists in Glue alone, outside a job's entry file."""
    for file in files:
        entry = file.room == "glue_jobs" and len(file.module) == 3 and file.module[2] == "main"
        for found in file.imports:
            if found.top == "awsglue" and not entry:
                yield f"{file.path}:{found.line}: only glue_jobs/<job>/main.py may import awsglue"


def tools_need_nothing(files: Iterable[SourceFile]) -> Iterator[str]:
    """Complain of libraries in the set-up, which runs before any is installed."""
    for file in files:
        if file.room != "tools" or file.module[-1] == "truststore":
            continue
        for found in file.imports:
            if found.top not in sys.stdlib_module_names and found.top not in ("tarn", "tools"):
                yield f"{file.path}:{found.line}: set-up imports {found.name}"
