"""What the standard itself says about a document: the published ODCS library judges it.

The library checks types; it lets unknown fields of nested objects pass, so those are found here
from its own models. A misspelled rule must not turn into no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import BaseModel, ValidationError

from tarn.contract.compilation.positions import Document, FieldPath
from tarn.contract.compilation.problems import ProblemList


def read_standard(document: Document, problems: ProblemList) -> OpenDataContractStandard | None:
    """Return the document as the library's model, or None after adding what it finds wrong."""
    try:
        contract = OpenDataContractStandard.model_validate(document.values)
    except ValidationError as error:
        for fault in error.errors():
            _add_fault(fault["loc"], fault["type"], fault["msg"], document, problems)
        return None
    for path, name, allowed in _unknown_fields(contract, document.values, ()):
        problems.add(
            (*path, name), f"{name} is no field of the standard here", allowed=", ".join(allowed)
        )
    return contract


def _add_fault(
    location: tuple[int | str, ...],
    kind: str,
    message: str,
    document: Document,
    problems: ProblemList,
) -> None:
    # The library's location also names the member of a union that it tried: keep what is a path.
    path: FieldPath = location
    while path and path not in document.lines:
        path = path[:-1]
    if kind == "extra_forbidden":
        problems.add(
            path,
            f"{path[-1] if path else 'a field'} is no field of the standard here",
            allowed=", ".join(_field_names(OpenDataContractStandard)),
        )
    else:
        problems.add(path, "has a value of another type", allowed=message)


def _unknown_fields(
    model: BaseModel, values: object, path: FieldPath
) -> Iterator[tuple[FieldPath, str, tuple[str, ...]]]:
    if not isinstance(values, Mapping):
        return
    names = _field_names(type(model))
    for key, value in cast("Mapping[str, object]", values).items():
        if key not in names:
            yield path, key, names
            continue
        parsed: object = getattr(model, _attribute(type(model), key))
        yield from _nested(parsed, value, (*path, key))


def _nested(
    parsed: object, values: object, path: FieldPath
) -> Iterator[tuple[FieldPath, str, tuple[str, ...]]]:
    if isinstance(parsed, BaseModel):
        yield from _unknown_fields(parsed, values, path)
    elif isinstance(parsed, list) and isinstance(values, Sequence):
        pairs = zip(cast("list[object]", parsed), cast("Sequence[object]", values), strict=True)
        for index, (entry, value) in enumerate(pairs):
            yield from _nested(entry, value, (*path, index))


def _field_names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(sorted(field.alias or name for name, field in model.model_fields.items()))


def _attribute(model: type[BaseModel], key: str) -> str:
    for name, field in model.model_fields.items():
        if (field.alias or name) == key:
            return name
    raise KeyError(key)
