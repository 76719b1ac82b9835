"""One side of a comparison: its contracts, and why those that are missing do not compile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tarn.contract.compilation import CONTRACT_SUFFIX, compile_each
from tarn.contract.model import Contract
from tarn.contract.rules import SchemaChange

DIRECTORY: Final = "contracts"


@dataclass(frozen=True, kw_only=True)
class Side:
    """The contracts of one commit.

    ``broken`` are reasons by dataset; a contract may be there and broken, where it only refers
    to what is not there. ``texts`` are the bytes of every contract's file.
    """

    contracts: Mapping[str, Contract]
    broken: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, bytes]


def read_side(root: Path) -> Side:
    """Read ``contracts/`` of a working tree; without the directory there are none.

    The stack's own setting is not known here: a contract that does not say how files may differ
    counts as ``reorder`` on both sides.
    """
    directory = root / DIRECTORY
    if not directory.is_dir():
        return Side(contracts={}, broken={}, texts={})
    contracts, problems = compile_each(directory, schema_change=SchemaChange.REORDER)
    broken: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        dataset = problem.file.name.removesuffix(CONTRACT_SUFFIX)
        broken[dataset] = (*broken.get(dataset, ()), str(problem))
    files = sorted(directory.glob(f"*{CONTRACT_SUFFIX}"))
    return Side(
        contracts={contract.dataset: contract for contract in contracts},
        broken=broken,
        texts={file.name.removesuffix(CONTRACT_SUFFIX): file.read_bytes() for file in files},
    )
