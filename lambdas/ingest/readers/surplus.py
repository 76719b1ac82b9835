"""Columns that a contract does not know and takes all the same: how many, and of what names."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from lambdas.ingest.errors import UnusableObjectError
from lambdas.ingest.rows import shown
from tarn.contract.model import Contract
from tarn.contract.rules import SchemaChange

SURPLUS_LIMIT: Final = 100
"""More new columns than this in one file are no evolution but another file."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""As contracts have it: what every table downstream can have as a column's name."""


def checked_surplus(names: Collection[str], contract: Contract) -> Collection[str]:
    """Return the names; UnusableObjectError when they cannot be taken."""
    if len(names) > SURPLUS_LIMIT:
        reason = (
            f"the file has {len(names)} columns that the contract of {contract.dataset} does not "
            f"know, more than the {SURPLUS_LIMIT} that are taken"
        )
        raise UnusableObjectError(reason)
    if contract.schema_change is SchemaChange.EVOLVE:
        unfit = sorted(name for name in names if not _NAME.fullmatch(name))
        if unfit:
            reason = (
                f"the new column {shown(unfit[0])!r} cannot become a column of a table: its name "
                "has to be a lower-case letter, then letters, digits and _ (63 at most)"
            )
            raise UnusableObjectError(reason)
    return names
