"""The project's contracts, compiled once for as long as nothing that decides about them changes.

Compiling takes the contract standard's library, pydantic and an SQL parser: a tenth of a preview
(docs/adr/0090). The compiled text, which the function gets as well, is kept under ``.tarn``.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import tarn.contract
from infra.archives.sources import PROJECT
from tarn.contract.model import ContractCatalog
from tarn.contract.rules import SchemaChange

KEPT: Final = Path(".tarn") / "contracts"


def compiled_contracts(
    project: Path = PROJECT, *, schema_change: SchemaChange = SchemaChange.REORDER
) -> ContractCatalog:
    """Compile the project's contracts; raises with every problem's file and line."""
    directory = project / "contracts"
    kept = project / KEPT / f"{schema_change}.json"
    fingerprint = _fingerprint(directory)
    catalog = _read(kept, fingerprint)
    if catalog is None:
        from tarn.contract.compilation import compile_contracts

        catalog = compile_contracts(directory, schema_change=schema_change)
        _keep(kept, fingerprint, catalog)
    return catalog


def _fingerprint(directory: Path) -> str:
    """Return 64 hex digits over the contracts, and over what compiles them, libraries included."""
    code = Path(tarn.contract.__file__ or "").parent
    files = [*directory.iterdir(), *code.rglob("*.py"), PROJECT / "requirements.lock"]
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(kept: Path, fingerprint: str) -> ContractCatalog | None:
    """Return the kept catalog, or None when there is none or it was compiled from other files."""
    try:
        found, _, catalog = kept.read_text().partition("\n")
    except FileNotFoundError:
        return None
    return ContractCatalog.from_json(catalog) if found == fingerprint else None


def _keep(kept: Path, fingerprint: str, catalog: ContractCatalog) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    aside = kept.with_suffix(f".{os.getpid()}")
    aside.write_text(f"{fingerprint}\n{catalog.to_json()}")
    aside.replace(kept)
