"""What the services' own models say of parameters: lengths, ranges, patterns, known values.

AWS validates a request against the service's model before the service sees it, and reports every
violation at once: ``1 validation error detected: Value 'x' at 'roleName' failed to satisfy
constraint: Member must …``. The models are those of the SDK, which checks little of them itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.model import OperationModel

Shape = Any
"""A shape of botocore, whose cached properties have no types."""
Violations = Iterator[str]
Validator = Callable[[Any, str], Violations]
"""Takes a value and where it stands, and says in which ways it is wrong."""

_WIDER_MODELS: Final[Mapping[str, Mapping[str, Mapping[str, int]]]] = {
    # The models allow what only managed instances have. Lambda quotas:
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    "lambda": {
        "EphemeralStorageSize": {"max": 10_240},
        "MemorySize": {"max": 10_240},
        "Timeout": {"max": 900},
    },
    # ScheduleKeyDeletion: "it must be between 7 and 30, inclusive".
    "kms": {"PendingWindowInDaysType": {"min": 7, "max": 30}},
}
_NUMBERS: Final = ("integer", "long", "float", "double")
_UNICODE_CLASSES: Final = {
    r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}": r"^\x00-\x1f\x7f-\x9f",
    r"\p{L}\p{N}\p{P}": r"^\s\x00-\x1f\x7f-\x9f",
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    r"\p{Print}": "[\x20-\x7e]",
}
"""Classes of Java's patterns in the models, in Python's words."""
_SURROGATES: Final = r"\uD800\uDC00-\uDBFF\uDFFF"


def operation_validator(operation: OperationModel, service: str) -> Validator | None:
    """Compile what the model says of an operation's parameters; None when it says nothing."""
    shape: Shape | None = operation.input_shape
    return None if shape is None else _compile(shape, service, ())


def summary(violations: Sequence[str]) -> str:
    """Put violations into AWS's one sentence."""
    plural = "s" if len(violations) > 1 else ""
    return f"{len(violations)} validation error{plural} detected: " + "; ".join(violations)


def _compile(shape: Shape, service: str, within: tuple[str, ...]) -> Validator | None:
    if shape.name in within:
        return None  # a shape that holds itself: only attribute values of DynamoDB, unconstrained
    within = (*within, shape.name)
    kind = str(shape.type_name)
    if kind == "structure":
        return _structure(shape, service, within)
    limits = {**shape.metadata, **_WIDER_MODELS.get(service, {}).get(shape.name, {})}
    if kind == "list":
        return _joined(_length(limits), _elements(shape, service, within))
    if kind == "map":
        return _joined(_length(limits), _entries(shape, service, within))
    if kind == "string":
        return _joined(_length(limits), _pattern(limits), _values(shape.enum))
    return _range(limits) if kind in _NUMBERS else None


def _joined(*validators: Validator | None) -> Validator | None:
    present = [each for each in validators if each is not None]
    if not present:
        return None

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        for each in present:
            yield from each(value, at)

    return validate


def _structure(shape: Shape, service: str, within: tuple[str, ...]) -> Validator | None:
    members: Mapping[str, Shape] = shape.members
    compiled = [
        (name, str(member.serialization.get("name", name)), validator)
        for name, member in members.items()
        if (validator := _compile(member, service, within)) is not None
    ]
    if not compiled:
        return None

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        if not isinstance(value, Mapping):
            return
        for name, wire_name, validator in compiled:
            held: Any = value.get(wire_name, value.get(name))
            if held is not None:
                place = name[0].lower() + name[1:]
                yield from validator(held, f"{at}.{place}" if at else place)

    return validate


def _elements(shape: Shape, service: str, within: tuple[str, ...]) -> Validator | None:
    validator = _compile(shape.member, service, within)
    if validator is None:
        return None
    nested = shape.member.type_name == "structure"

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        for number, element in enumerate(value, start=1):
            found = list(validator(element, f"{at}.{number}.member"))
            if nested:
                yield from found
            elif found:
                rules = ", ".join(each.partition("constraint: ")[2] for each in found)
                yield _violation(value, at, f"Member must satisfy constraint: [{rules}]")
                return

    return validate


def _entries(shape: Shape, service: str, within: tuple[str, ...]) -> Validator | None:
    keys = _compile(shape.key, service, within)
    values = _compile(shape.value, service, within)
    if keys is None and values is None:
        return None

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        for key, held in value.items():
            for validator, part, what in ((keys, key, "keys"), (values, held, "value")):
                found = list(validator(part, f"{at}.{key}.member")) if validator else []
                rules = ", ".join(each.partition("constraint: ")[2] for each in found)
                if rules:
                    yield _violation(value, at, f"Map {what} must satisfy constraint: [{rules}]")
                    return

    return validate


def _length(limits: Mapping[str, Any]) -> Validator | None:
    return _bounds(limits, "have length", len, (str, list, dict))


def _range(limits: Mapping[str, Any]) -> Validator | None:
    return _bounds(limits, "have value", lambda value: value, (int, float))


def _bounds(
    limits: Mapping[str, Any], verb: str, measure: Callable[[Any], float], types: tuple[type, ...]
) -> Validator | None:
    least, most = limits.get("min"), limits.get("max")
    if least is None and most is None:
        return None

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        if not isinstance(value, types):
            return
        if least is not None and measure(value) < least:
            yield _violation(value, at, f"Member must {verb} greater than or equal to {least}")
        if most is not None and measure(value) > most:
            yield _violation(value, at, f"Member must {verb} less than or equal to {most}")

    return validate


def _pattern(limits: Mapping[str, Any]) -> Validator | None:
    text = limits.get("pattern")
    if text is None:
        return None
    pattern = python_pattern(str(text))

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        if isinstance(value, str) and not pattern.fullmatch(value):
            yield _violation(value, at, f"Member must satisfy regular expression pattern: {text}")

    return validate


def _values(known: Sequence[str]) -> Validator | None:
    if not known:
        return None

    def validate(value: Any, at: str) -> Violations:  # noqa: ANN401 - of the model's type
        if value not in known:
            allowed = ", ".join(known)
            yield _violation(value, at, f"Member must satisfy enum value set: [{allowed}]")

    return validate


def python_pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern of a model, which is one of Java's: its plain classes are ASCII."""
    unicode = r"\p{" in text
    for name, members in _UNICODE_CLASSES.items():
        text = text.replace(name, members)
    text = text.replace(_SURROGATES, "\U00010000-\U0010ffff").replace(r"\w-_", r"\w\-_")
    return re.compile(text, 0 if unicode else re.ASCII)


def _violation(value: Any, at: str, rule: str) -> str:  # noqa: ANN401 - of any type
    return f"Value '{_shown(value)}' at '{at}' failed to satisfy constraint: {rule}"


def _shown(value: Any) -> str:  # noqa: ANN401 - of any type
    """Write a value as Java does, shortened: a document of megabytes helps nobody."""
    if isinstance(value, list):
        text = f"[{', '.join(_shown(each) for each in value[:10])}]"
    elif isinstance(value, dict):
        pairs = list(value.items())[:10]
        text = "{" + ", ".join(f"{key}={_shown(held)}" for key, held in pairs) + "}"
    else:
        text = str(value)
    return text if len(text) <= 500 else text[:500] + "…"
