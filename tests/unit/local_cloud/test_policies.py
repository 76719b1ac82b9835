"""Policies: matching, conditions, principals, and how statements combine."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.aws.authorization.conditions import conditions_hold
from local_cloud.aws.authorization.errors import NotKnownError
from local_cloud.aws.authorization.matching import arn_matches, matches
from local_cloud.aws.authorization.policy import Document, Question, Verdict, parse_policy
from local_cloud.aws.authorization.principals import (
    Caller,
    CallerKind,
    PrincipalMatch,
    principal_match,
    root_of,
    service_caller,
)

ACCOUNT = "000000000000"
SESSION = Caller(
    kind=CallerKind.ROLE,
    account_id=ACCOUNT,
    arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ingest/run",
    name="ingest",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/ingest",
)
READ = Question(action="s3:GetObject", resource="arn:aws:s3:::lake/a", context={})


def document(*statements: Document) -> Document:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("pattern", "value", "covered"),
    [
        ("*", "anything", True),
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get*", "s3:PutObject", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("arn:aws:s3:::lake/*", "arn:aws:s3:::lake/a/b\nc", True),
        ("arn:aws:s3:::lake", "arn:aws:s3:::lake/a", False),
    ],
)
def test_a_pattern_covers_all_of_a_value_or_nothing(
    pattern: str, value: str, covered: bool
) -> None:
    assert matches(pattern, value) is covered


def test_a_star_in_an_arn_does_not_cross_a_colon() -> None:
    assert arn_matches("arn:aws:sqs:*:1:q", "arn:aws:sqs:us-east-1:1:q")
    assert not arn_matches("arn:aws:*:q", "arn:aws:sqs:us-east-1:1:q")
    assert arn_matches("arn:aws:logs:*:1:log-group:*", "arn:aws:logs:r:1:log-group:a:b")


CONTEXT = {
    "aws:securetransport": "true",
    "aws:sourcearn": "arn:aws:s3:::lake",
    "aws:sourceaccount": ACCOUNT,
    "s3:max-keys": "100",
    "kms:encryptioncontextkeys": ("aws:s3:arn", "other"),
    "kms:encryptioncontext:aws:s3:arn": "arn:aws:s3:::lake",
}


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "holds"),
    [
        ("Bool", "aws:SecureTransport", "true", True),
        ("Bool", "aws:SecureTransport", "false", False),
        ("StringEquals", "aws:SourceAccount", ACCOUNT, True),
        ("StringEquals", "AWS:sourceaccount", ACCOUNT, True),
        ("StringNotEquals", "aws:SourceAccount", ACCOUNT, False),
        ("StringEqualsIgnoreCase", "aws:SourceArn", "ARN:aws:s3:::LAKE", True),
        ("StringLike", "aws:SourceArn", "arn:aws:s3:::l*", True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::lake", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::other*", False),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:s3:::other*", True),
        ("NumericLessThanEquals", "s3:max-keys", "100", True),
        ("NumericLessThan", "s3:max-keys", "100", False),
        ("NumericGreaterThan", "s3:max-keys", "99", True),
        ("StringEquals", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::lake", True),
        ("ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "other", True),
        ("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "other", False),
        ("StringEquals", "sts:ExternalId", "x", False),
        ("StringNotEquals", "sts:ExternalId", "x", True),
        ("StringEqualsIfExists", "sts:ExternalId", "x", True),
        ("ForAllValues:StringEquals", "sts:ExternalId", "x", True),
        ("Null", "sts:ExternalId", "true", True),
        ("Null", "aws:SourceAccount", "true", False),
        ("StringEquals", "aws:SourceAccount", "${aws:SourceAccount}", True),
    ],
)
def test_a_condition_holds_as_in_aws(operator: str, key: str, wanted: str, holds: bool) -> None:
    assert conditions_hold({operator: {key: (wanted,)}}, CONTEXT) is holds


@pytest.mark.parametrize(
    ("operator", "key"),
    [
        ("DateGreaterThan", "aws:SourceAccount"),
        ("IpAddress", "aws:SourceIp"),
        ("StringEqual", "aws:SourceAccount"),
        ("ForSomeValues:StringEquals", "aws:SourceAccount"),
        ("StringEquals", "aws:RequestTag/team"),
        ("StringEquals", "dynamodb:LeadingKeys"),
    ],
)
def test_what_is_not_known_is_refused_by_name(operator: str, key: str) -> None:
    with pytest.raises(NotKnownError) as caught:
        conditions_hold({operator: {key: ("x",)}}, CONTEXT)
    assert operator in str(caught.value) or key in str(caught.value)


@pytest.mark.parametrize(
    ("principal", "caller", "match"),
    [
        ({"AWS": ("*",)}, SESSION, PrincipalMatch.DIRECT),
        ({"*": ("*",)}, SESSION, PrincipalMatch.DIRECT),
        ({"AWS": (SESSION.role_arn,)}, SESSION, PrincipalMatch.DIRECT),
        ({"AWS": (SESSION.arn,)}, SESSION, PrincipalMatch.DIRECT),
        ({"AWS": (ACCOUNT,)}, SESSION, PrincipalMatch.ACCOUNT),
        ({"AWS": (f"arn:aws:iam::{ACCOUNT}:root",)}, SESSION, PrincipalMatch.ACCOUNT),
        ({"AWS": (f"arn:aws:iam::{ACCOUNT}:root",)}, root_of(ACCOUNT), PrincipalMatch.DIRECT),
        ({"AWS": ("111111111111",)}, SESSION, PrincipalMatch.NONE),
        ({"Service": ("s3.amazonaws.com",)}, SESSION, PrincipalMatch.NONE),
        (
            {"Service": ("s3.amazonaws.com",)},
            service_caller("s3.amazonaws.com", ACCOUNT),
            PrincipalMatch.DIRECT,
        ),
        (
            {"Service": ("sns.amazonaws.com",)},
            service_caller("s3.amazonaws.com", ACCOUNT),
            PrincipalMatch.NONE,
        ),
        ({"Federated": ("any",)}, SESSION, PrincipalMatch.NONE),
    ],
)
def test_a_principal_means_whom_it_names(
    principal: dict[str, tuple[str, ...]], caller: Caller, match: PrincipalMatch
) -> None:
    assert principal_match(principal, caller) is match


ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/*"}
OTHER = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}


@given(st.permutations([ALLOW, DENY, OTHER]))
def test_a_denial_wins_in_any_order(statements: list[Document]) -> None:
    assert parse_policy(document(*statements)).as_identity_policy(READ).verdict is Verdict.DENIED


@given(st.lists(st.sampled_from(["s3:GetObject", "s3:PutObject", "sqs:SendMessage"])))
def test_what_is_excluded_is_not_covered(excluded: list[str]) -> None:
    statement = {"Effect": "Allow", "NotAction": [*excluded, "none:none"], "Resource": "*"}
    verdict = parse_policy(document(statement)).as_identity_policy(READ).verdict
    assert (verdict is Verdict.ALLOWED) == ("s3:GetObject" not in excluded)


def test_actions_ignore_case_and_resources_do_not() -> None:
    lower = document({"Effect": "Allow", "Action": "S3:getobject", "Resource": "*"})
    assert parse_policy(lower).as_identity_policy(READ).verdict is Verdict.ALLOWED
    upper = document({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::LAKE/*"})
    assert parse_policy(upper).as_identity_policy(READ).verdict is Verdict.SILENT


def test_an_account_is_allowed_to_delegate_and_a_role_directly() -> None:
    account = {**ALLOW, "Principal": {"AWS": ACCOUNT}}
    role = {**ALLOW, "Principal": {"AWS": SESSION.role_arn}}
    delegated = parse_policy(document(account))
    assert delegated.as_resource_policy(READ, SESSION).verdict is Verdict.ALLOWED_ACCOUNT
    assert parse_policy(document(account, role)).as_resource_policy(READ, SESSION).verdict is (
        Verdict.ALLOWED
    )
    assert parse_policy(document(role, account)).as_resource_policy(READ, SESSION).verdict is (
        Verdict.ALLOWED
    )


def test_a_condition_of_a_statement_that_is_not_reached_is_not_asked() -> None:
    unknown = {"StringEquals": {"aws:MoonPhase": "full"}}
    other = {**OTHER, "Condition": unknown}
    assert parse_policy(document(other, ALLOW)).as_identity_policy(READ).verdict is Verdict.ALLOWED
    with pytest.raises(NotKnownError):
        parse_policy(document({**ALLOW, "Condition": unknown})).as_identity_policy(READ)


def test_one_statement_may_stand_without_a_list() -> None:
    single = json.dumps({"Statement": ALLOW})
    assert parse_policy(single).as_identity_policy(READ).verdict is Verdict.ALLOWED


def test_a_misspelled_element_is_refused_by_name() -> None:
    with pytest.raises(NotKnownError, match="Conditions"):
        parse_policy(document({**ALLOW, "Conditions": {}}))
