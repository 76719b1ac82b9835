"""What the adapters of Snowflake objects share: CREATE, SHOW and DESC, ALTER, DROP.

A type says its keyword, which inputs are which properties, and how rows become a state.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from local_cloud.providers.adapter import CreateResult, Naming, ReadResult, ResourceAdapter
from local_cloud.providers.snowflake.connection import Record, SnowflakeConnection
from local_cloud.providers.snowflake.identifiers import bare, parts
from local_cloud.providers.snowflake.sql import (
    Clause,
    Form,
    assignments,
    pattern,
    quoted,
    written,
)
from local_cloud.providers.values import Properties, Value, text

COMMENT = Clause(name="COMMENT", form=Form.TEXT)


class SnowflakeObjectAdapter(ResourceAdapter[SnowflakeConnection]):
    """An object with a name; its id is its quoted full name, as in the real provider."""

    naming: ClassVar[Naming | None] = Naming(input="name", longest=255)
    computed: ClassVar[tuple[str, ...]] = ("fullyQualifiedName",)
    keyword: ClassVar[str]
    create_prefix: ClassVar[tuple[str, ...]] = ()
    """Fixed properties of CREATE."""
    clauses: ClassVar[Mapping[str, Clause]] = {}
    containers: ClassVar[tuple[str, ...]] = ()
    """The inputs that hold the database and the schema."""
    plain_id: ClassVar[bool] = False
    """The older resources' id: parts without quotes, joined by |."""
    describes: ClassVar[bool] = False

    def path(self, inputs: Properties) -> tuple[str, ...]:
        """The object's name, its containers first."""
        return tuple(bare(text(inputs, name)) for name in (*self.containers, "name"))

    def identity(self, path: Sequence[str]) -> str:
        """The id of the object with this path."""
        return "|".join(path) if self.plain_id else quoted(*path)

    def path_of(self, identity: str, known: Properties) -> tuple[str, ...]:
        """The path of an object: its id tells it on import only, for a renamed one keeps its id."""
        if isinstance(known.get("name"), str):
            return self.path(known)
        return tuple(identity.split("|")) if self.plain_id else parts(identity)

    def create(self, backend: SnowflakeConnection, inputs: Properties) -> CreateResult:
        path = self.path(inputs)
        words = " ".join([*self.create_words(inputs), self.keyword])
        pieces = [*self.create_prefix, *self.create_clauses(inputs)]
        backend.execute(f"CREATE {words} {quoted(*path)} {' '.join(pieces)}".strip())
        return CreateResult(id=self.identity(path))

    def create_words(self, inputs: Properties) -> list[str]:
        """The words between CREATE and the keyword."""
        _ = inputs
        return []

    def create_clauses(self, inputs: Properties) -> list[str]:
        """The properties of CREATE."""
        return assignments(self.clauses.items(), inputs)

    def read(
        self, backend: SnowflakeConnection, identity: str, known: Properties
    ) -> ReadResult | None:
        path = self.path_of(identity, known)
        row = self.show(backend, path)
        if row is None:
            return None
        described: list[Record] = []
        if self.describes:
            found = backend.find(f"DESCRIBE {self.keyword} {quoted(*path)}")
            if found is None:
                return None
            described = found
        state: Properties = {
            "name": path[-1],
            **dict(zip(self.containers, path, strict=False)),
            "fullyQualifiedName": quoted(*path),
            **self.state(backend, row, described, known),
        }
        return ReadResult(id=identity, state=state)

    def show(self, backend: SnowflakeConnection, path: Sequence[str]) -> Record | None:
        """The object's row of SHOW, or None."""
        scope = {0: "", 1: " IN DATABASE ", 2: " IN SCHEMA "}[len(path) - 1]
        container = quoted(*path[:-1]) if scope else ""
        rows = backend.find(f"SHOW {self.keyword}S LIKE {pattern(path[-1])}{scope}{container}")
        return next((row for row in rows or [] if row["name"] == path[-1]), None)

    @abstractmethod
    def state(
        self,
        backend: SnowflakeConnection,
        row: Record,
        described: Sequence[Record],
        known: Properties,
    ) -> Properties:
        """The live inputs and outputs, from the row of SHOW and the rows of DESCRIBE."""

    def update(
        self, backend: SnowflakeConnection, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        target = self.rename(backend, self.path_of(identity, old), new)
        self.alter(backend, target, old, new)
        return None

    def rename(
        self, backend: SnowflakeConnection, path: tuple[str, ...], new: Properties
    ) -> tuple[str, ...]:
        """Give the object its new name, if it has another one."""
        target = (*path[:-1], bare(text(new, "name")))
        if target != path:
            backend.execute(f"ALTER {self.keyword} {quoted(*path)} RENAME TO {quoted(*target)}")
        return target

    def alter(
        self,
        backend: SnowflakeConnection,
        path: Sequence[str],
        old: Properties,
        new: Properties,
    ) -> None:
        """Set what changed and unset what is gone."""
        changed = [name for name in self.clauses if old.get(name) != new.get(name)]
        given = [name for name in changed if new.get(name) is not None]
        target = f"ALTER {self.keyword} {quoted(*path)}"
        if given:
            pieces = assignments([(name, self.clauses[name]) for name in given], new)
            backend.execute(f"{target} SET {' '.join(pieces)}")
        for name in changed:
            if new.get(name) is None:
                self._take_away(backend, target, self.clauses[name])

    def _take_away(self, backend: SnowflakeConnection, target: str, clause: Clause) -> None:
        if clause.unset:
            backend.execute(f"{target} UNSET {clause.name}")
        else:
            backend.execute(f"{target} SET {clause.name} = {written('', clause.form)}")

    def delete(self, backend: SnowflakeConnection, identity: str, state: Properties) -> None:
        backend.execute(f"DROP {self.keyword} IF EXISTS {quoted(*self.path_of(identity, state))}")


def optional(value: str | None) -> Value:
    """A text from a row; '' and NULL mean that it is not set."""
    return value or None


def whole(value: str | None) -> Value:
    """A number from a row."""
    return None if value in (None, "") else int(float(str(value)))


def yes(value: str | None) -> bool:
    """A flag from a row, in any of Snowflake's spellings."""
    return str(value).lower() in ("true", "y", "yes", "1", "on")


def flag_text(value: str | None) -> str:
    """A flag as the provider's string inputs have it."""
    return "true" if yes(value) else "false"


def shown(row: Record, texts: str, *, numbers: str = "", flags: str = "") -> Properties:
    """Columns of a row of SHOW, with the names and types that they have in ``showOutputs``."""
    found: Properties = {_camel(column): row[column] or "" for column in texts.split()}
    found |= {_camel(column): whole(row[column]) for column in numbers.split()}
    found |= {_camel(column): yes(row[column]) for column in flags.split()}
    return {name: value for name, value in found.items() if value is not None}


def _camel(column: str) -> str:
    first, *rest = column.split("_")
    return first + "".join(part.capitalize() for part in rest)


def properties_of(described: Sequence[Record]) -> dict[str, str]:
    """The rows of DESCRIBE as property to value."""
    return {str(row["property"]): str(row["property_value"] or "") for row in described}


def listed(value: str) -> list[Value]:
    """A list as DESCRIBE prints it: comma-separated, in brackets or not."""
    inner = value.removeprefix("[").removesuffix("]")
    return [part.strip() for part in inner.split(",") if part.strip()]
