"""The rules through the real engine: refused at preview, waived in the open, and not for ever."""

from __future__ import annotations

import json

import pytest

from guardrails.pack import DAY_VARIABLE
from tests.e2e.checkout import Checkout
from tests.e2e.small_stack import SmallStack

pytestmark = pytest.mark.timeout(600)

PROGRAM = """
tags = dict.fromkeys(("Project", "Environment", "Component", "Owner", "ManagedBy"), "small")
key = aws.kms.Key(
    "key", enable_key_rotation=True, deletion_window_in_days=30, tags=tags,
    opts=pulumi.ResourceOptions(protect=True),
)
aws.sqs.Queue("queue", name="small", kms_master_key_id=key.arn, tags=tags)
"""
WAIVERS = [
    {
        "rule": rule,
        "resource": "queue",
        "reason": "It is a test's.",
        "expires": "2027-01-31",
    }
    for rule in ("queue-has-dead-letters", "queue-requires-tls")
]


def test_a_rule_refuses_until_it_is_waived_and_again_when_the_waiver_expires(
    checkout: Checkout,
) -> None:
    checkout.tarn("local", "up")
    small = SmallStack.make(checkout, "rules", PROGRAM)
    pack = ("preview", "--policy-pack", str(checkout.root / "guardrails"))

    said = small.fails(*pack)
    assert "[mandatory] queue-has-dead-letters (aws:sqs/queue:Queue: queue)" in said
    assert "[mandatory] queue-requires-tls (aws:sqs/queue:Queue: queue)" in said
    # The key's ARN is not known yet, and that it is given is enough.
    assert "queue-encrypted-with-kms" not in said

    small.succeeds("config", "set", "--plaintext", "guardrails:waivers", json.dumps(WAIVERS))
    small.environment[DAY_VARIABLE] = "2027-01-31"
    said = " ".join(small.succeeds(*pack).split())
    assert "queue-has-dead-letters does not count until 2027-01-31 for queue" in said

    small.environment[DAY_VARIABLE] = "2027-02-01"
    said = small.fails(*pack)
    assert "The waiver of queue-requires-tls for queue expired on 2027-01-31" in said
    assert "[mandatory] queue-requires-tls" in said
