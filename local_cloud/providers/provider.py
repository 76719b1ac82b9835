"""What a plugin is made of: its adapters, its functions, and how it reaches its backend."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Generic, TypeAlias

from local_cloud.providers.adapter import Backend, CheckFailure, Input, ResourceAdapter
from local_cloud.providers.errors import UnknownTypeError, nearest
from local_cloud.providers.values import Properties

Function: TypeAlias = "Callable[[Backend, Properties], Properties]"


class Provider(ABC, Generic[Backend]):
    """One provider: `name` as in type tokens, and `version` as the engine should see it."""

    name: ClassVar[str]
    version: ClassVar[str]
    configuration: ClassVar[Mapping[str, Input]]
    """The provider's own inputs (stack configuration `<name>:…` or an explicit provider)."""
    common_inputs: ClassVar[Mapping[str, Input]] = {}
    """Inputs that every resource type accepts."""
    derived_outputs: ClassVar[Mapping[str, str]] = {}
    """Outputs made of an input, which are secret when the input is (`tagsAll` of `tags`)."""

    def __init__(
        self,
        adapters: Iterable[ResourceAdapter[Backend]],
        functions: Mapping[str, Function[Backend]],
    ) -> None:
        self.adapters = {adapter.resource_type: adapter for adapter in adapters}
        self.functions = dict(functions)

    def adapter(self, token: str) -> ResourceAdapter[Backend]:
        """The adapter of a type; an error naming the type when there is none."""
        if token not in self.adapters:
            raise UnknownTypeError(token, self.adapters, kind="resource type")
        return self.adapters[token]

    def function(self, token: str) -> Function[Backend]:
        """The function of a token; an error naming the token when there is none."""
        if token not in self.functions:
            raise UnknownTypeError(token, self.functions, kind="function")
        return self.functions[token]

    def inputs_of(self, adapter: ResourceAdapter[Backend]) -> Mapping[str, Input]:
        """The adapter's own inputs and those that all types share."""
        return {**self.common_inputs, **adapter.inputs}

    def check_configuration(self, configuration: Properties) -> list[CheckFailure]:
        """Unknown configuration keys, each with the nearest known one."""
        return [
            CheckFailure(
                property=name,
                reason=f"the local {self.name} provider has no configuration {name!r}."
                f"{nearest(name, self.configuration)} Remove it, or add it to the local provider",
            )
            for name in configuration
            if name not in self.configuration
        ]

    @abstractmethod
    def configure(self, configuration: Properties) -> None:
        """Take the configuration; refuse what is not on this machine."""

    @abstractmethod
    def backend(self, inputs: Properties) -> Backend:
        """The backend for one resource (its region, say)."""

    def prepare(self, adapter: ResourceAdapter[Backend], inputs: Properties) -> Properties:
        """Complete the inputs of a resource before they are checked (default tags, say)."""
        _ = adapter
        return inputs

    def check(self, adapter: ResourceAdapter[Backend], inputs: Properties) -> list[CheckFailure]:
        """What the provider as a whole refuses (a preview feature that is not enabled, say)."""
        _ = adapter, inputs
        return []
