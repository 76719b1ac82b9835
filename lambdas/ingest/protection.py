"""What stands in the place of personal data: keyed hashes, tokens, or nothing of the value.

Rules judge the values themselves; everything that is written afterwards, rejected rows included,
goes through here. The secret is 32 bytes or more and never leaves the process.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from lambdas.ingest.errors import MissingSecretError
from tarn.contract.model import Column, Contract
from tarn.contract.rules import Protection

REDACTED: Final = "[redacted]"
WITHHELD: Final = "[withheld: it may hold personal data]"
_MARK: Final = "tok_"
_VECTOR_BYTES: Final = 16
_compute: Final = cast("Any", pc)

Text = Callable[[str], str]


class Protector:
    """Protects the values of one contract's columns. Without protected columns it does nothing."""

    def __init__(self, contract: Contract, secret: bytes | None) -> None:
        """MissingSecretError when columns are to be protected and there is no secret."""
        if contract.protected and not secret:
            raise MissingSecretError(dataset=contract.dataset, columns=contract.protected)
        self._texts: dict[str, Text] = {
            column.name: _text_protection(contract.dataset, column, secret or b"")
            for column in contract.columns
            if column.protection
        }

    @property
    def protects(self) -> bool:
        """Whether the contract has protected columns."""
        return bool(self._texts)

    def covers(self, name: str) -> bool:
        """Whether a column is protected."""
        return name in self._texts

    def text(self, name: str, value: str) -> str:
        """Return what stands in the place of one value of a protected column."""
        return self._texts[name](value)

    def columns(self, columns: pa.RecordBatch) -> pa.RecordBatch:
        """Return the columns as they are stored: protected ones as text, null where null."""
        if not self._texts:
            return columns
        arrays = [
            self._protected(name, array) if name in self._texts else array
            for name, array in zip(columns.schema.names, columns.columns, strict=True)
        ]
        fields = [
            pa.field(name, array.type)
            for name, array in zip(columns.schema.names, arrays, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))

    def _protected(self, name: str, array: pa.Array) -> pa.Array:
        # Values repeat, and a key is computed faster than it is hashed: each distinct one once.
        distinct = spelled(array).dictionary_encode()
        values = [
            None if value is None else self._texts[name](value)
            for value in distinct.dictionary.to_pylist()
        ]
        return pa.array(values, pa.string()).take(distinct.indices)


def spelled(array: pa.Array) -> pa.Array:
    """Return values as text: the form in which they are hashed, whatever the file's format."""
    if types.is_timestamp(array.type):
        # The function has no time zone database, and UTC needs none.
        array = array.cast(pa.int64()).cast(pa.timestamp("us"))
    return array.cast(pa.string())


def open_token(secret: bytes, *, dataset: str, column: str, token: str) -> str:
    """Return the value that a token stands for; ValueError when it is none of this column."""
    problem = "this is no token of the column, or it was made with another key"
    try:
        sealed = base64.urlsafe_b64decode(token.removeprefix(_MARK) + "==")
    except ValueError as error:
        raise ValueError(problem) from error
    vector, content = sealed[:_VECTOR_BYTES], sealed[_VECTOR_BYTES:]
    value = _masked(content, secret, vector)
    if not token.startswith(_MARK) or vector != _vector(value, secret, dataset, column):
        raise ValueError(problem)
    return value.decode("utf-8", "surrogatepass")


def _text_protection(dataset: str, column: Column, secret: bytes) -> Text:
    match column.protection:
        case Protection.HASH:
            key = _derived(secret, b"hash")
            return lambda value: hmac.digest(key, _bytes(value), "sha256").hex()
        case Protection.TOKENIZE:
            return lambda value: _token(_bytes(value), secret, dataset, column.name)
        case _:
            return lambda value: REDACTED


def _token(value: bytes, secret: bytes, dataset: str, column: str) -> str:
    """Seal a value: its keyed digest is the vector of a keyed stream (as in SIV, RFC 5297)."""
    vector = _vector(value, secret, dataset, column)
    sealed = vector + _masked(value, secret, vector)
    return _MARK + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _vector(value: bytes, secret: bytes, dataset: str, column: str) -> bytes:
    place = f"{dataset}\0{column}\0".encode()
    return hmac.digest(_derived(secret, b"token"), place + value, "sha256")[:_VECTOR_BYTES]


def _masked(content: bytes, secret: bytes, vector: bytes) -> bytes:
    key = _derived(secret, b"stream")
    blocks = range(-(-len(content) // 32))
    stream = b"".join(hmac.digest(key, vector + n.to_bytes(4), "sha256") for n in blocks)
    return bytes(a ^ b for a, b in zip(content, stream, strict=False))


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"tarn " + purpose, "sha256")


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
