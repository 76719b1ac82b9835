"""What keeps `tarn deploy` from applying anything, before and after it asked the engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cli.deploying import NotAsReviewedError, drifted, refusals, refuse_unfit
from review.model import Failure, Operation, ResourceChange, Review, Stop

HELD = Stop(by="protect", sentence="It is protected.", mandatory=True)
TOLD = Stop(by="waived", sentence="A waiver counts.", mandatory=False)


NOTHING = Review(stack="prod", base="b", head="h", changes=(), contracts=(), cost=None)


def change(*stops: Stop) -> ResourceChange:
    return ResourceChange(
        urns=("urn:pulumi:prod::tarn::t::landing",),
        type="t",
        operation=Operation.DELETE,
        properties=(),
        stops=stops,
    )


@pytest.mark.parametrize(
    ("reviewed", "said"),
    [
        (replace(NOTHING, stack="dev"), "it is a review of 'dev'"),
        (replace(NOTHING, failures=(Failure(urn=None, message="No."),)), "it failed: No."),
        (replace(NOTHING, stops=(HELD,)), "protect stops it: It is protected."),
        (replace(NOTHING, changes=(change(HELD),)), "protect stops it: It is protected."),
    ],
    ids=["another stack", "failed", "stopped", "a change is stopped"],
)
def test_a_review_that_allows_no_deployment_is_refused(reviewed: Review, said: str) -> None:
    with pytest.raises(NotAsReviewedError) as refused:
        refuse_unfit(reviewed, stack="prod")
    assert said in str(refused.value)
    assert "Nothing was applied to 'prod'" in str(refused.value)


def test_what_is_only_told_stops_nothing() -> None:
    refuse_unfit(replace(NOTHING, stops=(TOLD,), changes=(change(TOLD),)), stack="prod")


def test_drift_is_what_a_refresh_finds_otherwise_in_inputs() -> None:
    def done(name: str, op: str, **detailed: bool) -> dict[str, object]:
        diff = {path: {"inputDiff": is_input} for path, is_input in detailed.items()}
        metadata = {"urn": f"urn::{name}", "op": op, "detailedDiff": diff or None}
        return {"resOutputsEvent": {"metadata": metadata}}

    events = [
        done("queue", "update", visibilityTimeoutSeconds=True, fifo=False),
        done("bucket", "delete"),
        done("table", "update", itemCount=False),
        done("topic", "same"),
        # An older provider names what differs, and no more.
        {"resOutputsEvent": {"metadata": {"urn": "urn::key", "op": "update", "diffs": ["policy"]}}},
        {"summaryEvent": {}},
    ]
    assert list(drifted(events)) == [
        "queue has another visibilityTimeoutSeconds.",
        "bucket is gone.",
        "key has another policy.",
    ]


def test_only_mandatory_rules_refuse() -> None:
    events = [
        {"policyEvent": {"policyName": one, "message": " No. ", "enforcementLevel": level}}
        for one, level in (("a", "mandatory"), ("b", "advisory"))
    ]
    assert list(refusals(events)) == [("a", "No.")]
