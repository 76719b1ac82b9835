"""What computes over rows or loads them does it on the session's warehouse."""

from __future__ import annotations

from contextlib import AbstractContextManager

from local_cloud.snowflake.context import Context
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.objects import Kind


def on_warehouse(context: Context) -> AbstractContextManager[None]:
    """Use the session's warehouse for as long as a statement runs.

    Without one, or without the privilege to use it, no warehouse is active in the session.
    """
    account, session = context.account, context.session
    path: Path = (session.warehouse or "",)
    warehouse = account.registry.find(Kind.WAREHOUSE, path)
    if warehouse and not account.access.allows(session, warehouse, "USAGE"):
        warehouse = None
    return account.warehouses.working(warehouse, session.engine.interrupt)
