"""The changelog of one dataset whose contract is on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from review.contracts.columns import column_lines
from review.contracts.line import BOTH, Line, Move, Party, broken_by, consequence
from review.contracts.rules import rule_lines
from tarn.contract.model import Column, ColumnKind, Contract
from tarn.contract.rules import SchemaChange
from tarn.quarantine import Rule

_STRICTEST_FIRST: Final = (
    SchemaChange.STRICT,
    SchemaChange.REORDER,
    SchemaChange.EVOLVE,
    SchemaChange.PERMISSIVE,
)
_HOLDS_UNKNOWN: Final = (SchemaChange.STRICT, SchemaChange.REORDER)


def changelog(old: Contract, new: Contract) -> Iterator[Line]:
    """Compare two contracts of one dataset, columns first."""
    yield from _columns(old, new)
    yield from rule_lines(old, new)
    yield from _dataset(old, new)
    yield from _reading(old, new)
    yield from _dialect(old, new)
    yield from _prose(old, new)


def _columns(old: Contract, new: Contract) -> Iterator[Line]:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    renamed = _renames(old, new)
    for name, column in before.items():
        if name in renamed:
            yield from _renamed(column, after[renamed[name]])
        elif name not in after:
            yield _removed(column, new)
        else:
            yield from column_lines(column, after[name])
    for name, column in after.items():
        if name not in before and name not in renamed.values():
            yield _added(column)
    kept = [name for name in after if name in before]
    if kept != [name for name in before if name in after]:
        strict = new.schema_change is SchemaChange.STRICT
        yield Line(
            kind="columns-reordered",
            breaks=(Party.PRODUCERS,) if strict else (),
            sentence="The columns are in another order"
            + (": under strict, files in the old one are held." if strict else "."),
        )


def _renames(old: Contract, new: Contract) -> dict[str, str]:
    """Pair columns that are gone with new ones.

    Evidence: but for name and description the definitions are equal, and either the position
    or the description is too. What could be paired in two ways is not paired.
    """
    gone = [c for c in old.columns if c.name not in new.column_names]
    come = [c for c in new.columns if c.name not in old.column_names]
    candidates = {c.name: [d.name for d in come if _alike(c, d, old, new)] for c in gone}
    chosen = {name: found[0] for name, found in candidates.items() if len(found) == 1}
    targets = list(chosen.values())
    return {name: to for name, to in chosen.items() if targets.count(to) == 1}


def _alike(one: Column, other: Column, old: Contract, new: Contract) -> bool:
    if replace(one, name=other.name, description=other.description) != other:
        return False
    if (one.name in old.key) is not (other.name in new.key):
        return False
    described = one.description == other.description != ""
    return described or _position(one, old) == _position(other, new)


def _position(column: Column, contract: Contract) -> int:
    return contract.column_names.index(column.name)


def _renamed(old: Column, new: Column) -> Iterator[Line]:
    yield Line(
        kind="column-renamed",
        column=old.name,
        old=old.name,
        new=new.name,
        breaks=BOTH,
        sentence=f"`{old.name}` seems to be renamed to `{new.name}` (defined alike): to files and "
        "tables one column goes and another comes; values that are there are not carried over.",
    )


def _removed(column: Column, new: Contract) -> Line:
    held = new.schema_change in _HOLDS_UNKNOWN and new.produced_by is None
    effect = f"; under {new.schema_change} a file that still has it is held" if held else ""
    return Line(
        kind="column-removed",
        column=column.name,
        old=column.type.kind.value,
        breaks=BOTH if held else (Party.READERS,),
        sentence=f"`{column.name}` is removed: new rows are without it{effect}.",
    )


def _added(column: Column) -> Line:
    severity = column.severity(Rule.REQUIRED)
    effect = f"files that pass today lack it, and {consequence(severity)}"
    return Line(
        kind="column-added",
        column=column.name,
        new=column.type.kind.value,
        breaks=broken_by(Move.TIGHTENED, severity) if column.required else (),
        sentence=f"`{column.name}` is new and required: {effect}."
        if column.required
        else f"`{column.name}` is new and optional: old files stay valid.",
    )


def _dataset(old: Contract, new: Contract) -> Iterator[Line]:
    if old.key != new.key:
        yield Line(
            kind="key-changed",
            old=list(old.key),
            new=list(new.key),
            breaks=BOTH,
            sentence=f"The key goes from `{', '.join(old.key) or 'none'}` to "
            f"`{', '.join(new.key) or 'none'}`: rows merge by other columns, and rows that are "
            "there stay as they were merged.",
        )
    if old.merge is not new.merge:
        yield Line(
            kind="merge-changed",
            old=old.merge.value,
            new=new.merge.value,
            breaks=(Party.READERS,),
            sentence=f"Newer files act by {new.merge} instead of {old.merge}: which rows are "
            "there changes.",
        )
    if old.produced_by != new.produced_by:
        yield Line(
            kind="origin-changed",
            old=old.produced_by,
            new=new.produced_by,
            breaks=BOTH,
            sentence=f"The dataset comes from {_origin(new)} instead of {_origin(old)}.",
        )


def _origin(contract: Contract) -> str:
    return f"the job `{contract.produced_by}`" if contract.produced_by else "files that land"


def _reading(old: Contract, new: Contract) -> Iterator[Line]:
    if old.schema_change is not new.schema_change:
        places = [_STRICTEST_FIRST.index(each.schema_change) for each in (old, new)]
        stricter = places[1] < places[0]
        yield Line(
            kind="schema-change-tightened" if stricter else "schema-change-loosened",
            old=old.schema_change.value,
            new=new.schema_change.value,
            breaks=(Party.PRODUCERS,) if stricter else (),
            sentence=f"Other columns in a file are met with {new.schema_change} instead of "
            f"{old.schema_change}.",
        )
    if set(old.null_markers) != set(new.null_markers):
        yield Line(
            kind="null-markers-changed",
            old=[*sorted(old.null_markers)],
            new=[*sorted(new.null_markers)],
            breaks=_null_breaks(old, new),
            sentence="Other texts mean null: a text that no longer does is judged as a value, "
            "one that now does breaks `required`.",
        )


def _dialect(old: Contract, new: Contract) -> Iterator[Line]:
    before, after = old.dialect.to_compiled(), new.dialect.to_compiled()
    if before != after:
        yield Line(
            kind="dialect-changed",
            old=_spelled(before),
            new=_spelled(after),
            breaks=(Party.PRODUCERS,),
            sentence=f"Files are read as written with {_spelled(after)} instead of "
            f"{_spelled(before)}: files of the old kind fail.",
        )


def _spelled(dialect: Mapping[str, object]) -> str:
    return ", ".join(f"{name} `{value}`" for name, value in sorted(dialect.items())) or "defaults"


def _null_breaks(old: Contract, new: Contract) -> tuple[Party, ...]:
    gone = set(old.null_markers) - set(new.null_markers)
    texts = any(c.required and c.type.kind is ColumnKind.STRING for c in new.columns)
    return (Party.PRODUCERS,) if gone or texts else ()


def _prose(old: Contract, new: Contract) -> Iterator[Line]:
    if old.freshness_seconds != new.freshness_seconds:
        yield Line(
            kind="freshness-changed",
            old=old.freshness_seconds,
            new=new.freshness_seconds,
            sentence=f"Data is promised within {_hours(new)} instead of {_hours(old)}.",
        )
    notes: Mapping[str, tuple[str, str]] = {
        "version": (old.version, new.version),
        "title": (old.title, new.title),
        "description": (old.description, new.description),
        "owner": (old.owner, new.owner),
    }
    for name, (before, after) in notes.items():
        if before != after:
            yield Line(
                kind=f"{name}-changed",
                old=before,
                new=after,
                sentence=f"The contract's {name} is another.",
            )


def _hours(contract: Contract) -> str:
    if contract.freshness_seconds is None:
        return "no time at all"
    return f"{contract.freshness_seconds / 3600:g} hours"
