"""From the engine's events to changes: nothing that is no change, equal ones together."""

from __future__ import annotations

import zipfile
from pathlib import Path

from review.model import Operation, RiskClass
from tests.unit.review.engine_events import (
    BUCKET,
    QUEUE,
    TABLE,
    event,
    only_change,
    review_of,
    state,
    urn,
)


def test_what_stays_the_same_is_not_told() -> None:
    found = review_of(event("same", QUEUE, "q", {"name": "q"}, {"name": "q"}))
    assert found.changes == ()


def test_a_difference_of_outputs_only_is_not_told() -> None:
    found = review_of(event("update", QUEUE, "q", {"name": "q"}, {"name": "q"}, {"arn": "update"}))
    assert found.changes == ()


def test_a_component_is_not_told() -> None:
    made = event("create", "tarn:lake:Lake", "lake", None, {})
    made["resourcePreEvent"]["metadata"]["new"]["custom"] = False
    assert review_of(made).changes == ()


def test_a_replacement_says_which_property_forces_it() -> None:
    old, new = {"name": "a", "tags": {"x": "1"}}, {"name": "b", "tags": {"x": "2"}}
    change = only_change(
        *(
            event(operation, QUEUE, "q", old, new, {"name": "update-replace", "tags.x": "update"})
            for operation in ("create-replacement", "replace", "delete-replaced")
        )
    )
    assert change.operation is Operation.REPLACE
    assert change.replaced_because == ("name",)
    assert [(one.path, one.old, one.new, one.replaces) for one in change.properties] == [
        ("name", "a", "b", True),
        ("tags.x", "1", "2", False),
    ]


def test_equal_changes_are_one_and_different_ones_are_not() -> None:
    def tagged(name: str, value: str) -> dict[str, object]:
        return event(
            "update", BUCKET, name, {"tags": {}}, {"tags": {"t": value}}, {"tags.t": "add"}
        )

    found = review_of(tagged("c", "1"), tagged("a", "1"), tagged("b", "2"))
    assert [change.urns for change in found.changes] == [
        (urn(BUCKET, "a"), urn(BUCKET, "c")),
        (urn(BUCKET, "b"),),
    ]


def test_the_order_of_events_does_not_matter() -> None:
    events = [
        event("update", BUCKET, name, {"tags": {}}, {"tags": {"t": name}}, {"tags.t": "add"})
        for name in ("a", "b", "c")
    ]
    assert review_of(*events) == review_of(*reversed(events))


def test_a_secret_that_changes_is_told_and_not_shown() -> None:
    change = only_change(
        event(
            "update",
            "aws:lambda/function:Function",
            "f",
            {"environment": {"variables": {"TOKEN": "[secret]"}}},
            {"environment": {"variables": {"TOKEN": "[secret]"}}},
            {"environment.variables.TOKEN": "update"},
        )
    )
    (changed,) = change.properties
    assert (changed.old, changed.new, changed.secret) == ("[secret]", "[secret]", True)
    assert [risk.risk_class for risk in change.risks] == [RiskClass.HARMLESS]


def test_what_protects_a_resource_stops_its_end_and_the_end_is_still_told() -> None:
    held = state(TABLE, "t", protect=True, retainOnDelete=True)
    change = only_change(event("delete", TABLE, "t", {}), states=(held,))
    assert change.operation is Operation.RETAIN
    assert [stop.by for stop in change.stops] == ["protect"]
    assert change.risks[0].risk_class is RiskClass.DATA_LOSS


def test_a_broken_guardrail_stops_what_it_names_or_everything() -> None:
    broken = {
        "resourceUrn": urn(QUEUE, "q"),
        "policyName": "sqs-encrypted",
        "message": "Encrypt\n  it.",
        "enforcementLevel": "mandatory",
    }
    whole = {**broken, "resourceUrn": "", "policyName": "tags"}
    # What only warns, and is not about what changes, was so before.
    warning = {**whole, "policyName": "waived", "enforcementLevel": "advisory"}
    found = review_of(
        event("create", QUEUE, "q", None, {"name": "q"}),
        {"policyEvent": broken},
        {"policyEvent": broken},
        {"policyEvent": whole},
        {"policyEvent": warning},
    )
    (stop,) = found.changes[0].stops
    assert (stop.by, stop.sentence, stop.mandatory) == ("sqs-encrypted", "Encrypt it.", True)
    assert [(stop.by, stop.mandatory) for stop in found.stops] == [("tags", True)]


def test_what_the_head_is_refused_for_is_told_without_this_machines_folders() -> None:
    found = review_of(
        failures=(("", "/nowhere/head/infra/x.py: no"), (urn(QUEUE, "q"), "too long"))
    )
    assert [(one.urn, one.message) for one in found.failures] == [
        (None, "infra/x.py: no"),
        (urn(QUEUE, "q"), "too long"),
    ]


def test_code_is_shown_by_its_changed_files_where_it_is_stored_and_where_it_runs(
    tmp_path: Path,
) -> None:
    for side, text in (("base", "1"), ("head", "2")):
        (tmp_path / side).mkdir()
        with zipfile.ZipFile(tmp_path / side / f"{side}.zip", "w") as archive:
            archive.writestr("lambdas/a.py", text)
            archive.writestr("lambdas/same.py", "same")

    def stored(side: str) -> dict[str, object]:
        asset = {
            "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
            "path": str(tmp_path / side / f"{side}.zip"),
            "hash": side,
        }
        return {"key": f"functions/{side}.zip", "source": asset}

    old, new = {"s3Key": "functions/base.zip"}, {"s3Key": "functions/head.zip"}
    found = review_of(
        event(
            "replace", "aws:s3/bucketObjectv2:BucketObjectv2", "code", stored("base"),
            stored("head"), {"key": "update-replace", "source": "update"},
        ),
        event("update", "aws:lambda/function:Function", "f", old, new, {"s3Key": "update"}),
        root=tmp_path,
    )  # fmt: skip
    assert {change.type.rpartition(":")[2]: change.changed_files for change in found.changes} == {
        "BucketObjectv2": ("lambdas/a.py",),
        "Function": ("lambdas/a.py",),
    }
    assert {risk.risk_class for change in found.changes for risk in change.risks} == {
        RiskClass.HARMLESS
    }


def test_dependencies_are_kept_around_what_changes() -> None:
    states = (
        state(QUEUE, "q"),
        state(BUCKET, "needs-q", dependencies=[urn(QUEUE, "q")]),
        state(BUCKET, "far", dependencies=[urn(BUCKET, "needs-q")]),
    )
    found = review_of(event("delete", QUEUE, "q", {}), states=states)
    assert [(one.dependent, one.on) for one in found.dependencies] == [
        (urn(BUCKET, "needs-q"), urn(QUEUE, "q"))
    ]


def test_protection_that_is_lifted_is_a_change_although_no_input_is() -> None:
    queue = {"name": "q"}
    found = review_of(
        event("same", QUEUE, "q", queue, queue),
        states=(state(QUEUE, "q", queue, protect=True),),
        plan={urn(QUEUE, "q"): {"goal": {"protect": False}}},
    )
    (change,) = found.changes
    assert [(one.path, one.old, one.new) for one in change.properties] == [("protect", True, False)]
    assert [risk.risk_class for risk in change.risks] == [RiskClass.DATA_LOSS]
