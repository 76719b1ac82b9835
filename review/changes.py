"""A step of the engine -> a change of the model, without risks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from review.archives import changed_files, stored_under
from review.documents import differences
from review.model import JsonValue, Operation, PropertyChange, ResourceChange
from review.paths import parse, value_at
from review.steps import Step
from review.values import SECRET

_OBJECT: Final = "aws:s3/bucketObjectv2:BucketObjectv2"
_CONTENT: Final = "content"
_GONE: Final = (Operation.DELETE, Operation.RETAIN)


def changes_of(steps: list[Step], *, base_root: Path, head_root: Path) -> list[ResourceChange]:
    """Return the changes, one for each resource, in the order of the steps.

    The roots are the clean copies of both commits, in which changed archives are looked up.
    """
    found: list[ResourceChange] = []
    files = {step.urn: changed_files(step.old, step.new, base_root, head_root) for step in steps}
    keys = stored_under(steps, files)
    for step in steps:
        properties = tuple(_properties(step))
        if step.operation is Operation.UPDATE and not properties:
            continue
        behind = set(files[step.urn])
        for change in properties:
            for (old, new), named in keys.items():
                if _mentions(change.old, old) and _mentions(change.new, new):
                    behind.update(named)
        because = {*step.replace_keys, *(one.path for one in properties if one.replaces)}
        found.append(
            ResourceChange(
                urns=(step.urn,),
                type=step.type,
                operation=step.operation,
                properties=properties,
                replaced_because=_outermost(because) if step.operation is Operation.REPLACE else (),
                changed_files=tuple(sorted(behind)),
            )
        )
    return found


def _properties(step: Step) -> Iterator[PropertyChange]:
    if step.operation in _GONE:
        return
    if step.operation in (Operation.CREATE, Operation.IMPORT):
        for name, value in sorted(step.new.items()):
            yield PropertyChange(path=name, old=None, new=value, secret=_hides(value))
        return
    replacing = {path for path, replaces in step.differing.items() if replaces}
    for root in sorted({_before_position(path) for path in step.differing}):
        old, new = value_at(step.old, root), value_at(step.new, root)
        if root == _CONTENT and step.type == _OBJECT:
            old, new = _measured(old), _measured(new)
        if old == new:
            if _hides(old):
                yield PropertyChange(path=root, old=old, new=new, secret=True)
            continue
        for path, before, after in differences(old, new, root):
            yield PropertyChange(
                path=path,
                old=before,
                new=after,
                secret=_hides(before) or _hides(after),
                replaces=any(_touch(path, one) for one in replacing),
            )


def _measured(text: JsonValue) -> JsonValue:
    """Name a file's text by its hash: what it says is seen in the change of its source."""
    digest = hashlib.sha256(str(text).encode()).hexdigest()[:12]
    return f"{len(str(text)):,} characters, sha256 {digest}" if text is not None else None


def _before_position(path: str) -> str:
    """Cut a path where a list begins: a list is compared as a whole, not position by position."""
    return path.split("[", 1)[0] if any(isinstance(one, int) for one in parse(path)) else path


def _touch(one: str, other: str) -> bool:
    """Whether one path lies at or below the other; positions in lists say nothing."""
    first, second = _names(one), _names(other)
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def _names(path: str) -> list[str | int]:
    steps = list(parse(path))
    position = next((at for at, one in enumerate(steps) if isinstance(one, int)), len(steps))
    return steps[:position]


def _outermost(paths: set[str]) -> tuple[str, ...]:
    return tuple(
        sorted(
            one
            for one in paths
            if not any(
                one != other and _touch(one, other) and len(other) < len(one) for other in paths
            )
        )
    )


def _hides(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return any(_hides(one) for one in value.values())
    if isinstance(value, list):
        return any(_hides(one) for one in value)
    return value == SECRET


def _mentions(value: JsonValue, key: str) -> bool:
    return isinstance(value, str) and key in value
