"""Every granted action exists in AWS, and is granted on a kind of resource that it acts on.

A misspelt action, or one on the wrong kind of resource, grants nothing and is only noticed in the
account. The table is AWS's Service Authorization Reference as cfn-lint carries it. It does not say
whether a name in an ARN is the right one; the local cloud, which enforces policies, shows that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from tests.infra.policies import RecordedStatement, statements

if TYPE_CHECKING:
    from tests.infra.recording import Recording

Reference = Mapping[str, Mapping[str, Mapping[str, Any]]]

IDENTITY: Final = "aws:iam/rolePolicy:RolePolicy"
GLUE_CATALOG: Final = re.compile(r"arn:aws:glue:[^:]+:[^:]+:catalog")
"""The table knows the catalogs of other services, with a name; the account's own has none."""


@pytest.fixture(scope="module")
def reference() -> Reference:
    """Actions and resource types by service."""
    text = files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text()
    return cast("Reference", json.loads(text))


def test_every_action_exists(stack: Recording, reference: Reference) -> None:
    unknown = {
        f"{each}: {action}"
        for each in statements(stack)
        for action in each.actions
        if each.data["Effect"] == "Allow" and not _exists(action, reference)
    }
    assert unknown == set()


def test_every_action_of_a_role_acts_on_a_resource_it_is_granted_on(
    stack: Recording, reference: Reference
) -> None:
    idle = {
        f"{each}: {action}"
        for each in _granted(stack)
        for action in each.actions
        if not any(_acts_on(action, resource, reference) for resource in each.resources)
    }
    assert idle == set()


def test_every_resource_of_a_role_is_one_that_some_action_acts_on(
    stack: Recording, reference: Reference
) -> None:
    idle = {
        f"{each}: {resource}"
        for each in _granted(stack)
        for resource in each.resources
        if not any(_acts_on(action, resource, reference) for action in each.actions)
    }
    assert idle == set()


@pytest.mark.parametrize(
    ("action", "resource", "acts"),
    [
        ("s3:GetObject", "arn:aws:s3:::bucket/*", True),
        ("s3:GetObject", "arn:aws:s3:::bucket", False),
        ("s3:ListBucket", "arn:aws:s3:::bucket/*", False),
        ("s3:GetObjekt", "arn:aws:s3:::bucket/*", False),
        ("sqs:SendMessage", "arn:aws:sns:eu-central-1:1:topic", False),
        ("glue:GetTable", "arn:aws:glue:eu-central-1:1:catalog", True),
        ("glue:NotifyEvent", "arn:aws:glue:eu-central-1:1:job/curate", False),
    ],
)
def test_the_judgement_itself(reference: Reference, action: str, resource: str, acts: bool) -> None:
    assert _acts_on(action, resource, reference) is acts


def _granted(stack: Recording) -> list[RecordedStatement]:
    return [each for each in statements(stack) if each.type == IDENTITY]


def _exists(action: str, reference: Reference) -> bool:
    service, _, name = action.lower().partition(":")
    pattern = re.escape(name).replace(r"\*", ".*")
    return any(re.fullmatch(pattern, known) for known in reference[service]["Actions"])


def _acts_on(action: str, resource: str, reference: Reference) -> bool:
    service, _, name = action.lower().partition(":")
    kinds = reference[service]["Actions"].get(name, {}).get("Resources")
    if kinds is None or resource == "*":
        return resource == "*"
    if GLUE_CATALOG.fullmatch(resource):
        return "catalog" in kinds
    formats = [
        form for kind in kinds for form in reference[service]["Resources"][kind]["ARNFormats"]
    ]
    return _fits_s3(kinds, resource, service) and any(_fits(form, resource) for form in formats)


def _fits_s3(kinds: list[str], resource: str, service: str) -> bool:
    """The table has one format for buckets and objects; a slash tells them apart."""
    return service != "s3" or ("/" in resource) == ("object" in kinds)


def _fits(form: str, resource: str) -> bool:
    literal = re.sub(r"\$\{\w+\}", "[^:]*", form)
    return re.fullmatch(literal, resource) is not None
