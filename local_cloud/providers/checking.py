"""Checking inputs against an adapter's table, and completing them: names and defaults."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local_cloud.providers.adapter import CheckFailure, Input, Naming
from local_cloud.providers.errors import nearest
from local_cloud.providers.values import Properties, Unknown, Value, is_known

_SUFFIX = re.compile(r"[0-9a-f]{7}")


@dataclass(frozen=True, kw_only=True)
class NameRequest:
    """What the engine says about naming one resource. `proposed` is empty unless configured."""

    resource: str
    seed: bytes
    proposed: str = ""
    disabled: bool = False


def check_table(token: str, inputs: Properties, specs: Mapping[str, Input]) -> list[CheckFailure]:
    """Every unknown, missing or disallowed input, at any depth."""
    return list(_check_fields(token, inputs, specs, ""))


def _check_fields(
    token: str, inputs: Properties, specs: Mapping[str, Input], prefix: str
) -> Iterable[CheckFailure]:
    for name, value in inputs.items():
        path = f"{prefix}{name}"
        if name not in specs:
            yield CheckFailure(property=path, reason=_unknown_input(token, path, name, specs))
        else:
            yield from _check_value(token, value, specs[name], path)
    for name, spec in specs.items():
        if spec.required and name not in inputs:
            reason = f"{token} needs input {prefix + name!r}: give it in the program"
            yield CheckFailure(property=prefix + name, reason=reason)
    for name in inputs.keys() & specs.keys():
        yield from _check_company(name, inputs, specs[name], prefix)


def _check_company(
    name: str, inputs: Properties, spec: Input, prefix: str
) -> Iterable[CheckFailure]:
    """Whether an input goes with those that are given beside it."""
    for other in spec.conflicts:
        if other in inputs:
            reason = f"conflicts with {prefix + other!r}: give only one of the two"
            yield CheckFailure(property=prefix + name, reason=reason)
    for other in spec.needs:
        if other not in inputs:
            reason = f"may only be given together with {prefix + other!r}"
            yield CheckFailure(property=prefix + name, reason=reason)


def _unknown_input(token: str, path: str, name: str, specs: Mapping[str, Input]) -> str:
    return (
        f"the local cloud's {token} has no input {path!r}, so it would be lost silently."
        f"{nearest(name, specs)} Leave it out, or add it to the adapter under"
        " local_cloud/providers"
    )


def _check_value(token: str, value: Value, spec: Input, path: str) -> Iterable[CheckFailure]:
    if isinstance(value, Unknown):
        return
    if spec.choices and not _is_choice(value, spec):
        allowed = ", ".join(repr(choice) for choice in spec.choices)
        yield CheckFailure(property=path, reason=f"{value!r} is not allowed; one of {allowed} is")
    if spec.rule is not None and is_known(value):
        problem = spec.rule(value)
        if problem is not None:
            yield CheckFailure(property=path, reason=problem)
    if isinstance(value, list):
        yield from _check_elements(value, spec, path)
    if spec.fields is None:
        return
    if isinstance(value, dict):
        yield from _check_fields(token, value, spec.fields, f"{path}.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield from _check_fields(token, item, spec.fields, f"{path}[{index}].")


def _is_choice(value: Value, spec: Input) -> bool:
    if spec.ignore_case and isinstance(value, str):
        return value.lower() in {str(choice).lower() for choice in spec.choices}
    return value in spec.choices


def _check_elements(value: list[Value], spec: Input, path: str) -> Iterable[CheckFailure]:
    if len(value) < spec.at_least:
        reason = f"must have at least {spec.at_least} element(s), but has {len(value)}"
        yield CheckFailure(property=path, reason=reason)
    if spec.at_most is not None and len(value) > spec.at_most:
        reason = f"must have at most {spec.at_most} element(s), but has {len(value)}"
        yield CheckFailure(property=path, reason=reason)
    for index, item in enumerate(value):
        problem = spec.each(item) if spec.each is not None and is_known(item) else None
        if problem is not None:
            yield CheckFailure(property=f"{path}[{index}]", reason=problem)


def with_defaults(inputs: Properties, specs: Mapping[str, Input]) -> Properties:
    """The inputs with every default filled in, in structures too."""
    found = {name: _with_nested_defaults(value, specs.get(name)) for name, value in inputs.items()}
    for name, spec in specs.items():
        if spec.default is not None and name not in found:
            found[name] = spec.default
    return found


def _with_nested_defaults(value: Value, spec: Input | None) -> Value:
    if spec is None or spec.fields is None:
        return value
    if isinstance(value, dict):
        return with_defaults(value, spec.fields)
    if isinstance(value, list):
        return [
            with_defaults(item, spec.fields) if isinstance(item, dict) else item for item in value
        ]
    return value


def with_name(
    inputs: Properties, old: Properties, naming: Naming, request: NameRequest
) -> tuple[Properties, list[CheckFailure]]:
    """The inputs with a name: the given one, the one made up before, or a new one."""
    if naming.input in inputs or naming.given_only:
        return inputs, []
    if request.disabled:
        reason = "autonaming is disabled in this stack: give a name in the program"
        return inputs, [CheckFailure(property=naming.input, reason=reason)]
    before = old.get(naming.input)
    if isinstance(before, str) and is_made_up(before, naming, request.resource):
        return {**inputs, naming.input: before}, []
    name = request.proposed or _make_up(naming, request)
    return {**inputs, naming.input: name}, []


def _stem(naming: Naming, resource: str) -> str:
    stem = resource.lower() if naming.lower else resource
    return stem[: naming.longest - 7 - len(naming.separator)] + naming.separator


def _make_up(naming: Naming, request: NameRequest) -> str:
    digest = hashlib.sha256(request.seed + request.resource.encode()).hexdigest()
    return _stem(naming, request.resource) + digest[:7]


def is_made_up(name: str, naming: Naming, resource: str) -> bool:
    """Whether a name was made by autonaming for this resource."""
    stem = _stem(naming, resource)
    return name.startswith(stem) and _SUFFIX.fullmatch(name.removeprefix(stem)) is not None
