"""Typed access to a compiled contract as it comes out of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tarn.errors import PermanentError


class UnreadableContractError(PermanentError):
    """A compiled contract does not have the form this version of Tarn writes."""

    def __init__(self, *, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(
            f"the compiled contracts cannot be read: {field} {problem}. They are written when the "
            "stack is deployed: deploy it again, so that code and contracts are of one version."
        )


@dataclass(frozen=True)
class CompiledFields:
    """The fields of one object; a missing or misshapen one is named."""

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise UnreadableContractError(field=name, problem="is missing")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise UnreadableContractError(field=name, problem=f"is not text: {value!r}")
        return value

    def optional_number(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, int):
            raise UnreadableContractError(field=name, problem=f"is not an integer: {value!r}")
        return value

    def flag(self, name: str) -> bool:
        return self.values.get(name) is True

    def sequence(self, name: str) -> Sequence[object]:
        value = self.values.get(name, ())
        if not isinstance(value, list | tuple):
            raise UnreadableContractError(field=name, problem=f"is not a list: {value!r}")
        return cast("Sequence[object]", value)

    def mapping(self, name: str) -> Mapping[str, object]:
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            raise UnreadableContractError(field=name, problem=f"is not an object: {value!r}")
        return cast("Mapping[str, object]", value)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self.sequence(name))

    def mappings(self, name: str) -> Iterator[Mapping[str, object]]:
        for value in self.sequence(name):
            if not isinstance(value, dict):
                raise UnreadableContractError(field=name, problem=f"holds a {type(value)}")
            yield cast("Mapping[str, object]", value)
