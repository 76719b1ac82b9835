"""What pipes and tables remember ages by the cloud's clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import sleep
from uuid import uuid4

import pytest
from snowflake.connector.errors import ProgrammingError

from local_cloud.clock import Clock
from local_cloud.journal import Journal
from local_cloud.settings import LocalCloudSettings
from local_cloud.snowflake import pipe_queue
from local_cloud.snowflake.server import SnowflakeServer
from tests.functional.local_aws.conftest import new_settings
from tests.functional.local_snowflake.account import TestAccount, User

# S3 tells whole seconds: a file and the step after it must not fall into the same one.
A_SECOND = 1.05


class AgingAccount(TestAccount):
    """An account beside the shared AWS, with a clock and a queue of its own."""

    clock: Clock

    def advance(self, days: float) -> None:
        """Let days pass; the administrator logs in again, as after any long pause."""
        sleep(A_SECOND)
        self.clock.advance(timedelta(days=days))
        self.admin = User(self.settings, warehouse="COMPUTE_WH")

    def count(self) -> int:
        """The rows of the table."""
        return int(self.admin.value(f"SELECT COUNT(*) FROM {self.table}"))

    def wait_for_rows(self, wanted: int) -> None:
        """Wait until the table has so many rows."""
        self.admin.wait_for(f"SELECT COUNT(*) FROM {self.table}", wanted)


@pytest.fixture(scope="module")
def aging_cloud(
    settings: LocalCloudSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LocalCloudSettings, Clock]]:
    """Another Snowflake over the shared AWS, whose time only these tests move."""
    port = new_settings(tmp_path_factory.mktemp("aging")).snowflake_port
    own, clock = replace(settings, snowflake_port=port), Clock()
    server = SnowflakeServer(own, Journal(), clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipe_queue, "QUEUE_NAME", "sf-snowpipe-aging")
        server.start()
        yield own, clock
        server.stop()


@pytest.fixture
def aging(aging_cloud: tuple[LocalCloudSettings, Clock]) -> Iterator[AgingAccount]:
    """A database of this test's own in the Snowflake that ages."""
    settings, clock = aging_cloud
    account = AgingAccount(settings, User(settings), uuid4().hex[:8])
    account.clock = clock
    yield account
    account.close()


def test_a_pipe_remembers_for_fourteen_days_and_refreshes_seven_back(aging: AgingAccount) -> None:
    pipe = aging.pipe()
    aging.put("t/f.parquet", 1)
    aging.wait_for_rows(1)
    aging.advance(8)
    assert aging.admin.rows(f"ALTER PIPE {pipe} REFRESH") == []
    aging.put("t/f.parquet", 1)
    aging.put("t/barrier.parquet", 1)
    aging.wait_for_rows(2)
    assert len(aging.admin.rows(f"ALTER PIPE {pipe} REFRESH")) == 2
    assert aging.count() == 2
    aging.advance(6.5)
    aging.put("t/f.parquet", 1)
    aging.wait_for_rows(3)


def test_a_stale_pipe_resumes_by_force_and_without_what_waited_too_long(
    aging: AgingAccount,
) -> None:
    # data-load-snowpipe-manage, "Resume a stale pipe".
    pipe = aging.pipe()
    pending = f"SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('{pipe}')):pendingFileCount::INT"
    aging.admin.rows(f"ALTER PIPE {pipe} SET PIPE_EXECUTION_PAUSED = TRUE")
    aging.put("t/old.parquet", 1)
    aging.admin.wait_for(pending, 1)
    aging.advance(13)
    aging.put("t/new.parquet", 2)
    aging.admin.wait_for(pending, 2)
    aging.advance(1.5)
    assert aging.admin.value(pending) == 1
    with pytest.raises(ProgrammingError, match="stale"):
        aging.admin.rows(f"ALTER PIPE {pipe} SET PIPE_EXECUTION_PAUSED = FALSE")
    with pytest.raises(ProgrammingError, match="stale"):
        aging.admin.rows(f"SELECT SYSTEM$PIPE_FORCE_RESUME('{pipe}')")
    aging.admin.rows(f"SELECT SYSTEM$PIPE_FORCE_RESUME('{pipe}', 'staleness_check_override')")
    aging.wait_for_rows(2)


def test_copy_by_hand_is_uncertain_after_sixty_four_days(aging: AgingAccount) -> None:
    aging.put("t/f.parquet", 1)
    copy = aging.copy_statement()
    aging.admin.rows(copy)
    history = (
        f"SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => "
        f"'{aging.table}', START_TIME => DATEADD(days, -14, CURRENT_TIMESTAMP())))"
    )
    assert aging.admin.value(history) == 1
    aging.advance(63)
    assert aging.admin.value(history) == 0
    aging.admin.rows(f"{copy} LOAD_UNCERTAIN_FILES = TRUE")
    assert aging.count() == 1
    aging.advance(2)
    aging.admin.rows(copy)
    assert aging.count() == 1
    aging.admin.rows(f"{copy} LOAD_UNCERTAIN_FILES = TRUE")
    assert aging.count() == 2
