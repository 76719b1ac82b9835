"""The JSON view is the model, and its schema describes the model's every field."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import jsonschema
import pytest

from review import model
from review.model import MODEL_VERSION, JsonValue, Operation, PropertyChange, Review, RiskClass
from review.views import as_json
from review.views.json_document import SCHEMA, camel_case
from tests.unit.review.examples import NOTHING, REVIEW, TAGS

Schema = dict[str, Any]
PARTS = {
    model.PropertyChange: "propertyChange",
    model.ResourceChange: "resourceChange",
    model.Stop: "stop",
    model.Failure: "failure",
    model.ContractChange: "contractChange",
    model.CostReport: "costReport",
}


def schema() -> Schema:
    return cast("Schema", json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("review", [REVIEW, NOTHING], ids=["everything", "nothing"])
def test_a_review_is_valid_by_the_schema(review: Review) -> None:
    jsonschema.validate(json.loads(as_json(review)), schema())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_the_schema_names_every_field_of_the_model(part: type) -> None:
    described = schema()["$defs"][PARTS[part]]
    assert is_dataclass(part)
    names = [camel_case(field.name) for field in fields(part)]
    assert sorted(described["properties"]) == sorted(names)
    assert sorted(described["required"]) == sorted(names)


def test_the_schema_names_every_field_of_the_review() -> None:
    described = schema()
    assert set(described["properties"]) - {"summary"} == {
        camel_case(field.name) for field in fields(Review)
    }
    assert described["properties"]["version"]["const"] == MODEL_VERSION
    assert described["$defs"]["riskClass"]["enum"] == [*RiskClass]
    assert described["$defs"]["operation"]["enum"] == [*Operation]


def test_the_order_of_a_mapping_does_not_reach_the_bytes() -> None:
    orders: tuple[JsonValue, JsonValue] = (
        {"a": 1, "b": {"c": 2, "d": 3}},
        {"b": {"d": 3, "c": 2}, "a": 1},
    )
    one, other = (
        replace(
            REVIEW,
            changes=(replace(TAGS, properties=(PropertyChange(path="tags", old=tags, new=None),)),),
        )
        for tags in orders
    )
    assert as_json(one) == as_json(other)


def test_the_summary_counts_resources_and_dollars() -> None:
    assert json.loads(as_json(REVIEW))["summary"] == {
        "riskClasses": {
            "data-loss": 1,
            "security": 1,
            "outage": 1,
            "breaking-contract": 1,
            "cost-up": 1,
            "harmless": 4,
        },
        "operations": {"update": 6, "replace": 1},
        "monthlyCostDelta": 10.0,
    }
