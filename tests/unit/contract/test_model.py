"""The compiled form: what goes into an archive comes out of it unchanged."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarn.contract.fields import UnreadableContractError
from tarn.contract.model import (
    Column,
    ColumnKind,
    ColumnType,
    Contract,
    ContractCatalog,
    MergeMode,
)
from tarn.contract.rules import (
    Aggregate,
    Aggregation,
    FileRule,
    Operator,
    Protection,
    RowRule,
    SchemaChange,
    Severity,
)

ROOT = Path(__file__).parents[3]

_NAMES = st.text(alphabet="abcxyz_09", min_size=1, max_size=8)
_TEXTS = st.text(max_size=10)
_TYPES = st.one_of(
    st.sampled_from([k for k in ColumnKind if k is not ColumnKind.DECIMAL]).map(
        lambda kind: ColumnType(kind=kind)
    ),
    st.builds(
        ColumnType,
        kind=st.just(ColumnKind.DECIMAL),
        precision=st.integers(1, 38),
        scale=st.integers(0, 9),
    ),
)
_COLUMNS = st.builds(
    Column,
    name=_NAMES,
    type=_TYPES,
    description=_TEXTS,
    required=st.booleans(),
    unique=st.booleans(),
    minimum=st.none() | _NAMES,
    maximum=st.none() | _NAMES,
    enum=st.lists(_TEXTS, max_size=3).map(tuple),
    pattern=st.none() | _NAMES,
    min_length=st.none() | st.integers(0, 99),
    max_length=st.none() | st.integers(0, 99),
    date_format=st.none() | _NAMES,
    zone_required=st.booleans(),
    classification=st.none() | _NAMES,
    protection=st.none() | st.sampled_from(Protection),
    severities=st.dictionaries(_NAMES, st.sampled_from(Severity), max_size=2),
)
_EXPRESSIONS = st.recursive(
    st.just(["column", "a"]), lambda inner: st.builds(lambda one: ["not", one], inner)
)
_ROW_RULES = st.builds(
    RowRule,
    name=_NAMES,
    severity=st.sampled_from(Severity),
    broken_when=_EXPRESSIONS,
    text=_NAMES,
    columns=st.lists(_NAMES, max_size=2).map(tuple),
)
_FILE_RULES = st.builds(
    FileRule,
    name=_NAMES,
    rule=_NAMES,
    severity=st.sampled_from(Severity),
    value=_EXPRESSIONS,
    aggregates=st.lists(
        st.builds(
            Aggregate,
            aggregation=st.sampled_from(Aggregation),
            of=st.none() | _EXPRESSIONS,
            where=st.none() | _EXPRESSIONS,
        ),
        max_size=2,
    ).map(tuple),
    operator=st.sampled_from(Operator),
    bounds=st.lists(_NAMES, max_size=2).map(tuple),
    text=_NAMES,
)
_TUPLES = st.lists(_TEXTS, max_size=3).map(tuple)
_CONTRACTS = st.builds(
    Contract,
    dataset=_NAMES,
    version=_TEXTS,
    title=_TEXTS,
    description=_TEXTS,
    owner=_TEXTS,
    columns=st.lists(_COLUMNS, max_size=3).map(tuple),
    key=_TUPLES,
    null_markers=_TUPLES,
    merge=st.sampled_from(MergeMode),
    unique_together=st.lists(_TUPLES, max_size=2).map(tuple),
    unique_severities=st.lists(st.sampled_from(Severity), max_size=2).map(tuple),
    schema_change=st.sampled_from(SchemaChange),
    row_rules=st.lists(_ROW_RULES, max_size=2).map(tuple),
    file_rules=st.lists(_FILE_RULES, max_size=2).map(tuple),
    freshness_seconds=st.none() | st.integers(1, 10**6),
    produced_by=st.none() | _NAMES,
)


@given(contracts=st.lists(_CONTRACTS, max_size=3, unique_by=lambda contract: contract.dataset))
def test_a_catalog_survives_its_own_text(contracts: list[Contract]) -> None:
    catalog = ContractCatalog(contracts)

    read = ContractCatalog.from_json(catalog.to_json())

    assert dict(read) == dict(catalog)
    assert read.to_json() == catalog.to_json()
    assert read.catalog_hash == catalog.catalog_hash


def test_models_are_apart_from_what_is_ingested() -> None:
    landed = Contract(
        dataset="a", version="1", title="t", description="d", owner="o", columns=(), key=()
    )
    made = dataclasses.replace(landed, dataset="b", produced_by="job")

    catalog = ContractCatalog([made, landed])

    assert list(catalog) == ["a", "b"]
    assert (catalog.ingested, catalog.models) == ((landed,), (made,))


@pytest.mark.parametrize(
    ("catalog", "problem"),
    [
        pytest.param([], "the catalog is not an object", id="list"),
        pytest.param({"contracts": {}}, "contracts is not a list", id="no list"),
        pytest.param({"contracts": [1]}, "contracts holds", id="no object"),
        pytest.param({"contracts": [{}]}, "dataset is missing", id="no dataset"),
        pytest.param({"contracts": [{"dataset": 1}]}, "dataset is not text", id="no text"),
    ],
)
def test_a_catalog_of_another_form_is_refused_with_the_field(catalog: object, problem: str) -> None:
    with pytest.raises(UnreadableContractError, match=f"{problem}.*deploy it again"):
        ContractCatalog.from_json(json.dumps(catalog))


def test_a_function_reads_contracts_without_yaml_or_pydantic() -> None:
    program = (
        "import sys; import tarn.contract.model, tarn.contract.schemas, tarn.contract.scalars;"
        "print([name for name in ('yaml', 'pydantic', 'pyarrow', 'boto3') if name in sys.modules])"
    )

    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"
