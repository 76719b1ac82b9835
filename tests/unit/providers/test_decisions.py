"""Every input of every AWS adapter changes in place or replaces as terraform-provider-aws decides.

The table (decisions.yaml) was read from the provider's Go source, not from the adapters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import pytest
import yaml

from local_cloud.providers.adapter import Input
from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.providers.aws.registry import ADAPTERS
from local_cloud.providers.lifecycle import Difference, Lifecycle
from local_cloud.providers.values import UNKNOWN, Properties, Value

_TABLE: Final = cast(
    "dict[str, dict[str, str]]",
    yaml.safe_load(Path(__file__).with_name("decisions.yaml").read_text()),
)
_ADAPTERS: Final = {adapter.resource_type: adapter for adapter in ADAPTERS}


@dataclass(frozen=True)
class Row:
    """What the table says of one input: whether it replaces, and whether the service chooses."""

    path: str
    replaces: bool
    chosen: bool


def _rows(token: str) -> list[Row]:
    words = _TABLE[token]["inputs"].split()
    forced = {word.rstrip("!~") for word in words if "!" in word}
    rows: list[Row] = []
    for word in words:
        path = word.rstrip("!~")
        # What is below an input that replaces is a part of it, and so replaces too.
        replaces = any(path == each or path.startswith(f"{each}.") for each in forced)
        rows.append(Row(path, replaces, "~" in word))
    return rows


_every_type = pytest.mark.parametrize(
    "token", _TABLE, ids=[token.rsplit(":", 1)[-1] for token in _TABLE]
)


def _paths(inputs: Mapping[str, Input], prefix: str = "") -> Iterable[str]:
    for name, spec in inputs.items():
        yield f"{prefix}{name}"
        yield from _paths(spec.fields or {}, f"{prefix}{name}.")


def _with(path: str, value: Value) -> Properties:
    """Inputs that hold one value, at a path."""
    name, _, rest = path.partition(".")
    return {name: _with(rest, value) if rest else value}


def _without(path: str) -> Properties:
    """Inputs that hold the structure around a path, but nothing at the path."""
    outer, _, name = path.rpartition(".")
    around: Properties = {"other": "stays"} if name else {}
    return _with(outer, around) if outer else {}


def _holding(path: str, value: Value) -> Properties:
    outer, _, name = path.rpartition(".")
    return _with(outer, {"other": "stays", name: value}) if outer else {name: value}


def _difference(
    token: str, old: Properties, new: Properties, state: Properties | None = None
) -> Difference:
    return Lifecycle(AwsProvider({}), token).diff(old, new, "subject", state or {})


def test_the_table_holds_exactly_the_inputs_of_the_adapters() -> None:
    held = {token: [row.path for row in _rows(token)] for token in _TABLE}
    assert held == {token: sorted(_paths(each.inputs)) for token, each in _ADAPTERS.items()}


@_every_type
def test_an_adapter_names_the_source_that_was_read(token: str) -> None:
    source = _ADAPTERS[token].source
    assert source == _TABLE[token]["source"]
    assert re.fullmatch(r"internal/service/[a-z0-9]+/[a-z0-9_]+\.go", source)


@_every_type
def test_a_changed_value_is_updated_or_replaces(token: str) -> None:
    for row in _rows(token):
        found = _difference(token, _with(row.path, "one"), _with(row.path, "two"))
        assert (row.path, bool(found.changes)) == (row.path, True)
        assert (row.path, bool(found.replaces)) == (row.path, row.replaces)
        unknown = _difference(token, _with(row.path, "one"), _with(row.path, UNKNOWN))
        assert (row.path, bool(unknown.replaces)) == (row.path, row.replaces)


@_every_type
def test_what_the_service_chooses_stays_when_it_is_taken_out(token: str) -> None:
    for row in _rows(token):
        found = _difference(token, _holding(row.path, "one"), _without(row.path))
        assert (row.path, bool(found.changes)) == (row.path, not row.chosen)
        assert (row.path, bool(found.replaces)) == (row.path, row.replaces and not row.chosen)


@_every_type
def test_giving_what_the_service_chose_changes_nothing(token: str) -> None:
    for row in (row for row in _rows(token) if "." not in row.path):
        same = _difference(token, {}, {row.path: "one"}, {row.path: "one"})
        assert (row.path, bool(same.changes)) == (row.path, not row.chosen)
        other = _difference(token, {}, {row.path: "two"}, {row.path: "one"})
        assert (row.path, bool(other.replaces)) == (row.path, row.replaces)


_CONDITIONAL: Final[list[tuple[str, str, Properties, Properties, Properties, set[str]]]] = [
    (
        "no object lock, said by the program",
        "aws:s3/bucket:Bucket",
        {},
        {"objectLockEnabled": False},
        {},
        set(),
    ),
    (
        "the catalog of the account given by name",
        "aws:glue/catalogDatabase:CatalogDatabase",
        {},
        {"catalogId": "111111111111"},
        {"catalogId": "111111111111"},
        set(),
    ),
    (
        "a rule that was disabled stays so when the program no longer says it",
        "aws:cloudwatch/eventRule:EventRule",
        {"state": "DISABLED"},
        {},
        {"state": "DISABLED"},
        set(),
    ),
    (
        "the scope that a filter policy has anyway",
        "aws:sns/topicSubscription:TopicSubscription",
        {"filterPolicy": "{}", "filterPolicyScope": "MessageAttributes"},
        {"filterPolicy": "{}"},
        {},
        set(),
    ),
    (
        "the batch size that a queue has anyway",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"batchSize": 10},
        {},
        {},
        set(),
    ),
    (
        "a function by its ARN instead of its name",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"functionName": "ingest"},
        {"functionName": "arn:aws:lambda:eu-west-1:111111111111:function:ingest"},
        {},
        set(),
    ),
    (
        "recovery switched off where it was never on",
        "aws:dynamodb/table:Table",
        {},
        {"pointInTimeRecovery": {"enabled": False}, "serverSideEncryption": {"enabled": False}},
        {"pointInTimeRecovery": {"enabled": False}, "serverSideEncryption": {"enabled": False}},
        set(),
    ),
    (
        "an Iceberg definition for a table that had none",
        "aws:glue/catalogTable:CatalogTable",
        {},
        {"openTableFormatInput": {"icebergInput": {"metadataOperation": "CREATE"}}},
        {},
        {"openTableFormatInput"},
    ),
    (
        "another place for the files of an Iceberg table",
        "aws:glue/catalogTable:CatalogTable",
        _with("openTableFormatInput.icebergInput.icebergTableInput.location", "s3://a/"),
        _with("openTableFormatInput.icebergInput.icebergTableInput.location", "s3://b/"),
        {},
        set(),
    ),
    (
        "a message size that is given up falls back to the default",
        "aws:sqs/queue:Queue",
        {"maxMessageSize": 262144},
        {},
        {"maxMessageSize": 262144},
        set(),
    ),
]


@pytest.mark.parametrize(
    ("token", "old", "new", "state", "replaces"),
    [case[1:] for case in _CONDITIONAL],
    ids=[case[0] for case in _CONDITIONAL],
)
def test_a_decision_that_depends_on_the_values(
    token: str, old: Properties, new: Properties, state: Properties, replaces: set[str]
) -> None:
    found = _difference(token, old, new, state)
    assert {change.name for change in found.changes if change.replace} == replaces
    if not replaces and "openTableFormatInput" not in new:
        assert found.changes == ()


@pytest.mark.parametrize(
    ("token", "inputs", "first"),
    [
        ("aws:s3/bucket:Bucket", {"bucket": "given", "objectLockEnabled": True}, True),
        ("aws:s3/bucket:Bucket", {"bucket": "subject-0123456", "objectLockEnabled": True}, False),
        ("aws:lambda/layerVersion:LayerVersion", {"layerName": "l", "description": "d"}, False),
    ],
    ids=["a given name is freed first", "a made-up name is not", "a layer gets another version"],
)
def test_the_old_object_goes_first_only_where_both_would_have_one_name(
    token: str, inputs: Properties, first: bool
) -> None:
    name = next(iter(inputs))
    found = _difference(token, {name: inputs[name]}, inputs)
    assert found.replaces
    assert found.delete_before_replace == first
