"""The engine's events and states, as short as a test needs them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from review.assessment import EngineResults, assess
from review.model import ResourceChange, Review

QUEUE = "aws:sqs/queue:Queue"
TABLE = "snowflake:index/table:Table"
BUCKET = "aws:s3/bucket:Bucket"

Inputs = Mapping[str, Any]


def urn(type_name: str, name: str) -> str:
    return f"urn:pulumi:prod::tarn::{type_name}::{name}"


def state(
    type_name: str, name: str, inputs: Inputs | None = None, **more: object
) -> dict[str, Any]:
    return {
        "urn": urn(type_name, name),
        "type": type_name,
        "custom": True,
        "id": name,
        "inputs": dict(inputs or {}),
        "outputs": {},
        **more,
    }


def event(
    operation: str,
    type_name: str,
    name: str,
    old: Inputs | None = None,
    new: Inputs | None = None,
    differing: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One step; ``differing`` are paths with the engine's kinds, e.g. ``update-replace``."""
    metadata = {
        "op": operation,
        "urn": urn(type_name, name),
        "type": type_name,
        "old": None if old is None else {"custom": True, "inputs": dict(old)},
        "new": None if new is None else {"custom": True, "inputs": dict(new)},
        "detailedDiff": {
            path: {"diffKind": kind, "inputDiff": True} for path, kind in (differing or {}).items()
        },
    }
    return {"resourcePreEvent": {"metadata": metadata}}


def review_of(
    *events: Mapping[str, Any],
    states: tuple[Mapping[str, Any], ...] = (),
    plan: Mapping[str, Any] | None = None,
    failures: tuple[tuple[str, str], ...] = (),
    root: Path = Path("/nowhere"),
) -> Review:
    """Judge events against states; what an event has an old side of is in the base."""
    known = {one["urn"] for one in states}
    implied: dict[str, Mapping[str, Any]] = {}
    for one in events:
        metadata = one.get("resourcePreEvent", {}).get("metadata", {})
        if metadata.get("old") and metadata["urn"] not in known:
            name = metadata["urn"].rpartition("::")[2]
            implied[metadata["urn"]] = state(metadata["type"], name, metadata["old"]["inputs"])
    results = EngineResults(
        state=(*states, *implied.values()),
        events=events,
        plan=plan or {},
        failures=failures,
        base_root=root / "base",
        head_root=root / "head",
        region="eu-central-1",
    )
    return assess(results, stack="prod", base="b" * 40, head="a" * 40)


def only_change(*events: Mapping[str, Any], **more: Any) -> ResourceChange:  # noqa: ANN401
    """The one change that the events make."""
    (change,) = review_of(*events, **more).changes
    return change
