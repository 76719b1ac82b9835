"""JSON -> a review. The document may come from anybody: what does not fit the model is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from review.model import MODEL_VERSION, Review
from review.views.json_document import camel_case
from tarn.errors import PermanentError

LARGEST_BYTES: Final = 5_000_000
_BESIDE: Final = frozenset({"summary"})
"""What a document says besides the model: it follows from the rest."""

Read = TypeVar("Read")


class ReviewDocumentError(PermanentError):
    """A document is no review."""

    def __init__(self, *, place: str, problem: str) -> None:
        super().__init__(
            f"This is no review of version {MODEL_VERSION}: at {place or 'its top'} {problem}. "
            "Make it again with `tarn review --format json`."
        )


def review_from_json(text: str) -> Review:
    """Read what `tarn review --format json` printed. Raises ReviewDocumentError."""
    if len(text.encode()) > LARGEST_BYTES:
        raise ReviewDocumentError(place="", problem=f"it has more than {LARGEST_BYTES} bytes")
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ReviewDocumentError(place="", problem="it is no JSON") from error
    if isinstance(document, dict):
        given = cast("dict[str, Any]", document)
        if given.get("version") != MODEL_VERSION:
            problem = f"the version is {given.get('version')!r}"
            raise ReviewDocumentError(place="version", problem=problem)
        document = {key: value for key, value in given.items() if key not in _BESIDE}
    return _object(Review, document, "")


def _refuse_constant(name: str) -> None:
    message = f"{name} is no number of JSON"
    raise ValueError(message)


def _object(kind: type[Read], value: object, place: str) -> Read:
    if not isinstance(value, Mapping):
        raise ReviewDocumentError(place=place, problem="there is no object")
    given = cast("Mapping[str, object]", value)
    declared = {camel_case(one.name): one for one in fields(cast("Any", kind))}
    unknown = sorted(given.keys() - declared.keys())
    missing = sorted(
        name for name, one in declared.items() if name not in given and one.default is MISSING
    )
    if unknown or missing:
        said = [f"{name!r} is unknown" for name in unknown] + [
            f"{name!r} is missing" for name in missing
        ]
        raise ReviewDocumentError(place=place, problem=", ".join(said))
    hints = get_type_hints(kind)
    return kind(
        **{
            one.name: _value(hints[one.name], given[name], f"{place}.{name}".lstrip("."))
            for name, one in declared.items()
            if name in given
        }
    )


def _value(kind: Any, value: object, place: str) -> Any:  # noqa: ANN401 - of the kind's type
    if get_origin(kind) in (Union, UnionType):
        kinds = [one for one in get_args(kind) if one is not NoneType]
        # Of all that the model holds, only a JsonValue may be one of several things.
        return value if len(kinds) > 1 or value is None else _value(kinds[0], value, place)
    if is_dataclass(kind):
        return _object(cast("type[Any]", kind), value, place)
    if get_origin(kind) is tuple:
        return tuple(
            _value(get_args(kind)[0], one, f"{place}[{position}]")
            for position, one in enumerate(_list(value, place))
        )
    if get_origin(kind) is not None:
        return {
            str(name): _value(get_args(kind)[1], one, f"{place}.{name}")
            for name, one in _mapping(value, place).items()
        }
    return _plain(kind, value, place)


def _plain(kind: type, value: object, place: str) -> object:
    if issubclass(kind, StrEnum):
        if value not in [member.value for member in kind]:
            raise ReviewDocumentError(place=place, problem=f"{value!r} is not known")
        return kind(cast("str", value))
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ReviewDocumentError(place=place, problem=f"{value!r} is no {kind.__name__}")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise ReviewDocumentError(place=place, problem="there is no list")
    return cast("list[object]", value)


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ReviewDocumentError(place=place, problem="there is no object")
    return cast("Mapping[str, object]", value)
