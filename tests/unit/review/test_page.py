"""The page is whole, asks nothing of a network, and no value becomes markup.

How it looks is checked in a browser, which not every machine has: ``make pages``.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from review.model import Dependency, Failure, Review
from review.views import as_html
from review.views.picture_layout import LARGEST_COLUMN, picture
from tests.unit.review.examples import (
    ALARM,
    HOSTILE,
    MAPPING,
    MEMORY,
    NOTHING,
    REVIEW,
    ROLE,
    TABLE,
    TAGS,
    hostile_review,
    urn,
)

VOID = {"meta"}


class Outline(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    def text_of(self, name: str) -> list[str]:
        return [text for tag, text in self.texts if tag == name]


@pytest.mark.parametrize("review", [REVIEW, NOTHING], ids=["everything", "nothing"])
def test_the_page_needs_nothing_else(review: Review) -> None:
    outline = Outline(as_html(review))
    names = {name for name, _ in outline.elements}
    assert not names & {"script", "link", "img", "iframe", "object", "form", "base"}
    for name, attributes in outline.elements:
        addresses = {attributes.get(each) for each in ("src", "href", "action")} - {None}
        assert all(str(each).startswith("#") for each in addresses), name
    style = "".join(outline.text_of("style"))
    assert "url(" not in style
    assert "@import" not in style


def test_links_within_the_page_lead_somewhere() -> None:
    outline = Outline(as_html(REVIEW))
    anchors = [str(attributes["id"]) for _, attributes in outline.elements if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    links = {str(attributes["href"]).removeprefix("#") for attributes in outline.named("a")}
    assert links
    assert links <= set(anchors)


def test_the_verdict_the_classes_the_cost_and_the_stops_come_first() -> None:
    page = as_html(REVIEW)
    glance = page[page.index("<body>") : page.index("<section")]
    assert Outline(f"<i>{glance.removeprefix('<body>').removeprefix('<main>')}</i>").text_of(
        "h1"
    ) == ["Data would be lost"]
    tiles = re.findall(r'class="figure">(.*?)</span><span class="label">(.*?)<', glance)
    assert tiles == [
        ("1", "Data loss"),
        ("1", "Security"),
        ("1", "Outage"),
        ("1", "Breaking contract"),
        ("1", "Cost up"),
        ("4", "Harmless"),
        ("1", "Stops"),
        ("2", "Warnings"),
        ("+$10.00", "a month, to $42.50"),
    ]
    assert "Stopped by 1 protection or rule" in glance


def test_a_head_that_does_not_deploy_says_so_before_anything_else() -> None:
    failure = Failure(urn=MEMORY.urns[0], message="memorySize is 99;\nallowed: 128 to 10240")
    page = as_html(replace(REVIEW, failures=(failure,)))
    outline = Outline(page)
    assert outline.text_of("h1") == ["The head does not deploy"]
    assert outline.text_of("h2")[0] == "Why it does not deploy"
    assert "memorySize is 99;\nallowed: 128 to 10240" in outline.text_of("pre")


def test_properties_and_harmless_changes_are_folded() -> None:
    outline = Outline(as_html(REVIEW))
    assert all("open" not in attributes for attributes in outline.named("details"))
    assert outline.text_of("summary") == [
        "2 properties change",
        "1 property changes",
        "2 properties change",
        "1 harmless change",
        "4 resources",
        "1 property changes",
        "2 assumptions of usage",
    ]


def test_no_value_becomes_markup() -> None:
    page = as_html(hostile_review())
    outline = Outline(page)
    usual = {name for name, _ in Outline(as_html(REVIEW)).elements}
    assert {name for name, _ in outline.elements} <= usual
    assert "<script" not in page
    assert not [attributes for _, attributes in outline.elements if "onerror" in attributes]
    assert any(HOSTILE.split("|")[0].strip() in text for _, text in outline.texts)


def test_the_same_review_gives_the_same_bytes() -> None:
    turned = replace(REVIEW, dependencies=tuple(reversed(REVIEW.dependencies)))
    assert as_html(turned) == as_html(REVIEW)


def test_the_picture_shows_changes_and_what_depends_on_them() -> None:
    drawn = picture(REVIEW)
    columns = {node.name: node.column for node in drawn.nodes}
    assert columns == {
        "ingestion-ledger": 0,
        "ingestion-function-permissions": 0,
        "ingestion-function": 0,
        "ingestion-mapping": 1,
        "watching-queue-alarm": 2,
    }
    assert [(edge.on, edge.dependent) for edge in drawn.edges] == [
        ("change-2", "change-3"),
        ("change-3", MAPPING),
        (MAPPING, ALARM),
    ]
    assert drawn.left_out == "1 harmless change"
    harmless_only = picture(replace(REVIEW, changes=(TAGS,), dependencies=()))
    assert [node.name for node in harmless_only.nodes] == ["4 resources alike"]


def test_a_large_picture_says_what_it_does_not_draw() -> None:
    alarms = [urn(f"aws:cloudwatch/metricAlarm:Alarm{n:02}", f"alarm-{n:02}") for n in range(20)]
    chain = [MEMORY.urns[0], MAPPING, ALARM, urn("aws:sns/topic:Topic", "far")]
    review = replace(
        REVIEW,
        changes=(TABLE, ROLE, MEMORY, TAGS),
        dependencies=(
            *(Dependency(dependent=alarm, on=MEMORY.urns[0]) for alarm in alarms),
            *(Dependency(dependent=b, on=a) for a, b in itertools.pairwise(chain)),
        ),
    )
    drawn = picture(review)
    assert sum(node.column == 1 for node in drawn.nodes) == LARGEST_COLUMN
    assert drawn.left_out == "7 more of these, 1 resource further on, 1 harmless change"
    assert "Not drawn: 7 more of these, 1 resource further on, 1 harmless change." in as_html(
        review
    )


def test_dependents_of_one_type_that_need_the_same_are_one_node() -> None:
    topics = [urn("aws:sns/topic:Topic", f"topic-{n}") for n in range(4)]
    listener = urn("aws:sns/topicSubscription:TopicSubscription", "listener")
    needs = [(topic, MEMORY.urns[0]) for topic in topics]
    review = replace(
        REVIEW,
        dependencies=tuple(
            Dependency(dependent=dependent, on=on)
            for dependent, on in [*needs, (topics[3], ROLE.urns[0]), (listener, topics[1])]
        ),
    )
    drawn = picture(review)
    assert [node.name for node in drawn.nodes if node.column == 1] == [
        "topic-3",
        "3 \N{MULTIPLICATION SIGN} Topic",
    ]
    assert [node.name for node in drawn.nodes if node.column == 2] == ["listener"]
    assert [(edge.on, edge.dependent) for edge in drawn.edges] == [
        ("change-2", topics[3]),
        ("change-3", topics[0]),
        ("change-3", topics[3]),
        (topics[0], listener),
    ]
