"""`tarn local limits` lists every room's limits, also while no local cloud runs."""

from __future__ import annotations

from local_cloud.all_limits import collect_limits
from local_cloud.aws.glue.limits import GLUE_LIMITS
from local_cloud.aws.limits import AWS_LIMITS
from local_cloud.snowflake.limits import SNOWFLAKE_LIMITS


def test_no_room_is_left_out() -> None:
    listed = {limit.name for limit in collect_limits()}

    assert {limit.name for limit in (*AWS_LIMITS, *GLUE_LIMITS, *SNOWFLAKE_LIMITS)} <= listed
