"""What happens around an adapter: previews, replacement, naming, refresh, half-made objects."""

from __future__ import annotations

import pytest

from local_cloud.providers.adapter import stored_without_effect
from local_cloud.providers.checking import NameRequest
from local_cloud.providers.errors import (
    BackendRefusedError,
    HalfCreatedError,
    ResourceMissingError,
    UnknownTypeError,
)
from local_cloud.providers.lifecycle import Lifecycle
from local_cloud.providers.values import UNKNOWN, Properties
from tests.unit.providers.fake import BOX, Box, Shelf, Store

REQUEST = NameRequest(resource="box", seed=b"seed")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def boxes(store: Store) -> Lifecycle[Shelf]:
    return Lifecycle(store, BOX)


def test_an_unknown_type_is_named_with_the_nearest_one(store: Store) -> None:
    with pytest.raises(UnknownTypeError, match="fake:store/boxx:Boxx") as refusal:
        Lifecycle(store, "fake:store/boxx:Boxx")
    assert BOX in str(refusal.value)


def test_an_unknown_function_is_named(store: Store) -> None:
    with pytest.raises(UnknownTypeError, match="fake:store/sum:sum"):
        store.function("fake:store/sum:sum")


def test_checking_gives_a_name_and_runs_the_adapters_own_rules(boxes: Lifecycle[Shelf]) -> None:
    inputs, failures = boxes.check({}, {"colour": "blue"}, REQUEST)
    assert failures == []
    assert str(inputs["name"]).startswith("box-")
    _, failures = boxes.check({}, {"colour": "red", "size": 13}, REQUEST)
    assert [failure.reason for failure in failures] == ["13 is never red"]


def test_a_preview_touches_no_backend(store: Store, boxes: Lifecycle[Shelf]) -> None:
    state = boxes.preview_create({"name": "a", "colour": "red"})
    assert (state["address"], state["colour"], state["size"]) == (UNKNOWN, "red", 1)
    assert store.shelf == {}


def test_creating_fills_in_defaults_and_reads_back(store: Store, boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a", "colour": "red", "weather": "wet"})
    assert store.shelf["a"]["size"] == 1
    assert live.state["address"] == "shelf/a"
    assert live.state["voltage"] == 230
    assert live.state["weather"] == "wet"
    assert "password" not in live.state


def test_a_failing_create_leaves_nothing_in_the_state(boxes: Lifecycle[Shelf]) -> None:
    boxes.create({"name": "a"})
    with pytest.raises(BackendRefusedError, match="AlreadyExists"):
        boxes.create({"name": "a"})


def test_an_object_that_cannot_be_read_back_is_kept(boxes: Lifecycle[Shelf]) -> None:
    with pytest.raises(HalfCreatedError, match="nobody may look") as half:
        boxes.create({"name": "unreadable"})
    assert half.value.identity == "unreadable"


def test_a_refresh_finds_drift_and_absence(store: Store, boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a", "colour": "red"})
    store.shelf["a"]["colour"] = "blue"
    store.shelf["a"]["voltage"] = 110
    found = boxes.read("a", live.inputs, live.state)
    assert found is not None
    assert found.inputs == {"name": "a", "colour": "blue"}
    assert found.state["voltage"] == 110
    del store.shelf["a"]
    assert boxes.read("a", live.inputs, live.state) is None


def test_an_object_without_inputs_is_refreshed_and_not_imported(boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a"})
    found = boxes.read("a", {}, live.state)
    assert found is not None
    assert "voltage" not in found.inputs


def test_an_import_reads_all_inputs(boxes: Lifecycle[Shelf]) -> None:
    boxes.create({"name": "a", "colour": "red"})
    found = boxes.read("a", {}, {})
    assert found is not None
    assert found.inputs == {"name": "a", "colour": "red", "voltage": 230}


def test_updating_keeps_what_the_service_chose(store: Store, boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a", "colour": "red"})
    state = boxes.update("a", live.inputs, {"name": "a", "size": 4}, live.state)
    assert store.shelf["a"] == {"name": "a", "size": 4, "tags": {}, "voltage": 230}
    assert (state["address"], state["size"]) == ("shelf/a", 4)
    assert "colour" not in state


def test_updating_what_is_gone_says_what_to_do(store: Store, boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a"})

    class Vanishing(Box):
        def update(
            self, backend: Shelf, identity: str, old: Properties, new: Properties
        ) -> Properties | None:
            backend.clear()
            return None

    store.adapters[BOX] = Vanishing()
    with pytest.raises(ResourceMissingError, match="pulumi refresh"):
        Lifecycle(store, BOX).update("a", live.inputs, {"name": "a", "size": 2}, live.state)


def test_the_preview_of_an_update_keeps_what_cannot_change(boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a"})
    state = boxes.preview_update(live.state, {"name": "a", "size": 3})
    assert (state["address"], state["revision"], state["size"]) == ("shelf/a", UNKNOWN, 3)


@pytest.mark.parametrize(
    ("old", "new", "replaces", "before"),
    [
        ({"name": "a"}, {"name": "b"}, ("name",), False),
        ({"name": "a", "size": 1}, {"name": "a", "size": 99}, ("size",), True),
        ({"name": "box-abcdef0"}, {"name": "box-abcdef0", "size": 99}, ("size",), False),
        ({"name": "a", "size": 1}, {"name": "a", "size": 2}, (), False),
        (
            {"name": "a", "lid": {"material": "oak"}},
            {"name": "a", "lid": {"material": "ash"}},
            ("lid.material",),
            True,
        ),
    ],
    ids=["another name", "same given name", "same made-up name", "in place", "nested"],
)
def test_two_objects_never_need_one_name_at_once(
    boxes: Lifecycle[Shelf],
    old: Properties,
    new: Properties,
    replaces: tuple[str, ...],
    before: bool,
) -> None:
    found = boxes.diff(old, new, "box")
    assert (found.replaces, found.delete_before_replace) == (replaces, before)


def test_deleting_twice_is_no_error(store: Store, boxes: Lifecycle[Shelf]) -> None:
    live = boxes.create({"name": "a"})
    boxes.delete("a", live.inputs, live.state)
    boxes.delete("a", live.inputs, live.state)
    assert store.shelf == {}


def test_what_has_no_effect_is_listed() -> None:
    assert stored_without_effect([Box()]) == {BOX: ("weather",)}
