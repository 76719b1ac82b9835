"""The comment says the worst first, keeps inside GitHub's limit, and nothing breaks out of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from review.model import PropertyChange, Risk, RiskClass
from review.views import COMMENT_LIMIT, as_markdown, comment_marker
from tests.unit.review.examples import NOTHING, REVIEW, ROLE, TABLE, TAGS, hostile_review, urn


def rendered(markdown: str) -> str:
    """Render as GitHub does as to blocks, tables and raw HTML."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown)


def test_the_first_line_finds_the_comment_again() -> None:
    assert as_markdown(REVIEW).splitlines()[0] == comment_marker("prod")
    assert comment_marker("dev") != comment_marker("prod")


def test_the_verdict_and_the_counts_come_before_any_detail() -> None:
    text = as_markdown(REVIEW)
    first = text[: text.index("### ")]
    assert "## 🟥 Data would be lost" in first
    assert "**Stopped by 1 protection or rule**" in first
    assert "6 to update, 1 to replace · +$10.00 a month, to $42.50" in first
    assert "| 🟥 data loss | 1 |" in first
    assert "| ⬜ harmless | 4 |" in first


def test_changes_stand_worst_first_and_harmless_ones_are_folded() -> None:
    text = as_markdown(REVIEW)
    places = [text.index(f"`{name}`**") for name in ("ingestion-ledger", "ingestion-function")]
    folded = text.index("<summary>1 harmless change</summary>")
    assert places == sorted(places)
    assert places[-1] < folded < text.index("`4 resources alike`")


def test_a_policy_is_shown_as_a_difference_of_its_lines() -> None:
    fenced = re.search(r"```diff\n(.*?)\n```", as_markdown(replace(REVIEW, changes=(ROLE,))), re.S)
    assert fenced is not None
    lines = fenced[1].splitlines()
    assert '+         "s3:PutObject"' in lines
    # Without the commas of JSON nothing else differs.
    assert [line for line in lines if line[0] in "+-"] == ['+         "s3:PutObject"']


def test_a_statement_in_one_long_line_is_compared_by_its_parts() -> None:
    names = [f"COLUMN_{number}" for number in range(20)]
    old, new = (f"SELECT {', '.join(each)} FROM T" for each in (names, names[:9] + names[10:]))
    change = replace(ROLE, properties=(PropertyChange(path="statement", old=old, new=new),))
    text = as_markdown(replace(REVIEW, changes=(change,)))
    assert [
        line for line in text.splitlines() if line[:2] in ("- ", "+ ") and "COLUMN" in line
    ] == ["- COLUMN_9,"]


def test_nothing_changed_is_said_so() -> None:
    assert "Nothing changes" in as_markdown(NOTHING)
    assert "###" not in as_markdown(NOTHING)


def test_values_cannot_break_out_of_their_place() -> None:
    page = rendered(as_markdown(hostile_review()))
    own = re.sub(r"<(pre|code)[^>]*>.*?</\1>", "", page, flags=re.S)
    assert "<script" not in page
    assert page.count("<details>") == page.count("</details>") == 2
    assert re.findall(r"<h1|<a |<em", own) == []
    assert "@octocat" not in own
    # The table of the costs still has four cells a row.
    assert {row.count("<td") for row in re.findall(r"<tr>.*?</tr>", page, re.S)} <= {0, 2, 4}


@pytest.mark.parametrize("count", [40, 600])
def test_a_comment_fits_and_says_what_it_leaves_out(count: int) -> None:
    policy = PropertyChange(path="policy", old="a\n" * 60, new="b\n" * 60)
    changes = tuple(
        replace(ROLE, urns=(urn("aws:iam/role:Role", f"role-{n}"),), properties=(policy,) * 20)
        for n in range(count)
    )
    text = as_markdown(replace(REVIEW, changes=(TABLE, *changes, TAGS)))
    assert len(text) <= COMMENT_LIMIT
    assert "> Left out here, because a comment holds 65,536 characters: " in text
    assert "The HTML page has all of it." in text
    assert "`rangeKey` (replaces): `(absent)` → `version`" in text
    kept = text.count("**update `role-")
    assert (kept == count) == (count == 40)
    if kept < count:
        # What was left out: the other roles and the folded tags; the contracts' lines after them.
        assert f"{count - kept + 1} changes, 2 contract changes" in text
    page = rendered(text)
    assert page.count("<details>") == page.count("</details>")


def test_one_very_long_sentence_leaves_room_for_the_others() -> None:
    loud = replace(TABLE, risks=(Risk(risk_class=RiskClass.SECURITY, sentence="x" * 200_000),))
    text = as_markdown(replace(REVIEW, changes=(loud, ROLE)))
    assert len(text) <= COMMENT_LIMIT
    assert "Gains" in text
