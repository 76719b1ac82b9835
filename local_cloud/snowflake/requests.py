"""Reads what drivers send: whatever it is, it becomes values or one of Snowflake's errors."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from fakesnow.converter import from_binding
from starlette.requests import Request

from local_cloud.snowflake.errors import SnowflakeSqlError, StatementUnsupportedError

_INVALID_REQUEST: Final = 391917
_BINDING_TYPES: Final = (
    "ANY",
    "BINARY",
    "BOOLEAN",
    "DATE",
    "FIXED",
    "REAL",
    "TEXT",
    "TIME",
    "TIMESTAMP_LTZ",
    "TIMESTAMP_NTZ",
    "TIMESTAMP_TZ",
)


@dataclass(frozen=True, kw_only=True)
class QueryRequest:
    """One statement as a driver sends it; ``rows`` has its parameters, one entry a run."""

    sql: str
    rows: Sequence[list[object] | None]
    describe_only: bool = False


def invalid_request(*, reason: str) -> SnowflakeSqlError:
    """Refuse a request that is not of the protocol."""
    return SnowflakeSqlError(
        code=_INVALID_REQUEST, sqlstate="22000", message=f"Bad request: {reason}."
    )


async def document(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request, {} when it has no body."""
    raw = await request.body()
    try:
        if request.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        read = cast("object", json.loads(raw)) if raw else {}
    except (ValueError, RecursionError, OSError, EOFError, zlib.error) as error:
        raise invalid_request(reason="the body is no JSON") from error
    if not isinstance(read, dict):
        raise invalid_request(reason="the body is no JSON object")
    return cast("dict[str, Any]", read)


def query_request(body: Mapping[str, Any]) -> QueryRequest:
    """Read the statement of a request, with its parameters."""
    sql = body.get("sqlText")
    if not isinstance(sql, str):
        raise invalid_request(reason="sqlText must be a text")
    if not sql.strip():
        message = "SQL compilation error:\nEmpty SQL statement."
        raise SnowflakeSqlError(code=900, sqlstate="42601", message=message)
    if body.get("asyncExec"):
        raise StatementUnsupportedError(what="asynchronous execution")
    bindings = body.get("bindings")
    if bindings is not None and not isinstance(bindings, Mapping):
        raise invalid_request(reason="bindings must be an object")
    return QueryRequest(
        sql=sql,
        rows=_parameter_rows(cast("Mapping[str, Any]", bindings or {})),
        describe_only=bool(body.get("describeOnly")),
    )


def _parameter_rows(bindings: Mapping[str, Any]) -> list[list[object] | None]:
    """Return the statement's parameters, one list a row when a batch was sent."""
    if not bindings:
        return [None]
    ordered = [_binding(bindings, place) for place in range(1, len(bindings) + 1)]
    batches = [one["value"] for one in ordered if isinstance(one["value"], list)]
    if not batches:
        return [[_value(one) for one in ordered]]
    sizes = {len(cast("list[object]", one)) for one in batches}
    if len(batches) != len(ordered) or len(sizes) != 1:
        raise invalid_request(reason="the bindings of a batch must be lists of one length")
    columns = [[_value({**one, "value": value}) for value in one["value"]] for one in ordered]
    return [list(row) for row in zip(*columns, strict=True)] or [None]


def _binding(bindings: Mapping[str, Any], place: int) -> dict[str, Any]:
    found = cast("object", bindings.get(str(place)))
    if not isinstance(found, dict) or "value" not in found:
        message = f"SQL compilation error:\nBind variable :{place} not set."
        raise SnowflakeSqlError(code=2049, sqlstate="42601", message=message)
    binding = {"type": "TEXT", **cast("dict[str, Any]", found)}
    if binding["type"] not in _BINDING_TYPES:
        raise StatementUnsupportedError(what=f"a binding of type {binding['type']}")
    return binding


def _value(binding: dict[str, Any]) -> object:
    value = binding["value"]
    if value is None:
        return None
    try:
        if binding["type"] == "FIXED" and not str(value).lstrip("-").isdigit():
            return Decimal(str(value))
        return from_binding(cast("Any", binding))
    except NotImplementedError as error:
        raise StatementUnsupportedError(what=f"this binding of {binding['type']}") from error
    except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
        message = f"Value '{binding['value']}' is not recognized as {binding['type']}"
        raise SnowflakeSqlError(code=100038, sqlstate="22018", message=message) from error
