"""What becomes of columns that a file has and its contract does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tarn.contract.rules import SchemaChange


def takes_surplus(contract: Contract) -> bool:
    """Whether a file may have columns that its contract does not know."""
    return contract.schema_change in (SchemaChange.EVOLVE, SchemaChange.PERMISSIVE)


def meeting(contract: Contract, surplus: Sequence[str]) -> Contract:
    """Return the contract for one file that has columns of these names besides the contract's.

    Under EVOLVE they become columns of text at the end, in alphabetical order, so that equal files
    give equal outputs; under PERMISSIVE they are ignored. The contract's hash stays.
    """
    names = tuple(sorted(set(surplus)))
    if contract.schema_change is not SchemaChange.EVOLVE:
        return replace(contract, ignored=names)
    added = tuple(Column(name=name, type=ColumnType(kind=ColumnKind.STRING)) for name in names)
    return replace(contract, columns=contract.columns + added, added=names)
