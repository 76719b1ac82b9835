"""DESCRIBE USER: what is known of a user, and of its secrets only that they are there.

Source: docs.snowflake.com, "DESCRIBE USER"; the key's fingerprint is as tokens carry it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from local_cloud.snowflake.authentication import KEY_PROPERTIES, key_fingerprint, public_key
from local_cloud.snowflake.objects import SnowflakeObject
from local_cloud.snowflake.results import Cell, Result, table

_COLUMNS: Final = ("property", "value", "default", "description")
_HIDDEN: Final = "********"
_PLAIN: Final = {
    "COMMENT": "user comment associated to an object in the dictionary",
    "DISPLAY_NAME": "Display name of the associated object",
    "TYPE": "Type of the user",
    "LOGIN_NAME": "Login name of the user",
    "FIRST_NAME": "First name of the user",
    "LAST_NAME": "Last name of the user",
    "EMAIL": "Email address of the user",
    "DEFAULT_WAREHOUSE": "Default warehouse for this user",
    "DEFAULT_NAMESPACE": "Default database namespace prefix for this user",
    "DEFAULT_ROLE": "Primary principal of user session will be set to this role",
}
_NAMES: Final = ("DISPLAY_NAME", "LOGIN_NAME")


def describe_user(user: SnowflakeObject) -> Result:
    """Answer DESCRIBE USER."""
    rows: list[dict[str, Cell]] = [
        {"property": name, "value": value, "default": default, "description": description}
        for name, value, default, description in _properties(user)
    ]
    return table(_COLUMNS, rows)


def _properties(user: SnowflakeObject) -> Iterator[tuple[str, str | None, str | None, str]]:
    yield "NAME", user.name, None, "Name"
    for name, description in _PLAIN.items():
        value = user.text(name) or (user.name if name in _NAMES else None)
        yield name, value, None, description
    password = _HIDDEN if user.text("PASSWORD") else None
    yield "PASSWORD", password, None, "Password of the user"
    for name in ("MUST_CHANGE_PASSWORD", "DISABLED"):
        yield name, "true" if user.flag(name) else "false", "false", f"Whether {name.lower()}"
    roles = user.texts("DEFAULT_SECONDARY_ROLES")
    shown = str([role.upper() for role in roles]).replace("'", '"')
    yield "DEFAULT_SECONDARY_ROLES", shown, '["ALL"]', "The secondary roles of a new session"
    for name in KEY_PROPERTIES:
        key = user.text(name)
        print_of_key = key_fingerprint(public_key(key)) if key else None
        yield name, key or None, None, "RSA public key of the user"
        yield f"{name}_FP", print_of_key, None, f"Fingerprint of {name}"
