"""What the Pulumi engine asks of a plugin, as plain calls: for tests without the engine."""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from local_cloud.providers.adapter import Backend
from local_cloud.providers.plugin import start
from local_cloud.providers.properties import Path, decode, encode
from local_cloud.providers.protocol import provider_pb2, provider_pb2_grpc
from local_cloud.providers.provider import Provider
from local_cloud.providers.values import Properties


class CheckFailedError(Exception):
    """The plugin found fault with inputs; `reasons` maps properties to what is wrong."""

    def __init__(self, reasons: dict[str, str]) -> None:
        self.reasons = reasons
        super().__init__(str(reasons))


@dataclass(frozen=True, kw_only=True)
class Managed:
    """A resource as the engine's state holds it."""

    urn: str
    id: str
    inputs: Properties
    state: Properties


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The answer of a diff."""

    changed: frozenset[str]
    replaces: frozenset[str]
    delete_before_replace: bool


class Engine:
    """Drives one plugin, served in this process, over its real protocol."""

    def __init__(self, provider: Provider[Backend], configuration: Properties) -> None:
        self._server, port = start(provider)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.configure(configuration)

    def close(self) -> None:
        """Stop the plugin."""
        self._channel.close()
        self._server.stop(grace=None)

    def configure(self, configuration: Properties) -> None:
        """Check and configure the provider."""
        news = encode(configuration)
        checked = self.stub.CheckConfig(provider_pb2.CheckRequest(news=news))
        if checked.failures:
            raise CheckFailedError({item.property: item.reason for item in checked.failures})
        self.stub.Configure(provider_pb2.ConfigureRequest(args=news))

    def invoke(self, token: str, arguments: Properties | None = None) -> Properties:
        """Call a function."""
        request = provider_pb2.InvokeRequest(tok=token, args=encode(arguments or {}))
        return decode(getattr(self.stub.Invoke(request), "return")).values

    def check(
        self, urn: str, inputs: Properties, old: Properties | None = None, *, seed: bytes = b"seed"
    ) -> Properties:
        """The checked inputs; an error with the reasons when they are refused."""
        request = provider_pb2.CheckRequest(
            urn=urn, olds=encode(old or {}), news=encode(inputs), randomSeed=seed
        )
        answer = self.stub.Check(request)
        if answer.failures:
            raise CheckFailedError({item.property: item.reason for item in answer.failures})
        return decode(answer.inputs).values

    def preview(self, urn: str, inputs: Properties) -> Properties:
        """The state that a create would lead to."""
        request = provider_pb2.CreateRequest(urn=urn, properties=encode(inputs), preview=True)
        return decode(self.stub.Create(request).properties).values

    def create(
        self, urn: str, inputs: Properties, secrets: frozenset[Path] = frozenset()
    ) -> Managed:
        """Make the resource."""
        request = provider_pb2.CreateRequest(urn=urn, properties=encode(inputs, secrets))
        made = self.stub.Create(request)
        state = decode(made.properties).values
        return Managed(urn=urn, id=made.id, inputs=inputs, state=state)

    def diff(self, managed: Managed, inputs: Properties) -> Changes:
        """What changing the inputs would do."""
        request = provider_pb2.DiffRequest(
            urn=managed.urn,
            id=managed.id,
            olds=encode(managed.state),
            news=encode(inputs),
            old_inputs=encode(managed.inputs),
        )
        answer = self.stub.Diff(request)
        return Changes(
            changed=frozenset(answer.diffs),
            replaces=frozenset(path.split(".")[0].split("[")[0] for path in answer.replaces),
            delete_before_replace=answer.deleteBeforeReplace,
        )

    def read(self, managed: Managed) -> Managed | None:
        """The resource after a refresh; None when it is gone."""
        request = provider_pb2.ReadRequest(
            urn=managed.urn,
            id=managed.id,
            properties=encode(managed.state),
            inputs=encode(managed.inputs),
        )
        answer = self.stub.Read(request)
        if not answer.id:
            return None
        return Managed(
            urn=managed.urn,
            id=answer.id,
            inputs=decode(answer.inputs).values,
            state=decode(answer.properties).values,
        )

    def adopt(self, urn: str, identity: str) -> Managed | None:
        """The resource as an import finds it: by its id alone."""
        return self.read(Managed(urn=urn, id=identity, inputs={}, state={}))

    def update(self, managed: Managed, inputs: Properties, *, preview: bool = False) -> Managed:
        """Change the resource in place."""
        request = provider_pb2.UpdateRequest(
            urn=managed.urn,
            id=managed.id,
            olds=encode(managed.state),
            news=encode(inputs),
            old_inputs=encode(managed.inputs),
            preview=preview,
        )
        state = decode(self.stub.Update(request).properties).values
        return Managed(urn=managed.urn, id=managed.id, inputs=inputs, state=state)

    def delete(self, managed: Managed) -> None:
        """Remove the resource."""
        request = provider_pb2.DeleteRequest(
            urn=managed.urn,
            id=managed.id,
            properties=encode(managed.state),
            old_inputs=encode(managed.inputs),
        )
        self.stub.Delete(request)


def urn_of(resource_type: str, name: str = "subject") -> str:
    """The URN of a resource in the tests' stack."""
    return f"urn:pulumi:test::tarn::{resource_type}::{name}"
