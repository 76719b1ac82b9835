"""What a statement's handler is given."""

from __future__ import annotations

from dataclasses import dataclass

from local_cloud.snowflake.account import Account
from local_cloud.snowflake.objects import Kind
from local_cloud.snowflake.session import Session
from local_cloud.snowflake.sql_reader import SqlReader


@dataclass(frozen=True, kw_only=True)
class Context:
    """The account, the session that asks, and the statement's whole text."""

    account: Account
    session: Session
    sql: str


KINDS_LONGEST_FIRST = tuple(sorted(Kind, key=lambda kind: -len(kind.value)))


def accept_kind(reader: SqlReader) -> Kind | None:
    """Take a kind's keyword, e.g. ``ICEBERG TABLE``, if one comes next."""
    for kind in KINDS_LONGEST_FIRST:
        if reader.accept(kind.value):
            return kind
    return None


def accept_plural(reader: SqlReader) -> Kind | None:
    """Take a kind's plural, e.g. ``FILE FORMATS``, if one comes next."""
    for kind in KINDS_LONGEST_FIRST:
        if reader.accept(kind.plural):
            return kind
    return None
