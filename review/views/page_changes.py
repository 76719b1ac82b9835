"""The changes on the page: what would happen in the open, the properties folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from review.inventory import name_of
from review.model import PropertyChange, ResourceChange, Review
from review.views.markup import Markup, element, joined
from review.views.values import ABSENT, Line, Mark, compared, one_line
from review.views.words import (
    CLASS_NAMES,
    classes_of,
    cost_of,
    is_harmless,
    plural,
    short_type,
    title_of,
    type_of,
)

_CODE: Final = re.compile(r"`([^`\n]+)`")
_MARK_CLASSES: Final = {
    Mark.KEPT: "kept",
    Mark.REMOVED: "old",
    Mark.ADDED: "new",
    Mark.LEFT_OUT: "gap",
}


def changes_section(review: Review) -> Iterator[Markup]:
    """Yield all changes, worst first, the harmless ones folded into one line."""
    numbered = [(f"change-{number}", change) for number, change in enumerate(review.changes, 1)]
    if not numbered:
        return
    risky = [_change(anchor, one) for anchor, one in numbered if not is_harmless(one)]
    harmless = [_change(anchor, one) for anchor, one in numbered if is_harmless(one)]
    parts = [element("h2", "Changes, worst first"), *risky]
    if harmless:
        summary = plural(len(harmless), "harmless change", "harmless changes")
        parts.append(folded(summary, *harmless, class_="harmless-changes"))
    yield element("section", *parts, id="changes")


def rich(sentence: str) -> Markup:
    """Escape a sentence; what it has between backticks becomes code."""
    parts = _CODE.split(sentence)
    return joined(
        *(element("code", part) if index % 2 else part for index, part in enumerate(parts))
    )


def folded(summary: str, *children: str, class_: str | None = None) -> Markup:
    """Return details that a reader opens."""
    return element("details", element("summary", summary), *children, class_=class_)


def _change(anchor: str, change: ResourceChange) -> Markup:
    classes = classes_of(change)
    title = element(
        "h3",
        element("span", change.operation.value, class_="operation"),
        " ",
        element("code", title_of(change), title=change.urns[0]),
    )
    facts = element(
        "p",
        *(element("span", CLASS_NAMES[one], class_=f"badge {one}") for one in classes),
        element("span", short_type(change.type), class_="type"),
        *((element("span", cost, class_="cost"),) if (cost := cost_of(change)) else ()),
        class_="facts",
    )
    return element(
        "article",
        title,
        facts,
        *_sentences(change),
        *_details(change),
        class_=f"change {classes[0]}",
        id=anchor,
    )


def _sentences(change: ResourceChange) -> Iterator[Markup]:
    for risk in change.risks:
        yield element("p", rich(risk.sentence))
    if change.replaced_because:
        reasons = joined(*(element("code", one) for one in change.replaced_because), between=", ")
        yield element("p", "Replaced because of ", reasons, ".", class_="note")
    if change.changed_files:
        files = joined(*(element("code", one) for one in change.changed_files), between=", ")
        yield element("p", "Changed source: ", files, class_="note")
    for stop in change.stops:
        word = "Stopped by " if stop.mandatory else "Warned by "
        yield element("p", word, element("code", stop.by), class_="note")


def _details(change: ResourceChange) -> Iterator[Markup]:
    if len(change.urns) > 1:
        names = (_name(urn) for urn in change.urns)
        yield folded(f"{len(change.urns)} resources", element("ul", *names, class_="names"))
    if change.properties:
        count = plural(len(change.properties), "property changes", "properties change")
        yield folded(count, *(_property(each) for each in change.properties))


def _name(urn: str) -> Markup:
    kind = element("span", short_type(type_of(urn)), class_="type")
    return element("li", element("code", name_of(urn), title=urn), " ", kind)


def _property(change: PropertyChange) -> Markup:
    path = element("code", change.path, class_="path")
    notes = [element("span", "replaces", class_="pill")] if change.replaces else []
    if change.secret:
        notes.append(element("span", "secret", class_="pill"))
    lines = compared(change)
    value = _scalar(change) if lines is None else _comparison(lines)
    return element("div", element("p", path, *notes), value, class_="property")


def _scalar(change: PropertyChange) -> Markup:
    return element(
        "p",
        element("del", one_line(change.old), class_=_absence(one_line(change.old))),
        Markup(' <span class="arrow" aria-label="becomes">&rarr;</span> '),
        element("ins", one_line(change.new), class_=_absence(one_line(change.new))),
        class_="values",
    )


def _absence(text: str) -> str | None:
    return "absent" if text == ABSENT else None


def _comparison(lines: tuple[Line, ...]) -> Markup:
    rows = (
        element("span", _signed(line), class_=f"line {_MARK_CLASSES[line.mark]}") for line in lines
    )
    return element("pre", *rows, class_="comparison", tabindex="0")


def _signed(line: Line) -> str:
    return line.text if line.mark is Mark.LEFT_OUT else f"{line.mark.value} {line.text}"
