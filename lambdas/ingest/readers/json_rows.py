"""JSON objects as rows, wherever their texts come from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, cast

from lambdas.ingest.errors import SurplusColumnsError
from lambdas.ingest.readers.lines import SHOWN_BYTES
from lambdas.ingest.readers.surplus import SURPLUS_LIMIT, checked_surplus
from lambdas.ingest.rows import NumberText, Reject, RowBatch, Violation, bad_line, shown
from tarn.contract.evolution import takes_surplus
from tarn.contract.model import Contract
from tarn.quarantine import Rule

JSON_BYTES_LIMIT: Final = 4 << 20
"""Longer texts are quarantined unparsed: values of two bytes become objects of sixty.
``native/json_lines.zig`` has the same number."""

JsonObject = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class JsonRows:
    """Texts that should be objects, each with its position, and the bytes between that are none."""

    texts: Sequence[tuple[int, bytes]]
    rejects: Sequence[Reject] = ()


class SurplusFields:
    """The fields of a file that its contract does not know, where its mode takes them."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._taking = takes_surplus(contract)
        self._names: set[str] = set()

    @property
    def is_too_much(self) -> bool:
        return len(self._names) > SURPLUS_LIMIT

    def takes(self, found: Iterable[Iterable[Violation]]) -> bool:
        """Whether a batch in which a reader found this can be judged: so far nothing is surplus."""
        if self._taking:
            self._names.update(
                one.column or ""
                for violations in found
                for one in violations
                if one.rule is Rule.UNKNOWN_COLUMN
            )
        return not self._names

    def settle(self) -> None:
        """Raise SurplusColumnsError when there were such fields."""
        if self._names:
            raise SurplusColumnsError(names=checked_surplus(self._names, self._contract))


def json_batches(pieces: Iterable[JsonRows], contract: Contract) -> Iterator[RowBatch]:
    """Yield the rows of each piece.

    SurplusColumnsError after the last one when there were fields that the contract does not know
    and its mode takes.
    """
    surplus = SurplusFields(contract)
    for piece in pieces:
        batch = _batch(piece, contract)
        if surplus.takes(batch.violations.values()):
            yield batch
        if surplus.is_too_much:
            break
    surplus.settle()


def _batch(piece: JsonRows, contract: Contract) -> RowBatch:
    raws: list[bytes] = []
    lines: list[int] = []
    rows: list[JsonObject] = []
    rejects = list(piece.rejects)
    names = contract.column_names
    known = frozenset((*names, *contract.ignored))
    surplus: dict[int, tuple[Violation, ...]] = {}
    for line, raw in piece.texts:
        row = parse_row(line, raw)
        if isinstance(row, Reject):
            rejects.append(row)
            continue
        if not known.issuperset(row):
            surplus[len(rows)] = unknown_fields(row, known)
        lines.append(line)
        raws.append(raw)
        rows.append(row)
    return RowBatch(
        lines=lines,
        columns=[
            list(map(_as_text, column)) if name in contract.added else column
            for name, column in ((name, [row.get(name) for row in rows]) for name in names)
        ],
        raw=raws.__getitem__,
        violations=surplus,
        rejects=rejects,
    )


def parse_row(line: int, raw: bytes) -> JsonObject | Reject:
    """Return the object that a text is, or why it is none."""
    if len(raw) > JSON_BYTES_LIMIT:
        message = (
            f"the row has {len(raw)} bytes, more than the {JSON_BYTES_LIMIT} that are parsed; the "
            f"first {SHOWN_BYTES} are kept here, all of them in the landing object"
        )
        return bad_line(line, raw[:SHOWN_BYTES], Rule.OVERSIZED, message)
    try:
        row: object = _DECODER.decode(raw.decode())
    except UnicodeDecodeError as error:
        message = f"the line is not UTF-8: {error.reason} at byte {error.start} of it"
        return bad_line(line, raw, Rule.ENCODING, message)
    except (ValueError, RecursionError) as error:
        return bad_line(line, raw, Rule.MALFORMED, f"the line is not JSON: {error}")
    if not isinstance(row, dict):
        return bad_line(line, raw, Rule.MALFORMED, f"the line is {_kind(row)}, not an object")
    return cast("JsonObject", row)


def _as_text(value: object) -> str | None:
    """Spell a value of any kind: the type of a new column is text until a contract has it."""
    if value is None:
        return None
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    """Spell a value as JSON, its numbers as they were written."""
    if isinstance(value, dict):
        fields = cast("JsonObject", value).items()
        return f"{{{', '.join(f'{json.dumps(name)}: {_json(one)}' for name, one in fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, cast('list[object]', value)))}]"
    return str(value) if isinstance(value, NumberText) else json.dumps(value, ensure_ascii=False)


def unknown_fields(row: JsonObject, known: frozenset[str]) -> tuple[Violation, ...]:
    """Return a violation for each field that is not known."""
    return tuple(
        Violation(
            column=name,
            rule=Rule.UNKNOWN_COLUMN,
            value=shown(value),
            message="the contract has no such column",
        )
        for name, value in row.items()
        if name not in known
    )


def _unique_fields(pairs: list[tuple[str, object]]) -> JsonObject:
    row = dict(pairs)
    if len(row) != len(pairs):
        # json would keep the last one and lose the others in silence.
        problem = "a field is repeated"
        raise ValueError(problem)
    return row


def _no_constant(name: str) -> NoReturn:
    problem = f"{name} is not JSON"
    raise ValueError(problem)


def _kind(value: object) -> str:
    return "an array" if isinstance(value, list) else "a single value"


_DECODER: Final = json.JSONDecoder(
    parse_float=NumberText, parse_constant=_no_constant, object_pairs_hook=_unique_fields
)
