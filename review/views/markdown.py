"""A review as a comment on a pull request: at a glance, worst first, details folded.

A comment holds a limited number of characters. What has to go then are details first, then the
least risky changes; a sentence says how much is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from review.inventory import name_of
from review.model import (
    ContractChange,
    CostReport,
    PropertyChange,
    ResourceChange,
    Review,
    RiskClass,
    Stop,
)
from review.views.markdown_text import block, code, plain, sentence, shortened
from review.views.values import Mark, compared, one_line
from review.views.words import (
    CLASS_NAMES,
    all_stops,
    breaking_first,
    breaking_label,
    classes_of,
    cost_of,
    cost_phrase,
    count_by_class,
    is_harmless,
    money,
    names_of,
    operations_sentence,
    plural,
    short_hash,
    short_type,
    signed,
    stops_phrase,
    title_of,
    total,
    verdict,
)

COMMENT_LIMIT: Final = 65_536
"""Characters that GitHub takes in a comment."""
_RESERVE: Final = 1_000
"""For the sentence on what was left out and the closing tags."""
_VALUE: Final = 300
_LINES: Final = 80
_SENTENCE: Final = 1_500
_RISKS: Final = 20
_SIGNS: Final[Mapping[RiskClass, str]] = dict(zip(RiskClass, "🟥🟪🟧🟨🟦⬜", strict=True))
"""One colour a class, always beside its name."""


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A part of the comment that can be shortened, or left out and counted."""

    brief: str
    kind: str
    folded: bool = False
    details: tuple[PropertyChange, ...] = ()


def comment_marker(stack: str) -> str:
    """Return the hidden first line by which the comment of a stack's review is found again."""
    return f"<!-- tarn-review:{stack} -->"


def as_markdown(review: Review, *, limit: int = COMMENT_LIMIT) -> str:
    """Return the comment: at most ``limit`` characters, the first line its marker."""
    head = _head(review)
    foot = _foot(review)
    entries = [
        *_failure_entries(review),
        *_stop_entries(review),
        *_change_entries(review),
        *_contract_entries(review),
    ]
    kept, left_out = _fitting(entries, limit - len(head) - len(foot) - _RESERVE)
    return f"{head}{''.join(_laid_out(kept))}{left_out}{foot}"


def _head(review: Review) -> str:
    lines = [comment_marker(review.stack), f"## {_sign(review)} {plain(verdict(review))}", ""]
    stops = stops_phrase(review)
    facts = [f"**{stops}**"] if stops else []
    facts += [operations_sentence(review), cost_phrase(review.cost)]
    lines += [f"Stack {code(review.stack)}: {' · '.join(facts)}.", ""]
    counts = count_by_class(review)
    if counts:
        lines += ["| Risk | Changes |", "|---|---:|"]
        lines += [f"| {_label(one)} | {count} |" for one, count in counts.items()]
        lines.append("")
    return "\n".join(lines) + "\n"


def _foot(review: Review) -> str:
    commits = f"{code(short_hash(review.base))} to {code(short_hash(review.head))}"
    return (
        f"{_cost(review.cost)}<sub>{commits}, deployed and previewed on a local cloud, "
        "without credentials.</sub>\n"
    )


def _failure_entries(review: Review) -> Iterator[_Entry]:
    for failure in review.failures:
        subject = f" at {code(name_of(failure.urn))}" if failure.urn else ""
        brief = f"- ❌ the head does not deploy{subject}: {_sentence(failure.message)}\n"
        yield _Entry(brief=brief, kind="stops")


def _stop_entries(review: Review) -> Iterator[_Entry]:
    for stop, change in all_stops(review):
        yield _Entry(brief=f"- {_stop(stop, change)}\n", kind="stops")


def _stop(stop: Stop, change: ResourceChange | None) -> str:
    word = "⛔ stopped by" if stop.mandatory else "⚠️ warned by"
    subject = f" at {code(title_of(change))}" if change else ""
    return f"{word} {code(stop.by)}{subject}: {_sentence(stop.sentence)}"


def _change_entries(review: Review) -> Iterator[_Entry]:
    for change in review.changes:
        yield _Entry(
            brief="".join(_brief(change)),
            kind="changes",
            folded=is_harmless(change),
            details=change.properties,
        )


def _brief(change: ResourceChange) -> Iterator[str]:
    labels = ", ".join(_label(one) for one in classes_of(change))
    cost = f" · {cost}" if (cost := cost_of(change)) else ""
    type_name = code(short_type(change.type))
    yield f"**{change.operation} {code(title_of(change))}** {type_name} — {labels}{cost}\n"
    if len(change.urns) > 1:
        yield f"- {plain(names_of(change))}\n"
    for risk in change.risks[:_RISKS]:
        yield f"- {_sentence(risk.sentence)}\n"
    if (rest := len(change.risks) - _RISKS) > 0:
        yield f"- and {plural(rest, 'further risk', 'further risks')}\n"
    if change.replaced_because:
        reasons = ", ".join(code(path) for path in change.replaced_because)
        yield f"- replaced because of {reasons}\n"
    for file in change.changed_files:
        yield f"- changed source: {code(file)}\n"
    yield "\n"


def _details(properties: Sequence[PropertyChange]) -> str:
    if not properties:
        return ""
    listed = "\n".join(_property(each) for each in properties)
    return f"<details><summary>what changes</summary>\n\n{listed}\n</details>\n\n"


def _property(change: PropertyChange) -> str:
    note = " (replaces)" if change.replaces else ""
    lines = compared(change)
    if lines is None:
        old, new = (code(one_line(value), limit=_VALUE) for value in (change.old, change.new))
        return f"- {code(change.path)}{note}: {old} → {new}"
    shown = [f"{_diff_sign(line.mark)} {shortened(line.text, _VALUE)}" for line in lines[:_LINES]]
    if rest := len(lines) - len(shown):
        shown.append(f"@@ {plural(rest, 'further line', 'further lines')} @@")
    return f"\n{code(change.path)}{note}\n{block(shown, 'diff')}\n"


def _diff_sign(mark: Mark) -> str:
    return "@@" if mark is Mark.LEFT_OUT else mark.value


def _contract_entries(review: Review) -> Iterator[_Entry]:
    for line in breaking_first(review.contracts):
        yield _Entry(brief=f"- {_contract_line(line)}\n", kind="contract changes")


def _contract_line(line: ContractChange) -> str:
    name = f"{line.dataset}.{line.column}" if line.column else line.dataset
    word = f"**{plain(breaking_label(line)).lower()}**: " if line.breaking else ""
    named = ", ".join(code(reader) for reader in line.readers) if line.breaking else ""
    readers = f" Read by {named}." if named else ""
    return f"{code(name)} {word}{_sentence(line.sentence)}{readers}"


def _fitting(entries: Sequence[_Entry], room: int) -> tuple[list[tuple[_Entry, str]], str]:
    """Keep as much as fits: every entry briefly first, then details from the top."""
    kept: list[_Entry] = []
    for_details = room // 4
    for entry in entries:
        if len(entry.brief) > room - for_details:
            break
        room -= len(entry.brief)
        kept.append(entry)
    texts: list[tuple[_Entry, str]] = []
    without_details = 0
    for entry in kept:
        # Comparing documents takes time: not done where no room is left.
        details = _details(entry.details) if room > 0 else ""
        fits = len(details) <= room
        room -= len(details)
        texts.append((entry, f"{entry.brief}{details if fits else ''}"))
        without_details += bool(entry.details) and not (details and fits)
    return texts, _left_out(entries[len(kept) :], without_details)


def _left_out(omitted: Sequence[_Entry], without_details: int) -> str:
    counts = {kind: 0 for kind in ("stops", "changes", "contract changes")}
    for entry in omitted:
        counts[entry.kind] += 1
    parts = [f"{count} {kind}" for kind, count in counts.items() if count]
    if without_details:
        parts.append(f"the details of {plural(without_details, 'change', 'changes')}")
    if not parts:
        return ""
    return (
        f"\n> Left out here, because a comment holds {COMMENT_LIMIT:,} characters: "
        f"{', '.join(parts)}. The HTML page has all of it.\n\n"
    )


def _laid_out(kept: Sequence[tuple[_Entry, str]]) -> Iterator[str]:
    stops = [text for entry, text in kept if entry.kind == "stops"]
    open_ones = [text for entry, text in kept if entry.kind == "changes" and not entry.folded]
    folded = [text for entry, text in kept if entry.kind == "changes" and entry.folded]
    contracts = [text for entry, text in kept if entry.kind == "contract changes"]
    if stops:
        yield f"### What stops it\n{''.join(stops)}\n"
    if open_ones:
        yield f"### Changes, worst first\n{''.join(open_ones)}"
    if folded:
        heading = plural(len(folded), "harmless change", "harmless changes")
        yield f"<details><summary>{heading}</summary>\n\n{''.join(folded)}</details>\n\n"
    if contracts:
        yield f"### Contracts\n{''.join(contracts)}\n"


def _cost(cost: CostReport | None) -> str:
    if cost is None:
        return ""
    rows = [
        f"| {plain(line.service)} | {money(line.before)} | {money(line.after)} "
        f"| {signed(line.after - line.before)} |\n"
        for line in cost.lines
    ]
    before, after = total(cost)
    rows.append(f"| **total** | {money(before)} | {money(after)} | {signed(after - before)} |\n")
    unpriced = ", ".join(code(short_type(token)) for token in cost.unpriced)
    named = f"\nNot priced, so not in the total: {unpriced}.\n" if unpriced else ""
    return (
        f"<details><summary>Cost: {cost_phrase(cost)}</summary>\n\n"
        "| Service | before | after | change |\n|---|---:|---:|---:|\n"
        f"{''.join(rows)}{named}\nList prices of {plain(cost.prices_dated)}, with the usage that "
        "the stack's settings assume.\n</details>\n\n"
    )


def _label(one: RiskClass) -> str:
    return f"{_SIGNS[one]} {CLASS_NAMES[one].lower()}"


def _sign(review: Review) -> str:
    return _SIGNS[(review.risk_classes or (RiskClass.HARMLESS,))[0]]


def _sentence(text: str) -> str:
    return sentence(shortened(text, _SENTENCE))
