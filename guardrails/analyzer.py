"""The engine's protocol for policies, in the pack's terms.

On the raw protocol: the SDK's own server reads a resource's properties anew for each of sixty
policies, which is two seconds of every preview and grows with the stack (docs/adr/0120).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2
from pulumi_policy import proxy as sentinels

from guardrails.pack import NAME, Guardrails, Policy, Report
from guardrails.resources import UNKNOWN, Resource, Stack
from guardrails.rule import Severity

VERSION: Final = "1.0.0"
LARGEST_MESSAGE_BYTES: Final = 400 * 1024 * 1024
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN_TEXTS: Final = frozenset(
    value for name, value in vars(sentinels).items() if name.startswith("UNKNOWN_")
)
_LEVELS: Final = {
    Severity.MANDATORY: analyzer_pb2.MANDATORY,
    Severity.ADVISORY: analyzer_pb2.ADVISORY,
}


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """Answers the engine. Names of methods and fields are the protocol's."""

    def __init__(self, pack: Guardrails) -> None:
        self._pack = pack
        self._levels = {policy.name: _LEVELS[policy.severity] for policy in pack.policies.values()}

    def GetAnalyzerInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        return analyzer_pb2.AnalyzerInfo(
            name=NAME,
            version=VERSION,
            supportsConfig=True,
            policies=[_info(policy) for policy in self._pack.policies.values()],
        )

    def GetPluginInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Configure(  # noqa: N802
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take the levels of `--policy-pack-config`, which may switch a rule off."""
        for name, given in request.policyConfig.items():
            self._levels[name] = given.enforcementLevel
        return empty_pb2.Empty()

    def ConfigureStack(  # noqa: N802
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        resource = Resource(
            given=plain(request.properties),
            urn=request.urn,
            type=request.type,
            protected=request.options.protect,
        )
        return self._answer(self._pack.of_resource(resource))

    def AnalyzeStack(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        resources = [_resource(one) for one in request.resources]
        return self._answer(self._pack.of_stack(Stack(resources=resources, day=self._pack.day)))

    def Remediate(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Rules tell people what to do; they change nothing themselves."""
        return analyzer_pb2.RemediateResponse()

    def _answer(self, reports: Iterable[Report]) -> analyzer_pb2.AnalyzeResponse:
        return analyzer_pb2.AnalyzeResponse(
            diagnostics=[
                analyzer_pb2.AnalyzeDiagnostic(
                    policyName=report.policy.name,
                    policyPackName=NAME,
                    policyPackVersion=VERSION,
                    description=report.policy.summary,
                    message=f"{report.policy.summary}\n{report.message}",
                    enforcementLevel=level,
                    urn=report.urn,
                )
                for report in reports
                if (level := self._levels[report.policy.name]) != analyzer_pb2.DISABLED
            ]
        )


def serve(pack: Guardrails) -> None:
    """Answer the engine until it ends this process. The port goes to standard output."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", LARGEST_MESSAGE_BYTES)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(pack), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Event().wait()


def _info(policy: Policy) -> analyzer_pb2.PolicyInfo:
    kind = (
        analyzer_pb2.POLICY_TYPE_STACK if policy.about_stacks else analyzer_pb2.POLICY_TYPE_RESOURCE
    )
    return analyzer_pb2.PolicyInfo(
        name=policy.name,
        description=policy.summary,
        enforcementLevel=_LEVELS[policy.severity],
        policy_type=kind,
        remediation_steps=policy.fix,
        url=policy.source,
    )


def _resource(one: analyzer_pb2.AnalyzerResource) -> Resource:
    return Resource(
        given=plain(one.properties),
        urn=one.urn,
        type=one.type,
        protected=one.options.protect,
        refers_to={name: list(given.urns) for name, given in one.propertyDependencies.items()},
    )


def plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Turn the engine's properties into plain values, with UNKNOWN for what it does not know."""
    return cast("dict[str, Any]", _plain(json_format.MessageToDict(properties)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever the engine sends
    if isinstance(value, str):
        return UNKNOWN if value in _UNKNOWN_TEXTS else value
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[Any]", value)]
    if not isinstance(value, Mapping):
        return value
    fields = cast("Mapping[str, Any]", value)
    if _SIGNATURE in fields and "value" in fields:
        # A secret, or an output with what is known of it: rules look at the value inside.
        return _plain(fields["value"])
    if fields.get(_SIGNATURE) == _OUTPUT_SIGNATURE:
        return UNKNOWN
    return {name: _plain(one) for name, one in fields.items()}
