"""What the engine hears over the wire: secrets, errors, previews, names, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from local_cloud.providers.properties import decode, encode
from local_cloud.providers.protocol import provider_pb2, status_pb2
from tests.functional.providers.engine import CheckFailedError, Engine, Managed, urn_of
from tests.unit.providers.fake import BOX, Store

URN = urn_of(BOX, "box")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def boxes(store: Store) -> Iterator[Engine]:
    engine = Engine(store, {"region": "us-east-1"})
    yield engine
    engine.close()


def _create(engine: Engine, **marked: object) -> provider_pb2.CreateResponse:
    secrets = frozenset((name,) for name in marked)
    inputs = {"name": "a", **{name: str(value) for name, value in marked.items()}}
    request = provider_pb2.CreateRequest(urn=URN, properties=encode({**inputs}, secrets))
    return engine.stub.Create(request)


def test_what_is_secret_in_the_program_is_secret_in_the_state(boxes: Engine) -> None:
    made = decode(_create(boxes, colour="red").properties)
    assert made.values["colour"] == "red"
    assert ("colour",) in made.secrets


def test_what_always_is_a_secret_needs_no_mark(boxes: Engine) -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=encode({"name": "a", "password": "p"}))
    assert ("password",) in decode(boxes.stub.Create(request).properties).secrets


def test_what_is_made_of_a_secret_is_secret(boxes: Engine) -> None:
    properties = encode({"name": "a", "tags": {"k": "v"}}, frozenset({("tags", "k")}))
    made = boxes.stub.Create(provider_pb2.CreateRequest(urn=URN, properties=properties))
    assert {("tags",), ("tagsAll",)} <= decode(made.properties).secrets


def test_checked_inputs_keep_their_secrets(boxes: Engine) -> None:
    news = encode({"colour": "red"}, frozenset({("colour",)}))
    answer = boxes.stub.Check(provider_pb2.CheckRequest(urn=URN, news=news))
    assert decode(answer.inputs).secrets == {("colour",)}


def test_an_unknown_input_is_a_failure_of_that_property(boxes: Engine) -> None:
    with pytest.raises(CheckFailedError) as failed:
        boxes.check(URN, {"color": "red"})
    assert "'colour'" in failed.value.reasons["color"]


def test_an_unknown_type_fails_under_its_urn(boxes: Engine) -> None:
    urn = urn_of("fake:store/crate:Crate")
    with pytest.raises(grpc.RpcError) as failed:
        boxes.check(urn, {})
    details = _details(failed.value)
    assert urn in details
    assert "'fake:store/crate:Crate'" in details


def test_a_backends_refusal_names_the_call_the_code_and_the_resource(boxes: Engine) -> None:
    boxes.create(URN, {"name": "a"})
    with pytest.raises(grpc.RpcError) as failed:
        boxes.create(URN, {"name": "a"})
    assert _details(failed.value) == f"{URN}: store:put_box: AlreadyExists: a is taken"


def test_a_half_made_object_reaches_the_state(boxes: Engine, store: Store) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        boxes.create(URN, {"name": "unreadable", "colour": "red"})
    kept = _kept(failed.value)
    assert kept.id == "unreadable"
    assert decode(kept.inputs).values == {"name": "unreadable", "colour": "red"}
    assert "nobody may look" in kept.reasons[0]
    assert "unreadable" in store.shelf


def test_functions_are_answered_and_unknown_ones_named(boxes: Engine) -> None:
    boxes.create(URN, {"name": "a"})
    assert boxes.invoke("fake:store/count:count") == {"count": 1}
    with pytest.raises(grpc.RpcError, match="fake:store/sum:sum"):
        boxes.invoke("fake:store/sum:sum")


def test_an_unknown_configuration_key_is_a_failure(boxes: Engine) -> None:
    with pytest.raises(CheckFailedError) as failed:
        boxes.configure({"regoin": "x"})
    assert list(failed.value.reasons) == ["regoin"]


def test_changing_the_configuration_replaces_nothing(boxes: Engine) -> None:
    request = provider_pb2.DiffRequest(
        old_inputs=encode({"region": "a"}), news=encode({"region": "b"})
    )
    answer = boxes.stub.DiffConfig(request)
    assert (list(answer.diffs), list(answer.replaces)) == (["region"], [])


def test_the_preview_of_an_update_changes_nothing(boxes: Engine, store: Store) -> None:
    made = boxes.create(URN, {"name": "a"})
    seen = boxes.update(made, {"name": "a", "size": 2}, preview=True)
    assert seen.state["size"] == 2
    assert store.shelf["a"]["size"] == 1


def test_reading_what_is_gone_gives_nothing(boxes: Engine) -> None:
    assert boxes.read(Managed(urn=URN, id="gone", inputs={"name": "gone"}, state={})) is None


def test_components_and_methods_are_refused_by_name(boxes: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="fake:store:Shelf"):
        boxes.stub.Construct(provider_pb2.ConstructRequest(type="fake:store:Shelf"))
    with pytest.raises(grpc.RpcError, match="fake:store/box:Box/open"):
        boxes.stub.Call(provider_pb2.CallRequest(tok="fake:store/box:Box/open"))


def test_the_plugin_says_what_it_can(boxes: Engine) -> None:
    shaken = boxes.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="x"))
    assert (shaken.accept_secrets, shaken.supports_autonaming_configuration) == (True, True)
    schema = boxes.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
    assert '"fake"' in schema


def _details(error: grpc.RpcError) -> str:
    return str(_call(error).details())


def _kept(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed:
    metadata = dict(_call(error).trailing_metadata())
    status = status_pb2.Status()
    status.ParseFromString(metadata["grpc-status-details-bin"])
    failure = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failure)
    return failure


def _call(error: grpc.RpcError) -> Any:  # noqa: ANN401 - a raised call has the client's methods too
    return error
