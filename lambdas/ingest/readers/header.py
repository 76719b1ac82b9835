"""Which column of a file is which column of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lambdas.ingest.errors import UnusableObjectError
from tarn.contract.model import Contract


def column_positions(names: Sequence[str], contract: Contract) -> tuple[int | None, ...]:
    """Return the position of each of the contract's columns in a file; None: not there.

    Columns may come in any order and optional ones may be absent. A required column that is
    missing, a repeated one and one that the contract does not know make the file unusable: what
    its values mean would be a guess, and leaving them out would lose them in silence.
    """
    problems = [
        f"the required column {column.name!r} is missing"
        for column in contract.columns
        if column.required and column.name not in names
    ]
    counts = Counter(names)
    problems += [f"the column {name!r} is there {n} times" for name, n in counts.items() if n > 1]
    known = set(contract.column_names)
    problems += [
        f"the column {name!r} is not in the contract" for name in counts if name not in known
    ]
    if problems:
        shown = problems[:20] + [f"and {len(problems) - 20} more"] * (len(problems) > 20)
        reason = f"the header does not fit the contract of {contract.dataset}: {'; '.join(shown)}"
        raise UnusableObjectError(reason)
    places = {name: index for index, name in enumerate(names)}
    return tuple(places.get(name) for name in contract.column_names)
