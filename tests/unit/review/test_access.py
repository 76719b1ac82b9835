"""Documents of permissions are compared by what they allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from review.access import Access, compare

Statement = dict[str, Any]


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(
    action: str | list[str], resource: str | list[str] = "arn:x", **more: object
) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def told(found: tuple[Access, ...]) -> list[str]:
    return [" ".join((one.principal, one.action, one.resource)).strip() for one in found]


GET = allow("s3:GetObject")
VIA = {"StringEquals": {"kms:ViaService": ["s3.amazonaws.com", "sqs.amazonaws.com"]}}
ONE = {"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}
TLS = {"Bool": {"aws:SecureTransport": "false"}}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "b", "Condition": TLS}

SAME = {
    "another order": ((allow(["a:x", "a:y"]),), (allow(["a:y", "a:x"]),)),
    "another name": (({**GET, "Sid": "One"},), ({**GET, "Sid": "Two"},)),
    "a word or a list of one": ((allow("a:x", "r"),), (allow(["a:x"], ["r"]),)),
    "split in two": ((allow(["a:x", "a:y"]),), (allow("a:x"), allow("a:y"))),
    "said twice, once by a pattern": ((allow("s3:Get*"),), (allow("s3:Get*"), GET)),
    "the case of an action": ((allow("s3:getobject"),), (GET,)),
    "a condition's case": (
        (allow("a:x", Condition={"Bool": {"aws:SecureTransport": True}}),),
        (allow("a:x", Condition={"Bool": {"aws:securetransport": "true"}}),),
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME.keys())
def test_what_allows_the_same_is_no_difference(
    pair: tuple[tuple[Statement, ...], tuple[Statement, ...]],
) -> None:
    found = compare(document(*pair[0]), document(*pair[1]))
    assert (found.gained, found.lost, found.undenied, found.denied) == ((), (), (), ())


WIDER = {
    "an action": (GET, allow(["s3:GetObject", "s3:PutObject"]), ["s3:PutObject arn:x"]),
    "a pattern": (GET, allow("s3:Get*"), ["s3:Get* arn:x"]),
    "every action": (GET, allow("*"), ["* arn:x"]),
    "a resource": (GET, allow("s3:GetObject", ["arn:x", "arn:y"]), ["s3:GetObject arn:y"]),
    "every resource": (GET, allow("s3:GetObject", "*"), ["s3:GetObject *"]),
    "a condition less": (allow("a:x", Condition=ONE), allow("a:x"), ["a:x arn:x"]),
    "a condition's value more": (
        allow("a:x", Condition=ONE),
        allow("a:x", Condition=VIA),
        ["a:x arn:x"],
    ),
    "anything but": (
        GET,
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:x"},
        ["anything but iam:* arn:x"],
    ),
    "a principal": (
        {"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "sts:AssumeRole"},
        {
            "Effect": "Allow",
            "Principal": {"Service": "a", "AWS": "*"},
            "Action": "sts:AssumeRole",
        },
        ["* sts:AssumeRole"],
    ),
}


@pytest.mark.parametrize(("old", "new", "gained"), WIDER.values(), ids=WIDER.keys())
def test_what_is_wider_is_gained(old: Statement, new: Statement, gained: list[str]) -> None:
    assert told(compare(document(old), document(new)).gained) == gained


@pytest.mark.parametrize(("old", "new", "gained"), WIDER.values(), ids=WIDER.keys())
def test_the_other_way_round_nothing_is_gained(
    old: Statement, new: Statement, gained: list[str]
) -> None:
    del gained
    found = compare(document(new), document(old))
    assert found.lost
    # A pattern covers what it replaces; something else in its place would be new.
    assert not found.gained or "NotAction" in new


def test_a_pattern_that_covers_the_old_actions_and_no_more_words_is_still_wider() -> None:
    found = compare(
        document(allow(["dynamodb:GetItem", "dynamodb:UpdateItem"])),
        document(allow("dynamodb:*Item")),
    )
    assert told(found.gained) == ["dynamodb:*Item arn:x"]
    assert found.lost == ()


def test_a_refusal_that_goes_is_told() -> None:
    found = compare(document(DENY), document())
    assert told(found.undenied) == ["* s3:* b"]
    assert compare(document(), document(DENY)).denied == found.undenied


def test_no_document_allows_nothing() -> None:
    assert told(compare(None, document(GET)).gained) == ["s3:GetObject arn:x"]
    assert compare(document(GET), None).gained == ()


def test_a_condition_with_not_is_compared_as_written() -> None:
    old = allow("a:x", Condition={"StringNotEquals": {"k": ["1", "2"]}})
    new = allow("a:x", Condition={"StringNotEquals": {"k": ["1"]}})
    assert compare(document(old), document(new)).gained
