"""The views in warehouse/*.sql: one file a view, the statement as both engines run it.

A file begins with four comment lines that say what the statement cannot: the view's name, whether
it is secure, what it reads, what it is for. The rest is one SELECT without comments, because
Snowflake hands a view's text back and the provider compares it. Names have two parts: Snowflake
resolves them in the view's own database, so the text holds for every environment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.components.warehouse.names import SchemaName, table_name
from infra.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

DIRECTORY: Final = Path(__file__).parents[1] / "warehouse"
HEADER: Final = ("view", "secure", "reads", "comment")
_HEADER_LINE: Final = re.compile(r"-- (?P<name>[a-z]+): (?P<value>.+)")
_NAME: Final = re.compile(r"(?P<schema>[A-Z]+)\.(?P<name>[A-Z][A-Z0-9_]*)")


class WarehouseSqlError(InfraError):
    """Files in warehouse/ cannot become views; carries every problem found."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(
            f"{len(self.problems)} problem(s) in warehouse/, so no view was planned:\n{listed}\n"
            "See the existing files for the four lines that every file begins with."
        )


@dataclass(frozen=True, kw_only=True)
class ViewDefinition:
    """One view, as its file defines it."""

    schema: str
    name: str
    secure: bool
    comment: str
    reads: tuple[str, ...]
    """Tables and views that must exist first, as ``SCHEMA.NAME``."""
    statement: str

    @property
    def qualified_name(self) -> str:
        """``SCHEMA.NAME``, as other views name it."""
        return f"{self.schema}.{self.name}"


def read_views(directory: Path = DIRECTORY) -> tuple[ViewDefinition, ...]:
    """Read every file; a view comes after the views that it reads.

    Raises WarehouseSqlError with all problems of all files.
    """
    problems: list[str] = []
    views: dict[str, ViewDefinition] = {}
    for path in sorted(directory.glob("*.sql")):
        found = list(_problems(path))
        problems += found
        if not found:
            view = _definition(path)
            views[view.qualified_name] = view
    ordered = tuple(_ordered(views)) if not problems else ()
    if len(ordered) < len(views) and not problems:
        circle = sorted(views.keys() - {view.qualified_name for view in ordered})
        problems.append(f"{', '.join(circle)} read each other in a circle")
    if problems:
        raise WarehouseSqlError(problems)
    return ordered


def views_over(datasets: Iterable[str], directory: Path = DIRECTORY) -> tuple[ViewDefinition, ...]:
    """Read every file, and refuse views over what neither a contract nor another view defines."""
    views = read_views(directory)
    defined = {f"{SchemaName.CURATED}.{table_name(dataset)}" for dataset in datasets}
    defined |= {view.qualified_name for view in views}
    problems = [
        f"{view.name.lower()}.sql: reads {source}, which no contract and no view defines"
        for view in views
        for source in view.reads
        if source not in defined
    ]
    if problems:
        raise WarehouseSqlError(problems)
    return views


def _problems(path: Path) -> Iterator[str]:
    header, statement = _split(path)
    name = _NAME.fullmatch(header.get("view", ""))
    if tuple(header) != HEADER:
        yield f"{path.name}: begins with {list(header)}, not with {list(HEADER)}"
        return
    if name is None or name["schema"] not in set(SchemaName):
        yield f"{path.name}: view {header['view']!r} is not SCHEMA.NAME of {[*SchemaName]}"
    elif name["name"].lower() != path.stem:
        yield f"{path.name}: defines {name['name']}, so call it {name['name'].lower()}.sql"
    if header["secure"] not in ("yes", "no"):
        yield f"{path.name}: secure is {header['secure']!r}, not yes or no"
    for source in header["reads"].split(", "):
        if _NAME.fullmatch(source) is None:
            yield f"{path.name}: reads {source!r}, which is not SCHEMA.NAME"
    if not statement.startswith(("SELECT", "WITH")) or ";" in statement or "--" in statement:
        yield f"{path.name}: after the header must come one SELECT, without comment and semicolon"


def _definition(path: Path) -> ViewDefinition:
    header, statement = _split(path)
    schema, _, name = header["view"].partition(".")
    return ViewDefinition(
        schema=schema,
        name=name,
        secure=header["secure"] == "yes",
        comment=header["comment"],
        reads=tuple(header["reads"].split(", ")),
        statement=statement,
    )


def _split(path: Path) -> tuple[dict[str, str], str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header: dict[str, str] = {}
    for line in lines[: len(HEADER)]:
        match = _HEADER_LINE.fullmatch(line.rstrip())
        if match is None:
            break
        header[match["name"]] = match["value"]
    return header, "\n".join(lines[len(header) :]).strip()


def _ordered(views: Mapping[str, ViewDefinition]) -> Iterator[ViewDefinition]:
    waiting = dict(views)
    while waiting:
        ready = [view for view in waiting.values() if not waiting.keys() & set(view.reads)]
        if not ready:
            return
        for view in ready:
            del waiting[view.qualified_name]
            yield view
