"""Quicker ways through moto's slowest code, with the same results.

Measured on one conditional UpdateItem of ten attributes: 12 ms of CPU before, 4 ms after. A file's
way through the ingestion takes two of them, and the whole local AWS shares one interpreter. A Scan
of 369 such items: 480 ms before, 20 ms after; half of the interpreter's time went there while
`tarn up` watched the ledger.
"""

from __future__ import annotations

import functools
import pickle
import time
from typing import Any, cast

from moto.core.model import StructureShape
from moto.core.serialize import (
    AttributePicker,
    AttributePickerContext,
    BaseJSONSerializer,
)
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator
from moto.sqs.models import Message, Queue

from local_cloud.aws.patching import replace
from local_cloud.aws.queues import held_messages

_original_make = UpdateExpressionParser.make
_count_actions = ActionCountValidator.verify_action_counts
_find_overlaps = OverlappingPathsValidator.check_for_overlapping_paths
_pick_from_any = AttributePicker.__call__
_write_structure = BaseJSONSerializer._serialize_type_structure


def install_speed() -> None:
    """Put the quicker ways in place; calling it again changes nothing."""
    replace(UpdateExpressionParser, "make", _parse_once)
    replace(DepthFirstTraverser, "traverse_node_recursively", _traverse)
    replace(ActionCountValidator, "traverse", _count_actions)
    replace(OverlappingPathsValidator, "traverse", _find_overlaps)
    replace(validators, "deepcopy", _copy_tree)
    replace(AttributePicker, "__call__", _pick)
    replace(BaseJSONSerializer, "_serialize_type_structure", _write_attribute_at_once)
    for name, read in (
        ("messages", _visible_messages),
        ("approximate_number_of_messages_not_visible", _count_hidden),
        ("approximate_number_of_messages_delayed", _count_delayed),
    ):
        replace(Queue, name, cast("Any", property(read)))


@functools.lru_cache(maxsize=512)
def _parse_once(expression: str) -> Node:
    """Callers copy the tree before they change it, so that one parse serves them all."""
    return _original_make(expression)


def _copy_tree(tree: object) -> object:
    """Copy by pickling, which is ten times quicker for a tree of small objects."""
    return pickle.loads(pickle.dumps(tree, pickle.HIGHEST_PROTOCOL))  # noqa: S301 - our own bytes


@functools.cache
def _is_wanted(kind: type, wanted: tuple[type, ...]) -> bool:
    return issubclass(kind, wanted)


@functools.cache
def _is_node(kind: type) -> bool:
    return issubclass(kind, Node)


def _traverse(traverser: DepthFirstTraverser, node: Any, child_id: int = -1) -> Any:  # noqa: ANN401 - moto's tree is untyped
    """Walk the tree as moto does, and decide by a node's class once instead of each time."""
    kind = type(node)
    if not _is_node(kind):
        return node
    parent = node.parent
    for index, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, index)
        _traverse(traverser, child, index)
    if _is_wanted(kind, _wanted_kinds(traverser)):
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


def _wanted_kinds(traverser: DepthFirstTraverser) -> tuple[type, ...]:
    kinds = _KINDS.get(type(traverser))
    if kinds is None:
        kinds = _KINDS[type(traverser)] = cast(
            "tuple[type, ...]", traverser.nodes_to_be_processed()
        )
    return kinds


_KINDS: dict[type, tuple[type, ...]] = {}


def _visible_messages(queue: Queue) -> list[Message]:
    """Look at the clock once, not twice for each message; moto asks all three on each send."""
    now = time.time() * 1000
    return [
        each for each in held_messages(queue) if now > each.visible_at and now >= each.delayed_until
    ]


def _count_hidden(queue: Queue) -> int:
    now = time.time() * 1000
    return sum(now <= each.visible_at for each in held_messages(queue))


def _count_delayed(queue: Queue) -> int:
    now = time.time() * 1000
    return sum(now < each.delayed_until for each in held_messages(queue))


def _pick(picker: AttributePicker, context: AttributePickerContext) -> object:
    """Look into a plain dict under names that are worked out once for each member of the model.

    They depend on the member and the class of the object only; moto works them out each time.
    """
    source = context.obj
    if type(source) is not dict or picker.response_transformers:
        return _pick_from_any(picker, context)
    source = cast("dict[str, object]", source)
    for name in _names_in_a_dict(picker, context):
        if name in source:
            return source[name]
    return None


def _names_in_a_dict(picker: AttributePicker, context: AttributePickerContext) -> tuple[str, ...]:
    shape = cast("Any", context.shape)
    if shape is None or not hasattr(shape, "parent"):
        return tuple(picker.get_possible_keys(context))
    known = cast("dict[object, tuple[str, ...]]", shape.__dict__.setdefault("_names_in_dicts", {}))
    key = (type(picker), context.key, shape.parent)
    names = known.get(key)
    if names is None:
        names = known[key] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    return names


def _write_attribute_at_once(
    serializer: BaseJSONSerializer,
    serialized: dict[str, Any],
    value: object,
    shape: StructureShape,
    key: str,
) -> None:
    """Take a string or number of DynamoDB as it is: it is kept in the form of the wire.

    Moto would ask it for each of the ten types that it could have.
    """
    if shape.name == "AttributeValue" and type(value) is dict and len(value) == 1:
        ((kind, content),) = cast("dict[str, object]", value).items()
        if kind in ("S", "N") and type(content) is str:
            serializer._default_serialize(serialized, {kind: content}, shape, key)
            return
    _write_structure(serializer, serialized, value, shape, key)
