"""The hash of a contract changes with its meaning, and with nothing else."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tarn.contract.model import Contract, ContractCatalog
from tests.unit.contract.documents import changed, compile_document, compile_text, things

ORIGINAL = compile_document(things())
CODE = "schema.0.properties.0"


def _shuffled(value: Any, order: random.Random) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict):
        entries = [(key, _shuffled(entry, order)) for key, entry in value.items()]
        order.shuffle(entries)
        return dict(entries)
    if isinstance(value, list):
        return [_shuffled(entry, order) for entry in value]
    return value


@given(order=st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(order: random.Random) -> None:
    text = yaml.safe_dump(_shuffled(things(), order), sort_keys=False)

    contract = compile_text("# a comment\n" + text)

    assert contract == ORIGINAL
    assert contract.contract_hash == ORIGINAL.contract_hash


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", "2.0.0"),
        ("name", "Other things"),
        ("description.purpose", "Other words."),
        ("team.name", "others"),
        ("slaProperties.0.value", 3),
        (f"{CODE}.description", "Other words."),
        (f"{CODE}.relationships", [{"to": "things.code"}]),
        ("tags", ["more"]),
    ],
)
def test_prose_changes_the_catalog_but_ingests_nothing_again(path: str, value: object) -> None:
    contract = compile_document(changed(path, value))

    assert contract.contract_hash == ORIGINAL.contract_hash
    if path != "tags":  # not compiled at all
        assert _catalog_hash(contract) != _catalog_hash(ORIGINAL)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("customProperties.0.value", [""]),
        ("customProperties.1", {"property": "merge", "value": "replace-file"}),
        ("customProperties.1", {"property": "schemaChange", "value": "evolve"}),
        ("customProperties.1", {"property": "dialect", "value": {"delimiter": ";"}}),
        ("customProperties.1", {"property": "dialect", "value": {"quoteChar": ""}}),
        ("customProperties.1", {"property": "dialect", "value": {"header": False}}),
        ("customProperties.1", {"property": "dialect", "value": {"encoding": "utf-16"}}),
        ("schema.0.properties.2", None),
        (
            "schema.0.quality",
            [{"metric": "duplicateValues", "arguments": {"properties": ["code"]}, "mustBe": 0}],
        ),
        ("schema.0.quality", [{"metric": "rowCount", "mustBeGreaterThan": 0}]),
        (
            "schema.0.quality",
            [{"type": "sql", "query": "SELECT COUNT(*) FROM things WHERE code = 'A'", "mustBe": 0}],
        ),
        (f"{CODE}.customProperties", [{"property": "severity", "value": {"pattern": "warn"}}]),
        (f"{CODE}.name", "kode"),
        (f"{CODE}.unique", True),
        (f"{CODE}.classification", "pii"),
        (f"{CODE}.enum", [{"value": "A"}]),
        (f"{CODE}.logicalTypeOptions.pattern", "[A-Z]*"),
        (f"{CODE}.logicalTypeOptions.minLength", 2),
        (f"{CODE}.logicalTypeOptions.maxLength", None),
        ("schema.0.properties.1.required", True),
        ("schema.0.properties.1.physicalType", "DECIMAL(9,3)"),
        ("schema.0.properties.1.physicalType", "DOUBLE"),
        ("schema.0.properties.1.logicalTypeOptions.maximum", 99.6),
        ("schema.0.properties.2.logicalTypeOptions.format", "dd.MM.yyyy'Z'"),
        ("schema.0.properties.2.logicalTypeOptions.minimum", None),
    ],
    ids=str,
)
def test_every_change_of_meaning_changes_the_hash(path: str, value: object) -> None:
    document = changed(path, value)
    if "'Z'" in str(value):
        document["schema"][0]["properties"][2]["logicalTypeOptions"]["minimum"] = "01.01.2000Z"

    contract = compile_document(document)

    assert contract.contract_hash != ORIGINAL.contract_hash


def test_what_a_contract_does_not_use_leaves_its_hash_alone() -> None:
    """Outputs are named by it: a new kind of rule must not ingest every file again."""
    assert ORIGINAL.contract_hash == (
        "37b49e29df44e51dc248f6c7de7b88415fe48a2edf7fc949a598e361c6f6e319"
    )


def test_the_order_of_columns_matters_because_tables_follow_it() -> None:
    document = things()
    document["schema"][0]["properties"].reverse()

    assert compile_document(document).contract_hash != ORIGINAL.contract_hash


def test_the_hash_changes_with_the_generation_of_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarn.contract.model.VERDICT_GENERATION", 999)

    assert compile_document(things()).contract_hash != ORIGINAL.contract_hash


def _catalog_hash(contract: Contract) -> str:
    return ContractCatalog([contract]).catalog_hash
