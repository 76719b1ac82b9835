"""An operator announces and decides; everything else is for the functions and jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.infra.recording import ACCOUNT_ID

if TYPE_CHECKING:
    from tests.infra.recording import Recording

WRITES = {
    "AnnounceAgain": ["sqs:SendMessage"],
    "TakeDeadLetters": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
    "DecideOnQuarantine": ["s3:PutObject"],
    "UseLakeKey": ["kms:Decrypt", "kms:GenerateDataKey"],
}


def test_an_operator_writes_messages_and_decisions_only(stack: Recording) -> None:
    statements = _statements(stack)
    for sid, statement in statements.items():
        writing = [a for a in statement["Action"] if not _reads(a)]
        assert not writing or statement["Action"] == WRITES[sid], sid
    assert statements["DecideOnQuarantine"]["Resource"] == [
        f"arn:aws:s3:::tarn-test-quarantine-{ACCOUNT_ID}/decisions/*"
    ]


def test_the_account_decides_who_is_an_operator(stack: Recording) -> None:
    role = stack.only("aws:iam/role:Role", "operator-role")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{ACCOUNT_ID}:root"]}


def _reads(action: str) -> bool:
    return action.partition(":")[2].startswith(("Get", "List", "BatchGet"))


def _statements(stack: Recording) -> dict[str, Any]:
    policy = stack.only("aws:iam/rolePolicy:RolePolicy", "operator-permissions")
    document = json.loads(policy.inputs["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}
