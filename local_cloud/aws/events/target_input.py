"""What a target gets of an event: all of it, a part, a constant, or a template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from local_cloud.aws.authorization.errors import NotKnownError
from local_cloud.aws.events.destinations import as_text

_PATH: Final = re.compile(r"\$(\.[A-Za-z0-9_-]+)*")
_PLACEHOLDER: Final = re.compile(r'(")?<([^<>]+)>(")?')


def target_input(target: Mapping[str, Any], event: Mapping[str, object]) -> str:
    """Return the message for one target of a rule."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(str(target["InputPath"]), event))
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], event)
    return as_text(event)


def check_target_input(target: Mapping[str, Any]) -> None:
    """Refuse a path that is not a plain one, when the target is made rather than when it runs."""
    paths = list((target.get("InputTransformer") or {}).get("InputPathsMap", {}).values())
    if "InputPath" in target:
        paths.append(target["InputPath"])
    for path in paths:
        if not _PATH.fullmatch(str(path)):
            raise NotKnownError(
                what=f"the input path {path} of an EventBridge target",
                what_to_do="Use a plain path, like $.detail.bucket.name.",
            )


def _transformed(transformer: Mapping[str, Any], event: Mapping[str, object]) -> str:
    paths: Mapping[str, str] = transformer.get("InputPathsMap", {})
    values = {name: _at(path, event) for name, path in paths.items()}
    values |= {"aws.events.event": dict(event), "aws.events.event.json": dict(event)}

    def replace(found: re.Match[str]) -> str:
        value = values.get(found.group(2))
        quoted = bool(found.group(1) and found.group(3))
        if isinstance(value, str) and not quoted:
            return f"{found.group(1) or ''}{value}{found.group(3) or ''}"
        return json.dumps(value)

    return _PLACEHOLDER.sub(replace, str(transformer["InputTemplate"]))


def _at(path: str, event: Mapping[str, object]) -> object:
    value: object = event
    for name in path.split(".")[1:]:
        value = cast("Mapping[str, object]", value).get(name) if isinstance(value, dict) else None
    return value
