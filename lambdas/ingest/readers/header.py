"""Which column of a file is which column of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lambdas.ingest.errors import SurplusColumnsError, UnusableObjectError
from lambdas.ingest.protection import WITHHELD
from lambdas.ingest.readers.surplus import checked_surplus
from tarn.contract.evolution import takes_surplus
from tarn.contract.model import Contract
from tarn.contract.rules import SchemaChange


def column_positions(names: Sequence[str], contract: Contract) -> tuple[int | None, ...]:
    """Return the position of each of the contract's columns in a file; None: not there.

    Optional columns may be absent. A required column that is missing and a repeated one make the
    file unusable: what its values mean would be a guess. So does, unless the contract's mode takes
    it, one that the contract does not know: leaving it out would lose it in silence. Under STRICT
    the order has to be the contract's too. SurplusColumnsError when there are columns to take.
    """
    counts = Counter(names)
    known = {*contract.column_names, *contract.ignored}
    unknown = [name for name in counts if name not in known]
    problems = [
        f"the required column {column.name!r} is missing"
        for column in contract.columns
        if column.required and column.name not in counts
    ]
    repeated = [(name, n) for name, n in counts.items() if n > 1]
    problems += [f"the column {_named(name, contract)} is there {n} times" for name, n in repeated]
    if not takes_surplus(contract):
        problems += [
            f"the column {_named(name, contract)} is not in the contract" for name in unknown
        ]
    if contract.schema_change is SchemaChange.STRICT:
        problems += _misplaced(names, contract)
    if problems:
        raise UnusableObjectError(_reason(problems, contract))
    if unknown:
        raise SurplusColumnsError(names=checked_surplus(unknown, contract))
    places = {name: index for index, name in enumerate(names)}
    return tuple(places.get(name) for name in contract.column_names)


def _named(name: str, contract: Contract) -> str:
    """A file without its header has values where names are expected."""
    if contract.protected and name not in contract.column_names:
        return WITHHELD
    return repr(name)


def _misplaced(names: Iterable[str], contract: Contract) -> list[str]:
    found = [name for name in names if name in contract.column_names]
    present = set(found)
    for name, expected in zip(
        found, (name for name in contract.column_names if name in present), strict=False
    ):
        if name != expected:
            return [f"the column {name!r} stands where {expected!r} belongs (mode strict)"]
    return []


def _reason(problems: Sequence[str], contract: Contract) -> str:
    shown = [*problems[:20], *[f"and {len(problems) - 20} more"] * (len(problems) > 20)]
    return f"the header does not fit the contract of {contract.dataset}: {'; '.join(shown)}"
