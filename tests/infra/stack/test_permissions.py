"""Least privilege, as data: every policy document of the stack is read and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.iam.document import ACTIONS_WITHOUT_RESOURCE
from tests.infra.policies import POLICY_INPUTS, RecordedStatement, statements
from tests.infra.recording import ACCOUNT_ID

if TYPE_CHECKING:
    from tests.infra.recording import Recording

OURS: Final = ("tarn-test", "tarn_test", "TARN_TEST")
GLUE_CATALOG: Final = f":{ACCOUNT_ID}:catalog"
SERVICES_OWN_LOG_GROUPS: Final = "log-group:/aws-glue/"
IDENTITY: Final = "aws:iam/rolePolicy:RolePolicy"
KEY: Final = "aws:kms/key:Key"


def test_no_statement_allows_every_action_of_a_service(stack: Recording) -> None:
    """Except the key's: there the account, and so IAM, administers it."""
    for each in _allowing(stack):
        if each.data["Sid"] != "AccountAdministersThroughIam":
            assert not [a for a in each.actions if a.endswith(":*") or a == "*"], str(each)


def test_no_role_is_granted_every_resource(stack: Recording) -> None:
    for each in _allowing(stack):
        if each.type == IDENTITY and "*" in each.resources:
            tested = {key for tests in each.conditions.values() for key in tests}
            assert {ACTIONS_WITHOUT_RESOURCE[action] for action in each.actions} <= tested, str(
                each
            )


def test_every_granted_resource_is_ours(stack: Recording) -> None:
    """A name of this environment, the key, or what AWS names itself for this account."""
    key_arns = {f"arn:aws:kms:eu-central-1:{ACCOUNT_ID}:key/lake-key"}
    for each in _allowing(stack):
        for resource in each.resources:
            is_ours = (
                any(name in resource for name in OURS)
                or resource in key_arns
                or resource.endswith(GLUE_CATALOG)
                or SERVICES_OWN_LOG_GROUPS in resource
                or (resource == "*" and each.type in (KEY, IDENTITY))
            )
            assert is_ours, f"{each}: {resource}"


def test_nobody_is_allowed_anonymously(stack: Recording) -> None:
    for each in _allowing(stack):
        principal = each.data.get("Principal", {})
        assert principal != "*", str(each)
        assert "*" not in principal.values(), str(each)


def test_every_service_principal_acts_for_this_account_only(stack: Recording) -> None:
    """The confused deputy: a service must not be led to our resources by another account."""
    for each in _allowing(stack):
        principal = each.data.get("Principal", {})
        is_resource_policy = each.type not in (IDENTITY, "aws:iam/role:Role")
        if is_resource_policy and "Service" in principal:
            assert ACCOUNT_ID in str(each.conditions), str(each)


def test_every_bucket_and_queue_refuses_plain_http(stack: Recording) -> None:
    for policy_type, owner_type in (
        ("aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucket:Bucket"),
        ("aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"),
    ):
        refusing = [
            each
            for each in statements(stack)
            if each.type == policy_type
            and each.data["Effect"] == "Deny"
            and each.conditions == {"Bool": {"aws:SecureTransport": "false"}}
        ]
        assert len(refusing) == len(stack.of_type(owner_type))


def test_every_role_has_a_document_of_its_own(stack: Recording) -> None:
    roles = [each.inputs["name"] for each in stack.of_type("aws:iam/role:Role")]
    holders = [each.inputs["role"] for each in stack.of_type(IDENTITY)]
    assert sorted(roles) == sorted(holders)


def test_no_managed_policy_is_attached(stack: Recording) -> None:
    attached = [each.type for each in stack.registrations if "olicyAttachment" in each.type]
    inline = [r.urn for r in stack.of_type("aws:iam/role:Role") if "managedPolicyArns" in r.inputs]
    assert (attached, inline) == ([], [])


def test_every_type_that_holds_a_policy_is_read_here(stack: Recording) -> None:
    """A new kind of policy must not slip past the rules above."""
    unread = {
        each.type
        for each in stack.registrations
        for name, value in each.inputs.items()
        if isinstance(value, str)
        if name.lower().endswith("policy") and POLICY_INPUTS.get(each.type) != name
    }
    # A queue's redrive policies say where messages go, not who may do what.
    assert unread <= {"aws:sqs/queue:Queue"}


def _allowing(stack: Recording) -> list[RecordedStatement]:
    return [each for each in statements(stack) if each.data["Effect"] == "Allow"]
