"""The ceiling lets every role do what its own policy says, and nothing of anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from infra.iam.boundary import boundary_policy
from tests.infra.environments import make_deployment
from tests.infra.policies import RecordedStatement, statements

if TYPE_CHECKING:
    from tests.infra.recording import Recording

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
MANAGED_POLICY_CHARACTERS = 6144


@pytest.fixture(scope="module")
def bounded(record_stack: Callable[[Mapping[str, object]], Recording]) -> Recording:
    return record_stack({"environment": "test", "permissionsBoundary": "true"})


def ceiling(recording: Recording) -> list[dict[str, Any]]:
    return json.loads(recording.only(POLICY).inputs["policy"])["Statement"]


def covered(action: str, resource: str, allowed: list[dict[str, Any]]) -> bool:
    return any(
        action in one["Action"]
        and any(fnmatchcase(resource, pattern) for pattern in one["Resource"])
        for one in allowed
    )


def granted(recording: Recording) -> Iterator[tuple[RecordedStatement, str, str]]:
    for each in statements(recording):
        if each.type == "aws:iam/rolePolicy:RolePolicy":
            for action in each.actions:
                for resource in each.resources:
                    yield each, action, resource


def test_every_role_has_the_ceiling_and_comes_after_it(bounded: Recording) -> None:
    boundary = bounded.only(POLICY)
    roles = bounded.of_type(ROLE)
    assert len(roles) == 9
    for role in roles:
        assert role.inputs["permissionsBoundary"].endswith(":policy/tarn-test-boundary")
        assert role.property_dependencies["permissionsBoundary"] == (boundary.urn,)


def test_what_a_role_may_do_is_below_the_ceiling(bounded: Recording) -> None:
    allowed = ceiling(bounded)
    cut_off = {
        f"{each}: {action} on {resource}"
        for each, action, resource in granted(bounded)
        if not covered(action, resource, allowed)
    }
    assert cut_off == set()


def test_the_ceiling_allows_no_action_that_no_role_has(bounded: Recording) -> None:
    held = {action for _, action, _ in granted(bounded)}
    allowed = {action for one in ceiling(bounded) for action in one["Action"]}
    # Only where a contract protects columns does the function have this one.
    assert allowed - held == {"kms:GenerateMac"}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::tarn-other-landing-123456789012/a"),
        ("dynamodb:UpdateItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/tarn-other-x"),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/tarn-test-ingest"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::tarn-test-landing-123456789012/a"),
    ],
)
def test_nothing_else_is_below_the_ceiling(action: str, resource: str, bounded: Recording) -> None:
    assert not covered(action, resource, ceiling(bounded))


def test_it_is_no_longer_than_a_managed_policy_may_be() -> None:
    document = json.dumps(boundary_policy(make_deployment()), separators=(",", ":"))
    assert len(document) <= MANAGED_POLICY_CHARACTERS


def test_without_the_setting_no_role_has_one(stack: Recording) -> None:
    assert stack.of_type(POLICY) == []
    assert all("permissionsBoundary" not in role.inputs for role in stack.of_type(ROLE))
