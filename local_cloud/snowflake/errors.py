"""What the local Snowflake answers when it refuses, with Snowflake's own codes.

SnowflakeSqlError
└── StatementUnsupportedError    Snowflake may know the statement; the local cloud does not

Drivers decide by ``code`` and ``sqlstate``; an error that is not one of these would become an
HTTP 500, which drivers retry for minutes.
"""

from __future__ import annotations

from typing import Final

from tarn.errors import PermanentError

STORAGE_FAILURE: Final = 91003


class SnowflakeSqlError(PermanentError):
    """A refused statement: its error code, SQL state and message as Snowflake words them."""

    def __init__(self, *, code: int, sqlstate: str, message: str) -> None:
        """Keep the facts that a driver shows to its user."""
        super().__init__(message)
        self.code = code
        self.sqlstate = sqlstate
        self.message = message


class StatementUnsupportedError(SnowflakeSqlError):
    """The local cloud does not know this statement, and says so instead of pretending."""

    def __init__(self, *, what: str) -> None:
        """Name the part of the statement that is not known."""
        super().__init__(
            code=2,
            sqlstate="0A000",
            message=f"Unsupported feature '{what}': the local Snowflake does not know it. "
            "See `tarn local limits` for what it knows, or run the statement in Snowflake.",
        )


def syntax_error(*, near: str, position: int) -> SnowflakeSqlError:
    """Say where a statement stops making sense."""
    message = (
        f"SQL compilation error:\nsyntax error line 1 at position {position} unexpected '{near}'."
    )
    return SnowflakeSqlError(code=1003, sqlstate="42000", message=message)


def invalid_property(*, name: str, kind: str, allowed: str) -> SnowflakeSqlError:
    """Refuse a property that objects of this kind do not have."""
    message = (
        f"SQL compilation error:\ninvalid property '{name}' for '{kind}'. "
        f"The local Snowflake knows: {allowed}."
    )
    return SnowflakeSqlError(code=1420, sqlstate="22023", message=message)


def invalid_value(*, name: str, value: object, reason: str) -> SnowflakeSqlError:
    """Refuse a property's value, saying what is allowed."""
    message = f"SQL compilation error:\ninvalid value [{value}] for parameter '{name}'. {reason}"
    return SnowflakeSqlError(code=1008, sqlstate="22023", message=message)


def missing_property(*, name: str, kind: str) -> SnowflakeSqlError:
    """Refuse a statement that leaves out what the object cannot be without."""
    message = f"SQL compilation error:\nMissing option(s): {name} for {kind}."
    return SnowflakeSqlError(code=2029, sqlstate="42601", message=message)


def does_not_exist(*, kind: str, name: str) -> SnowflakeSqlError:
    """Answer for an object that is not there, or that the role may not see."""
    message = (
        f"SQL compilation error:\n{kind.capitalize()} '{name}' does not exist or not authorized."
    )
    sqlstate = "42S02" if kind.upper() in {"OBJECT", "TABLE", "VIEW"} else "02000"
    return SnowflakeSqlError(code=2003, sqlstate=sqlstate, message=message)


def operation_impossible() -> SnowflakeSqlError:
    """Answer as Snowflake does for a missing container or a wrong kind."""
    message = "SQL compilation error:\nObject does not exist, or operation cannot be performed."
    return SnowflakeSqlError(code=2043, sqlstate="02000", message=message)


def already_exists(*, name: str) -> SnowflakeSqlError:
    """Refuse to create what exists."""
    message = f"SQL compilation error:\nObject '{name}' already exists."
    return SnowflakeSqlError(code=2002, sqlstate="42710", message=message)


def insufficient_privileges(*, kind: str, name: str) -> SnowflakeSqlError:
    """Refuse what the session's role may see but not do."""
    message = (
        f"SQL access control error:\nInsufficient privileges to operate on {kind.lower()} '{name}'."
    )
    return SnowflakeSqlError(code=3001, sqlstate="42501", message=message)


def role_not_granted(*, role: str) -> SnowflakeSqlError:
    """Refuse a role that the session's user does not hold."""
    message = (
        f"SQL access control error:\nRequested role '{role}' is not assigned to the executing "
        "user. Specify another role to activate."
    )
    return SnowflakeSqlError(code=3013, sqlstate="42501", message=message)


def no_active_warehouse() -> SnowflakeSqlError:
    """Refuse to compute without a warehouse that the role may use."""
    message = (
        "No active warehouse selected in the current session.  Select an active warehouse with "
        "the 'use warehouse' command.\n"
    )
    return SnowflakeSqlError(code=606, sqlstate="57P03", message=message)


def invalid_state(*, warehouse: str, verb: str) -> SnowflakeSqlError:
    """Refuse to suspend what is suspended, or to resume what runs."""
    code = 90063 if verb == "resumed" else 90064
    message = f"Invalid state. Warehouse '{warehouse}' cannot be {verb}."
    return SnowflakeSqlError(code=code, sqlstate="22000", message=message)


def quota_exceeded(*, warehouse: str, monitor: str) -> SnowflakeSqlError:
    """Refuse to run a warehouse whose monitor has suspended it."""
    message = (
        f"Warehouse '{warehouse}' cannot be resumed because resource monitor '{monitor}' has "
        "exceeded its quota."
    )
    return SnowflakeSqlError(code=90073, sqlstate="22000", message=message)


def canceled() -> SnowflakeSqlError:
    """Answer a statement that was ended from outside."""
    return SnowflakeSqlError(code=604, sqlstate="57014", message="SQL execution canceled")


def storage_failure(*, what: str, reason: str) -> SnowflakeSqlError:
    """Say that S3, Glue or STS refused what Snowflake asked with the customer's role."""
    message = f"Failure using {what}: {reason}"
    return SnowflakeSqlError(code=STORAGE_FAILURE, sqlstate="55000", message=message)


def pipe_is_stale(*, name: str) -> SnowflakeSqlError:
    """Refuse to resume a pipe whose pause was longer than its events are kept."""
    message = (
        f"Pipe {name} is stale: it was paused for more than 14 days, and what was announced "
        f"earlier is lost. Resume it with SELECT SYSTEM$PIPE_FORCE_RESUME('{name}', "
        "'staleness_check_override')."
    )
    return SnowflakeSqlError(code=90073, sqlstate="55000", message=message)


def several_statements(*, count: int) -> SnowflakeSqlError:
    """Refuse a request that holds more than the one statement that was announced."""
    message = f"Actual statement count {count} did not match the desired statement count 1."
    return SnowflakeSqlError(code=8, sqlstate="0A000", message=message)
