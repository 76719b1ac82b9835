"""A provider whose backend is a dictionary: for tests of what surrounds adapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeAlias

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.errors import BackendRefusedError
from local_cloud.providers.provider import Provider
from local_cloud.providers.values import Properties, text

Shelf: TypeAlias = "dict[str, Properties]"
BOX = "fake:store/box:Box"


class Box(ResourceAdapter[Shelf]):
    """Holds what it is given."""

    resource_type: ClassVar[str] = BOX
    source: ClassVar[str] = "internal/service/store/box.go"
    naming: ClassVar[Naming | None] = Naming(input="name", longest=20)
    computed: ClassVar[tuple[str, ...]] = ("address", "tagsAll")
    volatile: ClassVar[tuple[str, ...]] = ("revision",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "colour": Input(choices=("red", "blue")),
        "lid": Input(fields={"hinged": Input(default=False), "material": Input(replace=True)}),
        "name": Input(replace=True),
        "owners": Input(unordered=True),
        "policy": Input(policy=True),
        "password": Input(secret=True),
        "size": Input(default=1),
        "tags": Input(default={}),
        "voltage": Input(computed=True),
        "weather": Input(stored=True),
    }

    def check(self, inputs: Properties) -> list[CheckFailure]:
        if inputs.get("colour") == "red" and inputs.get("size") == 13:
            return [CheckFailure(property="size", reason="13 is never red")]
        return []

    def replacements(self, old: Properties, new: Properties) -> Iterable[str]:
        return ("size",) if new["size"] == 99 else ()

    def create(self, backend: Shelf, inputs: Properties) -> CreateResult:
        name = text(inputs, "name")
        if name in backend:
            operation, code = "store:put_box", "AlreadyExists"
            raise BackendRefusedError(operation, code, f"{name} is taken")
        backend[name] = {"voltage": 230, **inputs}
        return CreateResult(id=name)

    def read(self, backend: Shelf, identity: str, known: Properties) -> ReadResult | None:
        if identity not in backend:
            return None
        if identity == "unreadable":
            operation, code = "store:get_box", "Denied"
            raise BackendRefusedError(operation, code, "nobody may look")
        live = backend[identity]
        state: Properties = {name: live.get(name) for name in self.inputs if name != "weather"}
        more: Properties = {"address": f"shelf/{identity}", "revision": 7}
        return ReadResult(id=identity, state={**state, **more, "tagsAll": live.get("tags")})

    def update(
        self, backend: Shelf, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        backend[identity] = dict(new)
        return None

    def delete(self, backend: Shelf, identity: str, state: Properties) -> None:
        backend.pop(identity, None)


class Store(Provider[Shelf]):
    """One shelf of boxes."""

    name: ClassVar[str] = "fake"
    version: ClassVar[str] = "1.2.3"
    configuration: ClassVar[Mapping[str, Input]] = {"region": Input()}
    derived_outputs: ClassVar[Mapping[str, str]] = {"tagsAll": "tags"}

    def __init__(self) -> None:
        super().__init__([Box()], {"fake:store/count:count": _count})
        self.shelf: Shelf = {}

    def configure(self, configuration: Properties) -> None:
        pass

    def backend(self, inputs: Properties) -> Shelf:
        return self.shelf


def _count(shelf: Shelf, arguments: Properties) -> Properties:
    return {"count": len(shelf)}
