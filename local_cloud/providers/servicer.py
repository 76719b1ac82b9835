# ruff: noqa: N802 - the engine's protocol names the methods
"""The engine's side of a plugin: the gRPC calls, turned into questions to a Lifecycle.

Written on the raw service because the SDK's provider class drops archive hashes, gives no old
inputs, and serves one call at a time.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Generic

import grpc
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.empty_pb2 import Empty

from local_cloud.local_state import StateBinding, StateRefusedError
from local_cloud.providers.adapter import Backend, CheckFailure
from local_cloud.providers.checking import NameRequest
from local_cloud.providers.differences import Change, ChangeKind, compare
from local_cloud.providers.errors import (
    BackendRefusedError,
    HalfCreatedError,
    ProviderError,
    adoption,
)
from local_cloud.providers.lifecycle import Lifecycle
from local_cloud.providers.properties import Decoded, Path, decode, encode
from local_cloud.providers.protocol import (
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
from local_cloud.providers.provider import Provider
from local_cloud.providers.values import Properties

_KINDS = {
    (ChangeKind.ADD, False): provider_pb2.PropertyDiff.ADD,
    (ChangeKind.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (ChangeKind.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (ChangeKind.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (ChangeKind.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (ChangeKind.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}
_DETAILS_HEADER = "grpc-status-details-bin"


class Servicer(provider_pb2_grpc.ResourceProviderServicer, Generic[Backend]):
    """Serves one provider to the engine. Calls run concurrently."""

    def __init__(self, provider: Provider[Backend], binding: StateBinding | None = None) -> None:
        self._provider = provider
        self._binding = binding

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._provider.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        schema = {"name": self._provider.name, "version": self._provider.version}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        # Every call to the backend is short and bounded, so there is nothing to interrupt: the
        # engine waits for the calls under way and saves what they made.
        return Empty()

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        failures = self._provider.check_configuration(decode(request.news).values)
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(failures))

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        old, new = decode(request.old_inputs).values, decode(request.news).values
        return _diff_response(compare(old, new, self._provider.configuration))

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        with _reporting(context, f"provider {self._provider.name}"):
            if self._binding is not None:
                self._binding.check()
            self._provider.configure(decode(request.args).values)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        arguments = decode(request.args)
        result: Properties = {}
        with _reporting(context, request.tok):
            function = self._provider.function(request.tok)
            backend = self._provider.backend(arguments.values)
            result = function(backend, arguments.values)
        response = provider_pb2.InvokeResponse()
        # `return` is a keyword of Python, so the field can only be reached by name.
        getattr(response, "return").CopyFrom(encode(result))
        return response

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        old, new = decode(request.olds), decode(request.news)
        with _reporting(context, request.urn):
            inputs, failures = self._lifecycle(request.urn).check(
                old.values, new.values, _name_request(request)
            )
            encoded = encode(inputs, new.secrets)
            return provider_pb2.CheckResponse(inputs=encoded, failures=_failures(failures))
        return provider_pb2.CheckResponse()

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        old, new = decode(request.old_inputs), decode(request.news)
        state = decode(request.olds)
        with _reporting(context, request.urn):
            difference = self._lifecycle(request.urn).diff(
                old.values, new.values, _resource_name(request.urn), state.values
            )
            response = _diff_response(list(difference.changes))
            response.replaces.extend(difference.replaces)
            response.deleteBeforeReplace = difference.delete_before_replace
            return response
        return provider_pb2.DiffResponse()

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        inputs = decode(request.properties)
        lifecycle = None
        with _reporting(context, request.urn, inputs):
            lifecycle = self._lifecycle(request.urn)
            if request.preview:
                state = lifecycle.preview_create(inputs.values)
                secrets = self._secrets(request.urn, inputs)
                return provider_pb2.CreateResponse(properties=encode(state, secrets))
            if self._binding is not None:
                self._binding.claim()
            live = lifecycle.create(inputs.values)
            secrets = self._secrets(request.urn, inputs)
            return provider_pb2.CreateResponse(id=live.id, properties=encode(live.state, secrets))
        return provider_pb2.CreateResponse()

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        inputs, state = decode(request.inputs), decode(request.properties)
        with _reporting(context, request.urn):
            live = self._lifecycle(request.urn).read(request.id, inputs.values, state.values)
            if live is not None:
                secrets = self._secrets(request.urn, inputs, state)
                return provider_pb2.ReadResponse(
                    id=live.id,
                    inputs=encode(live.inputs, secrets),
                    properties=encode(live.state, secrets),
                )
        return provider_pb2.ReadResponse()

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        old, new = decode(request.old_inputs), decode(request.news)
        state = decode(request.olds)
        with _reporting(context, request.urn):
            lifecycle = self._lifecycle(request.urn)
            if request.preview:
                changed = lifecycle.preview_update(state.values, new.values)
            else:
                changed = lifecycle.update(request.id, old.values, new.values, state.values)
            secrets = self._secrets(request.urn, new)
            return provider_pb2.UpdateResponse(properties=encode(changed, secrets))
        return provider_pb2.UpdateResponse()

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        inputs, state = decode(request.old_inputs), decode(request.properties)
        with _reporting(context, request.urn):
            self._lifecycle(request.urn).delete(request.id, inputs.values, state.values)
        return Empty()

    def Construct(
        self, request: provider_pb2.ConstructRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConstructResponse:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the local {self._provider.name} provider has no component {request.type!r}: build it"
            " from plain resources in the program",
        )

    def Call(
        self, request: provider_pb2.CallRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CallResponse:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the local {self._provider.name} provider has no method {request.tok!r}: use the"
            " resource's outputs instead",
        )

    def _lifecycle(self, urn: str) -> Lifecycle[Backend]:
        return Lifecycle(self._provider, _resource_type(urn))

    def _secrets(self, urn: str, *marked: Decoded) -> frozenset[Path]:
        """The properties to wrap: those given as secrets, and those that always are."""
        adapter = self._provider.adapter(_resource_type(urn))
        always = {(name,) for name, spec in adapter.inputs.items() if spec.secret}
        secrets = always.union(*(decoded.secret_names() for decoded in marked))
        derived = self._provider.derived_outputs.items()
        return frozenset(secrets | {(output,) for output, given in derived if (given,) in secrets})


def _resource_type(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _resource_name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _name_request(request: provider_pb2.CheckRequest) -> NameRequest:
    options = request.autonaming
    return NameRequest(
        resource=_resource_name(request.urn),
        seed=request.randomSeed,
        proposed=options.proposed_name,
        disabled=options.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE,
    )


def _failures(failures: list[CheckFailure]) -> list[provider_pb2.CheckFailure]:
    return [
        provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
        for failure in failures
    ]


def _diff_response(changes: list[Change]) -> provider_pb2.DiffResponse:
    some = provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some,
        hasDetailedDiff=True,
        diffs=sorted({change.name for change in changes}),
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(
                kind=_KINDS[change.kind, change.replace], inputDiff=True
            )
            for change in changes
        },
    )


@contextmanager
def _reporting(
    context: grpc.ServicerContext, subject: str, inputs: Decoded | None = None
) -> Generator[None, None, None]:
    """Give the engine an error it can show: what failed, on which resource, and the cause."""
    try:
        yield
    except HalfCreatedError as error:
        details = _half_created(error, inputs)
        context.set_trailing_metadata(((_DETAILS_HEADER, details.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, f"{subject}: {error}")
    except BackendRefusedError as error:
        place = (_resource_type(subject), _resource_name(subject)) if inputs is not None else ()
        advice = adoption(error.code, *place) if place else ""
        context.abort(grpc.StatusCode.UNKNOWN, f"{subject}: {error}{advice}")
    except (ProviderError, StateRefusedError) as error:
        context.abort(grpc.StatusCode.UNKNOWN, f"{subject}: {error}")


def _half_created(error: HalfCreatedError, inputs: Decoded | None) -> status_pb2.Status:
    """The detail that makes the engine keep the object in the state, marked as incomplete."""
    given = encode(inputs.values, inputs.secrets) if inputs is not None else None
    failure = provider_pb2.ErrorResourceInitFailed(
        id=error.identity, properties=given, inputs=given, reasons=[str(error)]
    )
    packed = PackedMessage()
    packed.Pack(failure)
    code = grpc.StatusCode.UNKNOWN.value[0]
    return status_pb2.Status(code=code, message=str(error), details=[packed])
