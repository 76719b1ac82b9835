"""A Snowflake service of one test's own, in this process, with a clock of its own."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from local_cloud.clock import Clock
from local_cloud.journal import Journal
from local_cloud.snowflake.server import SnowflakeServer
from tests.functional.local_aws.conftest import new_settings
from tests.functional.local_snowflake.account import User


class AccountAlone:
    """Serves while it is entered; entering gives the administrator, connected."""

    def __init__(self, home: Path) -> None:
        self.settings = new_settings(home)
        self.clock = Clock()
        self.journal = Journal()
        self.server = SnowflakeServer(self.settings, self.journal, self.clock)

    def __enter__(self) -> User:
        self.server.start()
        self._admin = User(self.settings, warehouse="COMPUTE_WH")
        return self._admin

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._admin.close()
        self.server.stop()
