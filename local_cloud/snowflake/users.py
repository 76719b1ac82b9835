"""What a user's properties may be together (docs.snowflake.com: CREATE USER, types of users)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from local_cloud.snowflake.authentication import KEY_PROPERTIES, public_key
from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.sql_reader import Value

_OF_PEOPLE: Final = ("PASSWORD", "FIRST_NAME", "LAST_NAME", "MUST_CHANGE_PASSWORD")


def require_valid_user(given: Mapping[str, Value], user_type: str) -> None:
    """Refuse what CREATE USER or ALTER USER gives: keys that are none, a service's password."""
    for name in KEY_PROPERTIES:
        if given.get(name):
            public_key(str(given[name]))
    if user_type.upper() != "SERVICE":
        return
    for name in _OF_PEOPLE:
        if given.get(name) not in (None, "", False):
            raise SnowflakeSqlError(
                code=3720,
                sqlstate="22023",
                message=f"SQL execution error:\nCannot set {name} on users with TYPE=SERVICE.",
            )
