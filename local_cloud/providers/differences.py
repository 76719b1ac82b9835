"""Comparing inputs the way a provider does: by meaning, not by text.

Two questions are answered: what differs between old and new inputs (with paths and whether a
difference forces replacement), and what the inputs of a refreshed object are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

from local_cloud.providers.adapter import Input
from local_cloud.providers.values import Archive, Asset, Properties, Unknown, Value

_PLAIN = Input()


class ChangeKind(Enum):
    """What happened to the value at a path."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference. `path` is spelt as the engine spells property paths."""

    path: str
    kind: ChangeKind
    replace: bool

    @property
    def name(self) -> str:
        """The top-level input the change is in."""
        return self.path.split(".", 1)[0].split("[", 1)[0]


def compare(old: Properties, new: Properties, specs: Mapping[str, Input]) -> list[Change]:
    """All differences between two sets of inputs; absent and default are the same."""
    return list(_compare_fields(old, new, specs, "", replace=False))


def _spec(specs: Mapping[str, Input] | None, name: str) -> Input:
    return specs.get(name, _PLAIN) if specs is not None else _PLAIN


def _compare_fields(
    old: Properties,
    new: Properties,
    specs: Mapping[str, Input] | None,
    prefix: str,
    *,
    replace: bool,
) -> Iterable[Change]:
    for name in sorted(old.keys() | new.keys()):
        spec = _spec(specs, name)
        if spec.computed and name not in new:
            continue  # what the service has chosen, or was given once, stays
        if spec.create_only:
            continue
        path = _join(prefix, name)
        if spec.unset_replaces and name in old and name not in new:
            yield Change(path=path, kind=ChangeKind.DELETE, replace=True)
            continue
        before = old.get(name, spec.default)
        after = new.get(name, spec.default)
        for change in _compare(before, after, spec, path, replace=replace or spec.replace):
            kind = change.kind
            if change.path == path and kind is ChangeKind.UPDATE:
                kind = _kind(name in old, name in new)
            yield Change(path=change.path, kind=kind, replace=change.replace)


def _kind(before: bool, after: bool) -> ChangeKind:
    if before and after:
        return ChangeKind.UPDATE
    return ChangeKind.ADD if after else ChangeKind.DELETE


def _join(prefix: str, name: str) -> str:
    plain = name.replace("_", "a").replace("-", "a").isalnum()
    segment = name if plain else f'["{name}"]'
    if not prefix:
        return segment
    return f"{prefix}.{segment}" if plain else f"{prefix}{segment}"


def _compare(
    before: Value, after: Value, spec: Input, path: str, *, replace: bool
) -> Iterable[Change]:
    if equivalent(before, after, spec):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_fields(before, after, spec.fields, path, replace=replace)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _compare_lists(before, after, spec, path, replace=replace)
    else:
        kind = _kind(before is not None, after is not None)
        yield Change(path=path, kind=kind, replace=replace or _holds_replacing(before, after, spec))


def _holds_replacing(before: Value, after: Value, spec: Input) -> bool:
    """Whether a structure that comes or goes as a whole has a field that forces replacement."""
    present = after if before is None else before if after is None else None
    if not isinstance(present, dict) or spec.fields is None:
        return False
    return any(
        change.replace for change in _compare_fields({}, present, spec.fields, "", replace=False)
    )


def _compare_lists(
    before: list[Value], after: list[Value], spec: Input, path: str, *, replace: bool
) -> Iterable[Change]:
    if spec.unordered:
        gone, come = _unmatched(before, after, spec)
    else:
        gone, come = list(range(len(before))), list(range(len(after)))
    element = _element(spec)
    for position in range(max(len(gone), len(come))):
        if position >= len(come):
            where = f"{path}[{gone[position]}]"
            yield Change(path=where, kind=ChangeKind.DELETE, replace=replace)
        elif position >= len(gone):
            where = f"{path}[{come[position]}]"
            yield Change(path=where, kind=ChangeKind.ADD, replace=replace)
        else:
            where = f"{path}[{come[position]}]"
            old, new = before[gone[position]], after[come[position]]
            yield from _compare(old, new, element, where, replace=replace)


def _unmatched(before: list[Value], after: list[Value], spec: Input) -> tuple[list[int], list[int]]:
    """The positions on either side that have no equal on the other."""
    element = _element(spec)
    gone = list(range(len(before)))
    come: list[int] = []
    for index, value in enumerate(after):
        twin = next((at for at in gone if equivalent(before[at], value, element)), None)
        if twin is None:
            come.append(index)
        else:
            gone.remove(twin)
    return gone, come


def _element(spec: Input) -> Input:
    return Input(fields=spec.fields)


def equivalent(before: Value, after: Value, spec: Input) -> bool:
    """Whether two values mean the same to the service."""
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return False
    if spec.same is not None and before is not None and after is not None:
        return before == after or spec.same(before, after)
    if isinstance(before, Asset | Archive) and isinstance(after, Asset | Archive):
        return type(before) is type(after) and before.digest == after.digest
    if isinstance(before, dict) and isinstance(after, dict):
        return not any(True for _ in _compare_fields(before, after, spec.fields, "", replace=False))
    if isinstance(before, list) and isinstance(after, list):
        return _equivalent_lists(before, after, spec)
    if isinstance(before, str) and isinstance(after, str):
        return before == after or _same_document(before, after, spec)
    if _is_empty(before) and _is_empty(after):
        return True
    return _scalar(before) == _scalar(after)


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", [], {})


def _scalar(value: Value) -> Value:
    """Booleans and numbers as the strings that some fields carry them in."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value


def _equivalent_lists(before: list[Value], after: list[Value], spec: Input) -> bool:
    if len(before) != len(after):
        return False
    if spec.unordered:
        gone, come = _unmatched(before, after, spec)
        return not gone and not come
    element = _element(spec)
    return all(equivalent(old, new, element) for old, new in zip(before, after, strict=True))


def _same_document(before: str, after: str, spec: Input) -> bool:
    if spec.ignore_case:
        return before.lower() == after.lower()
    if not (spec.json or spec.policy):
        return False
    try:
        old, new = json.loads(before), json.loads(after)
    except ValueError:
        return False
    return _normal_policy(old) == _normal_policy(new) if spec.policy else old == new


def _normal_policy(document: object, key: str = "") -> object:
    """A policy document with what IAM reads alike spelt alike: one value or a list of one."""
    if isinstance(document, dict):
        fields = cast("dict[str, object]", document)
        return {name: _normal_policy(value, name) for name, value in fields.items()}
    if isinstance(document, list):
        listed = cast("list[object]", document)
        elements = [_normal_policy(item) if isinstance(item, dict) else item for item in listed]
        return sorted(elements, key=lambda item: json.dumps(item, sort_keys=True))
    return [document] if key not in ("Sid", "Effect", "Version", "Id") else document


def refreshed(given: Properties, live: Properties, specs: Mapping[str, Input]) -> Properties:
    """The inputs of an object after a refresh: the program's spelling where nothing drifted.

    Values that the program did not give appear only when they differ from a known default.
    """
    found: Properties = {}
    for name in specs:
        value = _refreshed(name, given, live, specs[name])
        if value is not None:
            found[name] = value
    return found


def _refreshed(name: str, given: Properties, live: Properties, spec: Input) -> Value:
    value = given.get(name)
    if name not in live or spec.write_only:
        return value
    actual = live[name]
    if value is None:
        is_drift = spec.default is not None and not equivalent(actual, spec.default, spec)
        return actual if is_drift and not _is_empty(actual) else None
    return _restored(value, actual, spec)


def _restored(value: Value, actual: Value, spec: Input) -> Value:
    """`actual`, spelt as `value` wherever the two are equivalent."""
    if equivalent(value, actual, spec):
        return value
    if isinstance(value, dict) and isinstance(actual, dict) and spec.fields is not None:
        return refreshed(value, actual, spec.fields)
    if isinstance(value, list) and isinstance(actual, list):
        return _restored_list(value, actual, spec)
    return actual


def _restored_list(value: list[Value], actual: list[Value], spec: Input) -> list[Value]:
    element = _element(spec)
    if not spec.unordered:
        paired = [_restored(old, live, element) for old, live in zip(value, actual, strict=False)]
        return [*paired, *actual[len(value) :]]
    left = list(actual)
    found: list[Value] = []
    for item in value:
        twin = next((live for live in left if _same_given(item, live, element)), None)
        if twin is not None:
            left.remove(twin)
            found.append(item)
    return [*found, *left]


def _same_given(item: Value, live: Value, element: Input) -> bool:
    """Whether a live element is the given one, apart from values the program did not give."""
    return equivalent(item, _restored(item, live, element), element)


def importable(live: Properties, specs: Mapping[str, Input]) -> Properties:
    """The inputs a program would write to get this object: what is set and not the default."""
    return {
        name: live[name]
        for name, spec in specs.items()
        if name in live
        and not _is_empty(live[name])
        and not (spec.default is not None and equivalent(live[name], spec.default, spec))
    }
