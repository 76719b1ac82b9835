"""One side of a comparison: its contracts, and why those that are missing do not compile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

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


def read_side(root: Path, stack: str | None = None) -> Side:
    """Read ``contracts/`` of a working tree; without the directory there are none.

    A contract that does not say how files may differ takes the stack's setting, if it has one.
    """
    directory = root / DIRECTORY
    if not directory.is_dir():
        return Side(contracts={}, broken={}, texts={})
    schema_change = _of_stack(root / f"Pulumi.{stack}.yaml")
    contracts, problems = compile_each(directory, schema_change=schema_change)
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


def _of_stack(file: Path) -> SchemaChange:
    """Return a stack's ``tarn:ingestion.schemaChange``; what the program refuses is not judged."""
    node: object = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    for name in ("config", "tarn:ingestion", "schemaChange"):
        node = cast("dict[str, object]", node).get(name) if isinstance(node, dict) else None
    return SchemaChange(node) if node in [*SchemaChange] else SchemaChange.REORDER
