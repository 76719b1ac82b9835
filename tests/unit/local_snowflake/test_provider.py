"""The plugin's own decisions: what it refuses, and how it writes and compares."""

from __future__ import annotations

import pytest

from local_cloud.providers.errors import ConfigurationRefusedError, UnknownTypeError
from local_cloud.providers.snowflake.column_types import same_type, shortest
from local_cloud.providers.snowflake.grant_targets import from_identity, target_of
from local_cloud.providers.snowflake.identifiers import parts
from local_cloud.providers.snowflake.loading import same_copy_statement
from local_cloud.providers.snowflake.object_adapter import SnowflakeObjectAdapter
from local_cloud.providers.snowflake.preview_features import PREVIEW_FEATURES
from local_cloud.providers.snowflake.provider import ADAPTERS, SnowflakeProvider
from local_cloud.providers.snowflake.sql import pattern, quoted, requoted
from local_cloud.snowflake.kinds import SPECS
from local_cloud.snowflake.objects import Kind

LOCAL = {"SNOWFLAKE_HOST": "127.0.0.1", "PULUMI_BACKEND_URL": "file:///tmp/state"}


@pytest.mark.parametrize(
    "environment",
    [
        {**LOCAL, "SNOWFLAKE_HOST": "xy12345.snowflakecomputing.com"},
        {**LOCAL, "SNOWFLAKE_HOST": ""},
        {**LOCAL, "PULUMI_BACKEND_URL": "https://api.pulumi.com"},
        {**LOCAL, "PULUMI_BACKEND_URL": ""},
    ],
    ids=["real account", "no host", "real state", "no state"],
)
def test_it_works_on_this_machine_or_not_at_all(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationRefusedError):
        SnowflakeProvider(environment).configure({})


def test_an_unknown_type_is_refused_by_name() -> None:
    with pytest.raises(UnknownTypeError, match="stream"):
        SnowflakeProvider(LOCAL).adapter("snowflake:index/stream:Stream")


@pytest.mark.parametrize("token", sorted(PREVIEW_FEATURES))
def test_an_unlisted_preview_feature_is_refused_by_name(token: str) -> None:
    provider = SnowflakeProvider(LOCAL)
    provider.configure({"previewFeaturesEnabled": []})
    (failure,) = provider.check(provider.adapter(token), {})
    assert PREVIEW_FEATURES[token] in failure.reason


def test_a_listed_preview_feature_is_accepted_also_as_json() -> None:
    provider = SnowflakeProvider(LOCAL)
    provider.configure({"previewFeaturesEnabled": '["snowflake_pipe_resource"]'})
    assert provider.check(provider.adapter("snowflake:index/pipe:Pipe"), {}) == []


def test_every_adapter_names_its_source_in_the_real_provider() -> None:
    assert all(adapter.source.startswith("pkg/resources/") for adapter in ADAPTERS)
    assert len({adapter.resource_type for adapter in ADAPTERS}) == len(ADAPTERS)


@pytest.mark.parametrize("name", ['"A"."B"', "A.B"])
def test_names_are_read_in_both_spellings(name: str) -> None:
    assert parts(name) == ("A", "B")
    assert requoted(name) == '"A"."B"'


def test_a_pattern_matches_only_its_name() -> None:
    assert pattern("A_B%") == r"'A\\_B\\%'"
    assert quoted('we"ird') == '"we""ird"'


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("VARCHAR", "VARCHAR(16777216)", True),
        ("string", "TEXT", True),
        ("INT", "NUMBER(38,0)", True),
        ("NUMBER(19, 0)", "NUMBER(19,0)", True),
        ("NUMBER(19)", "NUMBER(19,0)", True),
        ("NUMBER(19,0)", "NUMBER(38,0)", False),
        ("TIMESTAMP_LTZ(6)", "TIMESTAMP_LTZ(9)", False),
        ("DOUBLE", "FLOAT", True),
    ],
)
def test_types_are_compared_by_meaning(one: str, other: str, same: bool) -> None:
    assert same_type(one, other) is same


def test_a_text_of_the_longest_length_is_written_without_it() -> None:
    assert shortest("VARCHAR(16777216)") == "VARCHAR"
    assert shortest("VARCHAR(10)") == "VARCHAR(10)"


def test_statements_are_compared_without_outer_blanks() -> None:
    assert same_copy_statement("COPY INTO T\r\n;", "COPY INTO T")
    assert not same_copy_statement("COPY INTO T", "COPY INTO U")


_GRANTS = [
    '"R"|false|false|USAGE|OnAccountObject|DATABASE|"D"',
    '"R"|false|false|CREATE TABLE,USAGE|OnSchema|OnSchema|"D"."S"',
    '"R"|true|false|ALL|OnSchemaObject|OnFuture|FILE FORMATS|InSchema|"D"."S"',
    '"R"|false|false|SELECT|OnSchemaObject|OnAll|TABLES|InDatabase|"D"',
    '"R"|false|false|SELECT|OnSchemaObject|OnObject|VIEW|"D"."S"."V"',
    '"R"|false|false|MANAGE GRANTS|OnAccount',
]


@pytest.mark.parametrize("identity", _GRANTS)
def test_a_grants_id_tells_its_target(identity: str) -> None:
    assert target_of(from_identity(identity)).tail == identity.split("|", 4)[4]


_OBJECTS = [one for one in ADAPTERS if isinstance(one, SnowflakeObjectAdapter)]


@pytest.mark.parametrize("adapter", _OBJECTS, ids=[one.keyword for one in _OBJECTS])
def test_what_the_plugin_lists_as_without_effect_is_what_the_account_only_stores(
    adapter: SnowflakeObjectAdapter,
) -> None:
    properties = SPECS[Kind(adapter.keyword)].properties
    listed = {name for name in adapter.clauses if adapter.inputs[name].stored}
    assert listed == {
        name for name, clause in adapter.clauses.items() if properties[clause.name].stored
    }
