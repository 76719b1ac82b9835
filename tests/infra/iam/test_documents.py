"""The rules that a policy document is held to when it is built."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.errors import PolicyError
from infra.iam.document import (
    Effect,
    PolicyDocument,
    Statement,
    deny_insecure_transport,
    identity_policy,
    key_policy,
    resource_policy,
    service_trust,
    to_json,
    trust_policy,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BUCKET = "arn:aws:s3:::tarn-test-landing-123456789012"
SERVICE = {"Service": ("s3.amazonaws.com",)}


@pytest.mark.parametrize("actions", [("*",), ("s3:*",), ("s3:GetObject", "sqs:*"), ()])
def test_a_role_is_never_granted_a_whole_service(actions: Sequence[str]) -> None:
    with pytest.raises(PolicyError, match="List the calls that the code makes"):
        identity_policy(Statement(sid="Wide", actions=actions, resources=(BUCKET,)))


@pytest.mark.parametrize("resources", [("*",), (BUCKET, "*"), ()])
def test_a_role_is_never_granted_every_resource(resources: Sequence[str]) -> None:
    with pytest.raises(PolicyError, match="no resource, or every resource"):
        identity_policy(Statement(sid="Wide", actions=("s3:GetObject",), resources=resources))


def test_what_iam_cannot_limit_to_a_resource_must_be_limited_by_its_condition() -> None:
    actions, resources = ("cloudwatch:PutMetricData",), ("*",)
    with pytest.raises(PolicyError):
        identity_policy(Statement(sid="Metrics", actions=actions, resources=resources))
    narrowed = Statement(
        sid="Metrics",
        actions=actions,
        resources=resources,
        conditions={"StringEquals": {"cloudwatch:namespace": "Tarn"}},
    )
    assert identity_policy(narrowed)["Statement"]


def test_the_condition_of_one_action_does_not_widen_another() -> None:
    with pytest.raises(PolicyError):
        identity_policy(
            Statement(
                sid="Smuggled",
                actions=("cloudwatch:PutMetricData", "s3:GetObject"),
                resources=("*",),
                conditions={"StringEquals": {"cloudwatch:namespace": "Tarn"}},
            )
        )


def test_a_role_of_its_own_names_no_principal() -> None:
    with pytest.raises(PolicyError, match="has none"):
        identity_policy(
            Statement(
                sid="Named", actions=("s3:GetObject",), resources=(BUCKET,), principals=SERVICE
            )
        )


@pytest.mark.parametrize("build", [resource_policy, key_policy, trust_policy])
@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            Statement(sid="Anyone", actions=("s3:GetObject",), resources=(BUCKET,), everyone=True),
            id="everyone",
        ),
        pytest.param(
            Statement(
                sid="Anyone",
                actions=("s3:GetObject",),
                resources=(BUCKET,),
                principals={"AWS": ("*",)},
            ),
            id="star",
        ),
        pytest.param(
            Statement(sid="Nobody", actions=("s3:GetObject",), resources=(BUCKET,)), id="nobody"
        ),
    ],
)
def test_nothing_is_opened_to_everyone_or_to_nobody(
    build: Callable[..., PolicyDocument], statement: Statement
) -> None:
    with pytest.raises(PolicyError, match="Name the service or the account"):
        build(statement)


def test_denying_everyone_everything_over_plain_http_is_allowed() -> None:
    document = resource_policy(deny_insecure_transport("s3", (BUCKET,)))
    assert document["Statement"] == [
        {
            "Sid": "DenyInsecureTransport",
            "Effect": Effect.DENY.value,
            "Principal": "*",
            "Action": ["s3:*"],
            "Resource": [BUCKET],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_a_keys_policy_means_the_key_whatever_it_is_called() -> None:
    document = key_policy(Statement(sid="Use", actions=("kms:Decrypt",), principals=SERVICE))
    (statement,) = json.loads(to_json(document))["Statement"]
    assert statement["Resource"] == ["*"]


def test_a_service_can_be_trusted_for_one_account_only() -> None:
    (statement,) = json.loads(to_json(service_trust("glue.amazonaws.com", account_id="1")))[
        "Statement"
    ]
    assert statement["Principal"] == {"Service": ["glue.amazonaws.com"]}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "1"}}


def test_the_same_document_is_the_same_text() -> None:
    """Or every preview would show a change."""
    document = resource_policy(deny_insecure_transport("s3", (BUCKET,)))
    assert to_json(document) == to_json(json.loads(to_json(document)))
