"""The picture on the page: what changes, and what depends on it, as one drawing (SVG)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from review.model import Review
from review.views.markup import Markup, element, joined
from review.views.picture_layout import Edge, Node, Picture, picture
from review.views.words import plural

WIDTH: Final = 264
HEIGHT: Final = 46
GAP: Final = 12
COLUMN: Final = 346
MARGIN: Final = 34
TOP: Final = 34
_HEADINGS: Final = ("Changes", "Depends on it", "Further on")
_NAME: Final = 28
_DETAIL: Final = 36


def picture_section(review: Review) -> Iterator[Markup]:
    """Yield the drawing; nothing where nothing depends on what changes."""
    drawn = picture(review)
    if not drawn.edges:
        return
    places = _places(drawn)
    columns = max(node.column for node in drawn.nodes) + 1
    width = MARGIN + (columns - 1) * COLUMN + WIDTH + 8
    height = max(y for _, y in places.values()) + HEIGHT + 8
    label = f"{plural(len(drawn.nodes), 'resource', 'resources')}; arrows lead to what depends."
    svg = element(
        "svg",
        _arrow_head(),
        *(_heading(column) for column in range(columns)),
        *(_edge(edge, places) for edge in drawn.edges),
        *(_node(node, places[node.key]) for node in drawn.nodes),
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        role="img",
        aria_label=label,
    )
    left_out = (
        element("p", f"Not drawn: {drawn.left_out}.", class_="note") if drawn.left_out else ""
    )
    yield element(
        "section",
        element("h2", "What changes, and what depends on it"),
        element("figure", svg, class_="picture", tabindex="0"),
        left_out,
        id="picture",
    )


def _places(drawn: Picture) -> dict[str, tuple[int, int]]:
    filled: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for node in drawn.nodes:
        row = filled.get(node.column, 0)
        filled[node.column] = row + 1
        places[node.key] = (MARGIN + node.column * COLUMN, TOP + row * (HEIGHT + GAP))
    return places


def _arrow_head() -> Markup:
    return Markup(
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" class="head"/></marker></defs>'
    )


def _heading(column: int) -> Markup:
    x = str(MARGIN + column * COLUMN)
    return element("text", _HEADINGS[column], x=x, y="18", class_="heading")


def _edge(edge: Edge, places: Mapping[str, tuple[int, int]]) -> Markup:
    (x1, y1), (x2, y2) = places[edge.on], places[edge.dependent]
    y1, y2 = y1 + HEIGHT // 2, y2 + HEIGHT // 2
    if x1 == x2:
        # Within one column: an arc at its left side.
        bend = min(MARGIN - 6, 12 + abs(y2 - y1) // 12)
        path = f"M{x1} {y1}C{x1 - bend} {y1} {x2 - bend} {y2} {x2 - 1} {y2}"
    else:
        start, middle = x1 + WIDTH, (x1 + WIDTH + x2) // 2
        path = f"M{start} {y1}C{middle} {y1} {middle} {y2} {x2 - 1} {y2}"
    return element("path", d=path, class_="edge", marker_end="url(#head)")


def _node(node: Node, place: tuple[int, int]) -> Markup:
    x, y = place
    box = joined(
        element("title", node.title),
        element("rect", x=str(x), y=str(y), width=str(WIDTH), height=str(HEIGHT), rx="6"),
        element(
            "rect", x=str(x), y=str(y), width="5", height=str(HEIGHT), rx="2.5", class_="strip"
        ),
        element("text", _cut(node.name, _NAME), x=str(x + 15), y=str(y + 19), class_="name"),
        element("text", _cut(node.detail, _DETAIL), x=str(x + 15), y=str(y + 35), class_="detail"),
    )
    group = element("g", box, class_=f"node {node.class_}")
    return element("a", group, href=f"#{node.anchor}") if node.anchor else group


def _cut(text: str, length: int) -> str:
    """Shorten in the middle: names of one component begin alike and end apart."""
    if len(text) <= length:
        return text
    tail = length * 3 // 5
    return f"{text[: length - tail - 1]}…{text[-tail:]}"
