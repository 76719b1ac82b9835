"""A deployment is what was reviewed, or it is said what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from review.comparison import differences
from review.model import JsonValue, Operation, PropertyChange, ResourceChange, Review

QUEUE: Final = "urn:pulumi:prod::tarn::aws:sqs/queue:Queue::intake"
TOPIC: Final = "urn:pulumi:prod::tarn::aws:sns/topic:Topic::alarms"
DIGEST: Final = "0123456789abcdef0123456789abcdef"


def change(
    *urns: str,
    operation: Operation = Operation.UPDATE,
    path: str = "delaySeconds",
    old: JsonValue = 0,
    new: JsonValue = 5,
) -> ResourceChange:
    return ResourceChange(
        urns=urns or (QUEUE,),
        type="t",
        operation=operation,
        properties=(PropertyChange(path=path, old=old, new=new),),
    )


def review(*changes: ResourceChange) -> Review:
    return Review(stack="prod", base="b", head="h", changes=changes, contracts=(), cost=None)


def said(reviewed: Review, planned: Review) -> list[str]:
    found = differences(
        reviewed, planned, reviewed_account="000000000000", planned_account="123456789012"
    )
    return [one.sentence for one in found]


def test_the_same_change_of_other_commits_is_the_same() -> None:
    planned = replace(review(change(QUEUE, TOPIC)), base="x", head="y")
    assert said(review(change(QUEUE), change(TOPIC)), planned) == []


@pytest.mark.parametrize(
    ("reviewed", "planned"),
    [
        ("arn:aws:sqs:eu-central-1:000000000000:q", "arn:aws:sqs:eu-central-1:123456789012:q"),
        ("[known after apply]", "arn:aws:kms:eu-central-1:123456789012:key/1"),
        (
            {"archive": f".tarn/layers/named-only-x86_64-manylinux2014-{DIGEST}.zip", "hash": "a"},
            {"archive": f".tarn/layers/ingest-x86_64-manylinux2014-{DIGEST}.zip", "hash": "b"},
        ),
    ],
)
def test_what_only_the_accounts_make_different_is_the_same(
    reviewed: JsonValue, planned: JsonValue
) -> None:
    assert said(review(change(new=reviewed)), review(change(new=planned))) == []


@pytest.mark.parametrize(
    ("reviewed", "planned", "sentence"),
    [
        ((), (change(),), "intake: reviewed was nothing, now it would be update."),
        ((change(),), (), "intake: reviewed was update, now it would be nothing."),
        (
            (change(),),
            (change(operation=Operation.REPLACE),),
            "intake: reviewed was update, now it would be replace.",
        ),
        (
            (change(),),
            (change(new=9),),
            "intake, delaySeconds: reviewed was 0 to 5, now it would be 0 to 9.",
        ),
        (
            (change(),),
            (change(old=1),),
            "intake, delaySeconds: reviewed was 0 to 5, now it would be 1 to 5.",
        ),
        (
            (change(new={"archive": f".tarn/layers/a-{DIGEST}.zip", "hash": "a"}),),
            (change(new={"archive": f".tarn/layers/a-{DIGEST[::-1]}.zip", "hash": "a"}),),
            "intake, delaySeconds: reviewed was",
        ),
    ],
)
def test_a_difference_is_named(
    reviewed: tuple[ResourceChange, ...], planned: tuple[ResourceChange, ...], sentence: str
) -> None:
    found = said(review(*reviewed), review(*planned))
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_a_property_that_nobody_reviewed_is_named() -> None:
    extra = replace(change(), properties=(*change().properties, *change(path="tags.a").properties))
    assert said(review(change()), review(extra)) == [
        "intake, tags.a: reviewed was no change, now it would be 0 to 5."
    ]
