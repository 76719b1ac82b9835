"""What was written as JSON is read as the same review; anything else is refused with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from review.model import (
    ContractChange,
    CostDelta,
    CostLine,
    CostReport,
    Dependency,
    Failure,
    Operation,
    PropertyChange,
    ResourceChange,
    Review,
    Risk,
    RiskClass,
    Stop,
)
from review.reading import LARGEST_BYTES, ReviewDocumentError, review_from_json
from review.views import as_json

WHOLE = Review(
    stack="prod",
    base="b" * 40,
    head="a" * 40,
    changes=(
        ResourceChange(
            urns=("urn:pulumi:prod::tarn::aws:sqs/queue:Queue::intake",),
            type="aws:sqs/queue:Queue",
            operation=Operation.UPDATE,
            properties=(
                PropertyChange(path="tags.a", old=None, new={"b": [1, 2.5, True]}, secret=True),
            ),
            risks=(Risk(risk_class=RiskClass.OUTAGE, sentence="It waits."),),
            stops=(Stop(by="queue-requires-tls", sentence="No.", mandatory=True),),
            cost=CostDelta(before=1.0, after=None),
        ),
    ),
    contracts=(
        ContractChange(
            dataset="flights",
            kind="column-removed",
            column=None,
            old=1,
            new=None,
            breaking=True,
            sentence="It went.",
            readers=("MARTS.X",),
        ),
    ),
    cost=CostReport(
        prices_dated="2026-11-01",
        lines=(CostLine(service="KMS", before=1, after=2),),
        unpriced=("x",),
        assumptions={"files": 5},
    ),
    dependencies=(Dependency(dependent="u", on="v"),),
    failures=(Failure(urn=None, message="No."),),
)


def test_a_review_is_read_as_it_was_written() -> None:
    assert review_from_json(as_json(WHOLE)) == WHOLE


def changed(**changes: Any) -> str:  # noqa: ANN401
    return json.dumps({**json.loads(as_json(WHOLE)), **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        (" " * (LARGEST_BYTES + 1), "more than"),
        ("[]", "there is no object"),
        ('{"version": 1}', "'base' is missing"),
        (changed(version=2), "the version is 2"),
        (changed(command="rm"), "'command' is unknown"),
        (changed(stack=["prod"]), "at stack ['prod'] is no str"),
        (changed(changes={}), "at changes there is no list"),
        (changed(changes=[7]), "at changes[0] there is no object"),
        (changed(cost={"lines": []}), "at cost 'assumptions' is missing"),
        (changed(base=float("nan")), "it is no JSON"),
    ],
)
def test_what_is_no_review_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ReviewDocumentError) as refused:
        review_from_json(text)
    assert said in str(refused.value)


def test_an_unknown_operation_is_refused() -> None:
    text = as_json(WHOLE).replace('"operation": "update"', '"operation": "explode"')
    with pytest.raises(ReviewDocumentError, match=r"changes\[0\].operation 'explode' is not known"):
        review_from_json(text)
