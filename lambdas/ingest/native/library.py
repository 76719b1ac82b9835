"""The library and its structures, as ``engine.zig`` and its neighbours declare them."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from lambdas.ingest.errors import NativeEngineMissingError

PACKAGE: Final = "tarn_native"
FILE: Final = "engine.so"
_ABI: Final = 2

_U8, _U32, _U64 = ctypes.c_uint8, ctypes.c_uint32, ctypes.c_uint64
_I64, _F64, _POINTER = ctypes.c_int64, ctypes.c_double, ctypes.c_void_p


class Dialect(ctypes.Structure):
    """How a delimited text is written."""

    _fields_ = (
        ("delimiter", _U8),
        ("quote", _U8),
        ("last", _U8),
        ("padding", _U8),
        ("record_lines", _U32),
        ("record_bytes", _U32),
    )


class Row(ctypes.Structure):
    """Where a row stands in its block."""

    _fields_ = (("start", _U32), ("end", _U32))


class Irregular(ctypes.Structure):
    """Bytes that are no row."""

    _fields_ = (
        ("line", _I64),
        ("start", _U32),
        ("end", _U32),
        ("what", _U32),
        ("fields", _U32),
    )


class Split(ctypes.Structure):
    """What a splitter found, and the room it may use."""

    _fields_ = (
        ("rows", _POINTER),
        ("lines", _POINTER),
        ("rows_room", _U32),
        ("rows_found", _U32),
        ("irregular", _POINTER),
        ("irregular_room", _U32),
        ("irregular_found", _U32),
        ("spans", _POINTER),
        ("width", _U32),
        ("ascii", _U32),
        ("consumed", _U64),
        ("line", _I64),
    )


class Text(ctypes.Structure):
    """Bytes by address and length."""

    _fields_ = (("bytes", _POINTER), ("length", _U64))


class Texts(ctypes.Structure):
    """A list of texts."""

    _fields_ = (("items", _POINTER), ("count", _U64))


class ColumnPlan(ctypes.Structure):
    """A column and its rules."""

    _fields_ = (
        ("kind", _U8),
        ("required", _U8),
        ("has_minimum", _U8),
        ("has_maximum", _U8),
        ("precision", _U8),
        ("scale", _U8),
        ("json", _U8),
        ("quote", _U8),
        ("minimum_low", _U64),
        ("minimum_high", _I64),
        ("maximum_low", _U64),
        ("maximum_high", _I64),
        ("minimum_double", _F64),
        ("maximum_double", _F64),
        ("shortest", _U64),
        ("longest", _U64),
        ("longest_marker", _U64),
        ("null_markers", Texts),
        ("allowed", Texts),
        ("template", Text),
        ("pattern", Text),
        ("pattern_ends", Text),
    )


class Values(ctypes.Structure):
    """Where a column's values go."""

    _fields_ = (
        ("validity", _POINTER),
        ("values", _POINTER),
        ("text", _POINTER),
        ("text_room", _U64),
        ("text_length", _U64),
        ("suspects", _POINTER),
        ("suspects_found", _U64),
        ("nulls", _U64),
        ("unknown", _U64),
    )


class Cells(ctypes.Structure):
    """The cells of one column in a block."""

    _fields_ = (
        ("data", _POINTER),
        ("length", _U64),
        ("spans", _POINTER),
        ("rows", _U32),
        ("width", _U32),
        ("position", _U32),
        ("padding", _U32),
    )


@cache
def find_library() -> ctypes.CDLL | None:
    """Load the library; None where it is not installed. Its functions release Python's lock."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    library = ctypes.CDLL(str(Path(spec.origin).with_name(FILE)))
    library.tarn_text_length.restype = ctypes.c_uint64
    if library.tarn_abi() != _ABI:
        raise NativeEngineMissingError(problem=f"the installed {PACKAGE} is of another version")
    return library


def require_library() -> ctypes.CDLL:
    """Load the library; NativeEngineMissingError where it is not installed."""
    library = find_library()
    if library is None:
        raise NativeEngineMissingError(problem=f"the package {PACKAGE} is not installed")
    return library
