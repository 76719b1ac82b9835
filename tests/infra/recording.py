"""The one recording Pulumi mock: runs a program and keeps every registration as data.

It proves what the program asks of the engine. It cannot prove that AWS or Snowflake accept it;
tests/e2e deploys the same program for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pulumi
from pulumi.runtime import mocks, rpc
from pulumi.runtime.stack import Stack

from tests.infra.computed_outputs import computed_outputs

if TYPE_CHECKING:
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import resource_pb2

ACCOUNT_ID = "123456789012"
REGION = "eu-central-1"
PARTITION = "aws"

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One resource as the program registered it."""

    type: str
    name: str
    urn: str
    parent: str
    inputs: Data
    custom: bool
    protect: bool
    retain_on_delete: bool
    ignore_changes: tuple[str, ...]
    dependencies: frozenset[str]
    property_dependencies: Mapping[str, tuple[str, ...]]
    """By input, the URNs of the resources whose outputs went into it."""
    delete_before_replace: bool
    replace_on_changes: tuple[str, ...]


@dataclass(kw_only=True)
class Recording:
    """Everything that one run of a program registered, invoked and exported."""

    registrations: list[Registration] = field(default_factory=list[Registration])
    invokes: list[tuple[str, Data]] = field(default_factory=list[tuple[str, Data]])
    outputs: dict[str, Data] = field(default_factory=dict[str, Data])
    """Registered outputs by URN of the component."""
    exports: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the stack exports."""

    def of_type(self, type_token: str) -> list[Registration]:
        """Return the resources of a type, in the order of their registration."""
        return [each for each in self.registrations if each.type == type_token]

    def only(self, type_token: str, name: str | None = None) -> Registration:
        """Return the one resource of a type (and a name); fail when there is another number."""
        found = [each for each in self.of_type(type_token) if name in (None, each.name)]
        names = [each.name for each in found]
        assert len(found) == 1, f"expected one {type_token} {name or ''}, found {names}"
        return found[0]

    def children(self, component: Registration) -> set[tuple[str, str]]:
        """Return type and name of each resource whose parent is the component."""
        return {
            (each.type, each.name) for each in self.registrations if each.parent == component.urn
        }


class RecordingMocks(mocks.Mocks):
    """Answers like a provider: the inputs, plus what a provider would compute."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._trust_by_role: dict[str, str] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        inputs = cast("dict[str, Any]", args.inputs)
        computed = computed_outputs(args.typ, args.name, inputs, ACCOUNT_ID, REGION)
        if args.typ == "aws:iam/role:Role":
            self._trust_by_role[inputs["name"]] = inputs["assumeRolePolicy"]
        return f"{args.name}-id", {**computed, **inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]]]:
        self._recording.invokes.append((args.token, cast("Data", args.args)))
        if args.token == "aws:iam/getRole:getRole":
            return self._role(cast("str", cast("Data", args.args)["name"])), []
        return _invoke_result(args.token), []

    def _role(self, name: str) -> dict[Any, Any]:
        """A role that was created long ago, so that nothing waits for it."""
        return {
            "id": name,
            "name": name,
            "assumeRolePolicy": self._trust_by_role[name],
            "createDate": "2020-01-01T00:00:00Z",
        }


class RecordingMonitor(mocks.MockMonitor):
    """Keeps what the mocks are not told: parents, protection, dependencies."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(RecordingMocks(recording))
        self._recording = recording

    def RegisterResource(  # noqa: N802 the name is the engine's
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self._recording.registrations.append(
                Registration(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    parent=request.parent,
                    inputs=cast("Data", rpc.deserialize_properties(request.object)),
                    custom=request.custom,
                    protect=request.protect,
                    retain_on_delete=request.retainOnDelete,
                    ignore_changes=tuple(request.ignoreChanges),
                    dependencies=frozenset(request.dependencies),
                    property_dependencies={
                        name: tuple(sources.urns)
                        for name, sources in request.propertyDependencies.items()
                    },
                    delete_before_replace=request.deleteBeforeReplace,
                    replace_on_changes=tuple(request.replaceOnChanges),
                )
            )
        return response

    def RegisterResourceOutputs(  # noqa: N802 the name is the engine's
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        outputs = cast("Data", rpc.deserialize_properties(request.outputs))
        self._recording.outputs[request.urn] = outputs
        return super().RegisterResourceOutputs(request)


def record(
    program: Callable[[], object],
    *,
    config: Mapping[str, str] | None = None,
    stack: str = "test",
) -> Recording:
    """Run a program under the mock until every resource and every apply is through."""
    recording = Recording()
    pulumi.runtime.set_all_config(dict(config or {}))
    pulumi.runtime.set_mocks(
        RecordingMocks(recording),
        project="tarn",
        stack=stack,
        preview=False,
        monitor=RecordingMonitor(recording),
    )

    def run() -> pulumi.Output[None]:
        program()
        root = pulumi.runtime.get_root_resource()
        exported = root.outputs if isinstance(root, Stack) else {}
        return pulumi.Output.from_input(exported).apply(recording.exports.update)

    pulumi.runtime.test(run)()
    return recording


def _invoke_result(token: str) -> dict[str, str]:
    match token:
        case "aws:index/getCallerIdentity:getCallerIdentity":
            return {"id": ACCOUNT_ID, "accountId": ACCOUNT_ID, "arn": "", "userId": ""}
        case "aws:index/getRegion:getRegion":
            return {"id": REGION, "region": REGION, "name": REGION}
        case "aws:index/getPartition:getPartition":
            return {"id": PARTITION, "partition": PARTITION, "dnsSuffix": "amazonaws.com"}
        case _:
            message = f"{token} is not known to tests/infra/recording.py: say what it answers"
            raise LookupError(message)
