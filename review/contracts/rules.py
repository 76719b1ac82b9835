"""The changelog of a dataset's rules over rows and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from review.contracts.line import Line, Move, Party, broken_by, consequence
from review.model import JsonValue
from tarn.contract.model import Contract
from tarn.contract.rules import FileRule, RowRule, Severity

_ORDER: Final = (Severity.WARN, Severity.QUARANTINE, Severity.HALT)


def rule_lines(old: Contract, new: Contract) -> Iterator[Line]:
    """Compare row rules and file rules by their names, and sets of columns that do not repeat."""
    yield from _named(
        {rule.name: rule for rule in old.row_rules}, {rule.name: rule for rule in new.row_rules}
    )
    yield from _named(
        {rule.name: rule for rule in old.file_rules}, {rule.name: rule for rule in new.file_rules}
    )
    yield from _unique_sets(old, new)


def _named(
    old: Mapping[str, RowRule | FileRule], new: Mapping[str, RowRule | FileRule]
) -> Iterator[Line]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            yield _presence(name, before, after)
            continue
        if _meaning(before) != _meaning(after):
            yield _line(Move.CHANGED, name, _shown(before), _shown(after), after.severity)
        if before.severity is not after.severity:
            yield _severity(f"rule `{name}`", before.severity, after.severity)


def _presence(name: str, old: RowRule | FileRule | None, new: RowRule | FileRule | None) -> Line:
    if new is not None:
        return _line(Move.TIGHTENED, name, None, _shown(new), new.severity)
    shown = _shown(old) if old is not None else None
    return _line(Move.LOOSENED, name, shown, None, Severity.WARN)


def _line(move: Move, name: str, old: JsonValue, new: JsonValue, severity: Severity) -> Line:
    word = {Move.TIGHTENED: "new", Move.LOOSENED: "gone", Move.CHANGED: "another"}[move]
    effect = "" if move is Move.LOOSENED else f": {consequence(severity)}"
    return Line(
        kind=f"rule-{move}",
        old=old,
        new=new,
        breaks=broken_by(move, severity),
        sentence=f"The rule `{name}` is {word}{effect}.",
    )


def _severity(what: str, old: Severity, new: Severity) -> Line:
    raised = _ORDER.index(new) > _ORDER.index(old)
    return Line(
        kind="severity-raised" if raised else "severity-lowered",
        old=old.value,
        new=new.value,
        breaks=(Party.PRODUCERS,) if raised else (),
        sentence=f"The {what} goes from {old} to {new}: {consequence(new)}.",
    )


def _meaning(rule: RowRule | FileRule) -> dict[str, object]:
    compiled = rule.to_compiled()
    # As it was written, it may differ in spaces and case only.
    for name in ("text", "severity"):
        compiled.pop(name)
    return compiled


def _shown(rule: RowRule | FileRule) -> str:
    if isinstance(rule, RowRule):
        return rule.text
    return f"{rule.text} {rule.operator} {', '.join(rule.bounds)}"


def _unique_sets(old: Contract, new: Contract) -> Iterator[Line]:
    before, after = _sets(old), _sets(new)
    for columns in dict.fromkeys([*before, *after]):
        named = ", ".join(columns)
        if columns not in before:
            severity = after[columns]
            yield Line(
                kind="rule-tightened",
                new=list(columns),
                breaks=broken_by(Move.TIGHTENED, severity),
                sentence=f"`{named}` must not repeat within a file: {consequence(severity)}.",
            )
        elif columns not in after:
            yield Line(
                kind="rule-loosened",
                old=list(columns),
                sentence=f"`{named}` may repeat within a file.",
            )
        elif before[columns] is not after[columns]:
            yield _severity(f"uniqueness of `{named}`", before[columns], after[columns])


def _sets(contract: Contract) -> dict[tuple[str, ...], Severity]:
    severities: Sequence[Severity] = contract.unique_severities or (
        (Severity.QUARANTINE,) * len(contract.unique_together)
    )
    return dict(zip(contract.unique_together, severities, strict=True))
