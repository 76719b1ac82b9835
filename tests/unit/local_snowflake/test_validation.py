"""What the provider refuses at preview is refused at preview, with the input's path and why."""

from __future__ import annotations

import pytest

from local_cloud.providers.checking import NameRequest
from local_cloud.providers.lifecycle import Lifecycle
from local_cloud.providers.snowflake.preview_features import KNOWN_FEATURES, PREVIEW_FEATURES
from local_cloud.providers.snowflake.provider import SnowflakeProvider
from local_cloud.providers.values import UNKNOWN, Properties, Value
from tests.unit.local_snowflake.bad_values import BAD, GOOD, Bad
from tests.unit.local_snowflake.decisions import DATABASE, FORMAT, ICEBERG, SCHEMA
from tests.unit.local_snowflake.package import is_preview, preview_features

LOCAL = {"SNOWFLAKE_HOST": "127.0.0.1", "PULUMI_BACKEND_URL": "file:///tmp/state"}


def _failures(resource_type: str, inputs: Properties) -> dict[str, str]:
    provider = SnowflakeProvider(LOCAL)
    provider.configure({"previewFeaturesEnabled": [*PREVIEW_FEATURES.values()]})
    request = NameRequest(resource="subject", seed=b"seed")
    _, failures = Lifecycle(provider, resource_type).check({}, inputs, request)
    return {failure.property: failure.reason for failure in failures}


@pytest.mark.parametrize("resource_type", GOOD, ids=[one.rsplit(":", 1)[-1] for one in GOOD])
def test_good_inputs_pass_known_or_not(resource_type: str) -> None:
    good = GOOD[resource_type]
    assert _failures(resource_type, good) == {}
    given = [name for name in good if name not in ("name", "onSchema")]
    unknown: Properties = dict.fromkeys(given, UNKNOWN)
    assert _failures(resource_type, {**good, **unknown}) == {}


@pytest.mark.parametrize("bad", BAD, ids=[one.label for one in BAD])
def test_a_bad_value_is_named_with_what_is_allowed(bad: Bad) -> None:
    spoiled = {**GOOD[bad.resource_type], **bad.change}
    inputs: Properties = {name: value for name, value in spoiled.items() if value is not None}
    failures = _failures(bad.resource_type, inputs)
    assert list(failures) == [bad.path]
    assert bad.reason in failures[bad.path]


def test_every_rule_of_the_tables_has_its_bad_value() -> None:
    provider = SnowflakeProvider(LOCAL)
    judged = {
        (resource_type, name)
        for resource_type, adapter in provider.adapters.items()
        for name, spec in adapter.inputs.items()
        if (spec.rule is not None or spec.choices) and name not in ("name", "database", "schema")
    }
    tried = {(bad.resource_type, bad.path) for bad in BAD}
    alike = {
        *((SCHEMA, name) for name in provider.adapters[DATABASE].inputs),
        *((FORMAT, name) for name in provider.adapters[FORMAT].inputs),
        (ICEBERG, "externalVolume"),
    }
    assert judged - tried - alike == set()


@pytest.mark.parametrize("resource_type", GOOD, ids=[one.rsplit(":", 1)[-1] for one in GOOD])
def test_a_type_is_a_preview_feature_where_the_package_says_so(resource_type: str) -> None:
    assert is_preview(resource_type.rsplit(":", 1)[-1]) is (resource_type in PREVIEW_FEATURES)


def test_the_known_preview_features_are_those_of_the_package() -> None:
    assert preview_features() == KNOWN_FEATURES


def test_an_unknown_preview_feature_is_named_with_the_nearest() -> None:
    provider = SnowflakeProvider(LOCAL)
    listed: Value = ["snowflake_pipe_resource", "snowflake_pip_resource"]
    (failure,) = provider.check_configuration({"previewFeaturesEnabled": listed})
    assert failure.property == "previewFeaturesEnabled"
    assert "'snowflake_pipe_resource'" in failure.reason
