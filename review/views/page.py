"""A review as one page that needs nothing else: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from review.inventory import name_of
from review.model import Failure, ResourceChange, Review, RiskClass, Stop
from review.views.markup import Markup, element, joined
from review.views.page_changes import changes_section, folded, rich
from review.views.page_picture import picture_section
from review.views.page_tables import contracts_section, cost_section
from review.views.words import (
    CLASS_NAMES,
    all_stops,
    count_by_class,
    money,
    operations_sentence,
    plural,
    short_hash,
    signed,
    stops_phrase,
    title_of,
    total,
    verdict,
)

OPEN_STOPS: Final = 6
_STYLE: Final = Path(__file__).with_name("page.css")
# Even if something did break out, a browser would run and fetch nothing.
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def as_html(review: Review) -> str:
    """Return the page, complete in itself."""
    title = f"Review of {review.stack}: {verdict(review)}"
    head = joined(
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        element("title", title),
        element("style", Markup(_STYLE.read_text(encoding="utf-8"))),
    )
    body = element("main", *_sections(review))
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>{body}</body>\n</html>\n'


def _sections(review: Review) -> Iterator[Markup]:
    yield _header(review)
    yield _tiles(review)
    if review.failures:
        yield _failures(review.failures)
    if stops := all_stops(review):
        yield _stops(stops)
    yield from picture_section(review)
    yield from changes_section(review)
    yield from contracts_section(review.contracts)
    yield from cost_section(review.cost)
    yield element(
        "footer",
        "Base deployed to a local cloud, head previewed against it, without credentials. "
        "Values of secrets are hidden.",
    )


def _header(review: Review) -> Markup:
    worst = (review.risk_classes or (RiskClass.HARMLESS,))[0]
    class_ = "stop" if review.failures else worst.value
    subject = joined(
        element("code", short_hash(review.base), title=review.base),
        Markup(" &rarr; "),
        element("code", short_hash(review.head), title=review.head),
    )
    return element(
        "header",
        element("p", "Review of ", element("b", review.stack), " · ", subject, class_="overline"),
        element("h1", verdict(review)),
        element("p", *_lead(review), class_="lead"),
        class_=f"verdict {class_}",
    )


def _lead(review: Review) -> Iterator[str]:
    if phrase := stops_phrase(review):
        yield element("b", phrase)
        yield " · "
    yield operations_sentence(review)


def _tiles(review: Review) -> Markup:
    tiles = [
        _tile(str(count), CLASS_NAMES[one], class_=one.value, target=_target(one))
        for one, count in count_by_class(review).items()
    ]
    stops = [stop for stop, _ in all_stops(review)]
    if mandatory := sum(stop.mandatory for stop in stops):
        tiles.append(_tile(str(mandatory), "Stops", class_="stop", target="stops"))
    if warnings := len(stops) - mandatory:
        tiles.append(_tile(str(warnings), "Warnings", class_="warning", target="stops"))
    if review.cost is None:
        tiles.append(_tile("?", "Cost not estimated", class_="money", target=None))
    else:
        before, after = total(review.cost)
        label = f"a month, to {money(after)}"
        tiles.append(_tile(signed(after - before), label, class_="money", target="cost"))
    return element("nav", *tiles, class_="tiles", aria_label="At a glance")


def _target(one: RiskClass) -> str:
    return "contracts" if one is RiskClass.BREAKING_CONTRACT else "changes"


def _tile(figure: str, label: str, *, class_: str, target: str | None) -> Markup:
    name = "a" if target else "div"
    href = f"#{target}" if target else None
    return element(
        name,
        element("span", figure, class_="figure"),
        element("span", label, class_="label"),
        class_=f"tile {class_}",
        href=href,
    )


def _failures(failures: Sequence[Failure]) -> Markup:
    items = (
        element(
            "li",
            element("span", "fails", class_="pill"),
            *((" ", element("code", name_of(failure.urn))) if failure.urn else ()),
            element("pre", failure.message, class_="message", tabindex="0"),
            class_="stop",
        )
        for failure in failures
    )
    note = "What comes after a failure is not in this review."
    return element(
        "section",
        element("h2", "Why it does not deploy"),
        element("ul", *items, class_="stops"),
        element("p", note, class_="note"),
        id="failures",
    )


def _stops(stops: Sequence[tuple[Stop, ResourceChange | None]]) -> Markup:
    """List what stops the change; warnings are folded where they would fill the screen."""
    shown = [pair for pair in stops if pair[0].mandatory]
    warnings = [pair for pair in stops if not pair[0].mandatory]
    if len(stops) <= OPEN_STOPS:
        shown, warnings = [*shown, *warnings], []
    parts = [element("ul", *map(_stop, shown), class_="stops")] if shown else []
    if warnings:
        listed = element("ul", *map(_stop, warnings), class_="stops")
        parts.append(folded(plural(len(warnings), "warning", "warnings"), listed))
    return element("section", element("h2", "What stops it"), *parts, id="stops")


def _stop(pair: tuple[Stop, ResourceChange | None]) -> Markup:
    stop, change = pair
    return element(
        "li",
        element("span", "stops" if stop.mandatory else "warns", class_="pill"),
        " ",
        element("code", stop.by),
        *((" at ", element("code", title_of(change))) if change else ()),
        element("p", rich(stop.sentence)),
        class_="stop" if stop.mandatory else "warning",
    )
