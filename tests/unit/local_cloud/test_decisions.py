"""What is kept of the decisions, and that a decision can be made again by other policies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local_cloud.aws.authorization.decisions import Decision, DecisionRecord, Need, StatementUse
from local_cloud.aws.authorization.evaluation import Standing, decide
from local_cloud.aws.authorization.policy import Document, Policy, parse_policy
from local_cloud.aws.authorization.principals import Caller, CallerKind, service_caller
from local_cloud.aws.authorization.resources import ResourceSide

ACCOUNT = "000000000000"
REGION = "us-east-1"
BUCKET = "arn:aws:s3:::lake"
SESSION = Caller(
    kind=CallerKind.ROLE,
    account_id=ACCOUNT,
    arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ingest/run",
    name="ingest",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/ingest",
)
READ = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{BUCKET}/*"}
LIST = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": BUCKET}
TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": f"{BUCKET}/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy(*statements: Document) -> Policy:
    """Return a parsed document of the statements."""
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def standing(*identity: Document, bucket: Policy | None = None) -> Standing:
    """Return the policies of a role, and of the bucket if it has one."""
    side = ResourceSide(account_id=ACCOUNT, kind="bucket policy", policy=bucket, owner=BUCKET)
    return Standing(identity=(("permissions", policy(*identity)),), ceilings=(), side=side)


def get(key: str, **context: str) -> Need:
    """Return what reading an object needs."""
    return Need(action="s3:GetObject", resource=f"{BUCKET}/{key}", context=context)


def test_a_decision_names_the_statements_that_cover_the_request() -> None:
    decision = decide(SESSION, get("a"), REGION, standing(LIST, READ))
    assert decision.allowed
    assert decision.statements == (
        StatementUse(owner=str(SESSION.role_arn), policy="permissions", place=1),
    )


def test_the_same_need_is_refused_without_the_statement() -> None:
    decision = decide(SESSION, get("a"), REGION, standing(LIST))
    assert decision.because == "no identity-based policy allows the s3:GetObject action"


def test_a_denial_names_the_statement_that_denies() -> None:
    plain = get("a", **{"aws:SecureTransport": "false"})
    decision = decide(SESSION, plain, REGION, standing(READ, bucket=policy(TLS)))
    assert decision.because == "of an explicit deny in a bucket policy"
    assert decision.statements == (StatementUse(owner=BUCKET, policy="bucket policy", place=0),)


def test_a_service_has_no_policies_of_its_own() -> None:
    service = service_caller("s3.amazonaws.com", ACCOUNT)
    side = ResourceSide(account_id=ACCOUNT, kind="queue policy", policy=None)
    need = Need(action="sqs:SendMessage", resource="arn:aws:sqs:us-east-1:1:q")
    decision = decide(service, need, REGION, Standing(identity=(), ceilings=(), side=side))
    assert decision.because == "no queue policy allows the sqs:SendMessage action"


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        (decide(SESSION, get("b"), REGION, standing(READ)), 1),
        (decide(SESSION, get("b"), REGION, standing(LIST, READ)), 2),
        (decide(SESSION, get("b"), REGION, standing()), 2),
        (decide(replace(SESSION, role_arn="r"), get("a"), REGION, standing(READ)), 2),
    ],
)
def test_one_example_of_each_kind_is_kept(second: Decision, kept: int) -> None:
    record = DecisionRecord()
    record.add(decide(SESSION, get("a"), REGION, standing(READ)))
    record.add(second)
    assert len(record.all()) == kept
    assert record.all()[0].need.resource == f"{BUCKET}/a"
