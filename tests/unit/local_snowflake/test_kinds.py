"""Properties are what Snowflake knows, in one spelling, or they are refused by name."""

from __future__ import annotations

import pytest

from local_cloud.limits import LimitKind
from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.kinds import SPECS, checked, complete
from local_cloud.snowflake.limits import SNOWFLAKE_LIMITS
from local_cloud.snowflake.listings import LISTINGS
from local_cloud.snowflake.objects import Kind


def test_every_kind_has_properties_and_a_listing() -> None:
    assert set(SPECS) == set(Kind)
    assert set(LISTINGS) == set(Kind)


@pytest.mark.parametrize("spelling", ["XSMALL", "xsmall", "X-SMALL", "x-small"])
def test_a_size_has_one_spelling(spelling: str) -> None:
    assert checked(Kind.WAREHOUSE, {"WAREHOUSE_SIZE": spelling}) == {"WAREHOUSE_SIZE": "XSMALL"}


def test_defaults_complete_a_new_object_only() -> None:
    assert complete(Kind.WAREHOUSE, {})["AUTO_SUSPEND"] == 600
    assert checked(Kind.WAREHOUSE, {}) == {}


def test_an_unknown_property_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SnowflakeSqlError, match=r"'FLAVOUR' for 'ROLE'.*COMMENT"):
        checked(Kind.ROLE, {"FLAVOUR": "x"})


@pytest.mark.parametrize("value", ["HUGE", "", "1"])
def test_a_value_outside_the_list_is_refused(value: str) -> None:
    with pytest.raises(SnowflakeSqlError, match="WAREHOUSE_SIZE"):
        checked(Kind.WAREHOUSE, {"WAREHOUSE_SIZE": value})


def test_what_is_stored_without_effect_is_listed_by_name() -> None:
    stored = {one.name for one in SNOWFLAKE_LIMITS if one.kind is LimitKind.STORED}
    wanted = {
        f"snowflake: {kind.value} {name}"
        for kind, spec in SPECS.items()
        for name, known in spec.properties.items()
        if known.stored
    }
    assert stored == wanted
    assert len({one.name for one in SNOWFLAKE_LIMITS}) == len(SNOWFLAKE_LIMITS)
