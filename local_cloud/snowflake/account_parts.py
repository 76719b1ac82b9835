"""What background work needs of an account: its parts, without sessions or statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from local_cloud.clock import Clock
from local_cloud.journal import Journal
from local_cloud.settings import LocalCloudSettings
from local_cloud.snowflake.aws import CustomerAws
from local_cloud.snowflake.engine import Engine
from local_cloud.snowflake.grants import Grants
from local_cloud.snowflake.load_history import LoadHistory
from local_cloud.snowflake.registry import Registry


@dataclass(kw_only=True)
class AccountParts:
    """Objects, grants, rows, loads, the time, and the way to the customer's AWS account."""

    settings: LocalCloudSettings
    journal: Journal
    aws: CustomerAws
    clock: Clock = field(default_factory=Clock)
    registry: Registry = field(init=False)
    grants: Grants = field(default_factory=Grants)
    engine: Engine = field(default_factory=Engine)
    loads: LoadHistory = field(init=False)

    def __post_init__(self) -> None:
        """Let what is remembered age by the account's clock."""
        self.registry = Registry(self.clock)
        self.loads = LoadHistory(now=self.clock.now)

    def now(self) -> datetime:
        """Return the account's time."""
        return self.clock.now()
