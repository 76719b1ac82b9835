"""Archives of this project's own code: the function, the jobs' library and scripts.

They hold source text only: the same bytes on every machine, whatever compiled files lie beside it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.archives.zips import Archive, content_digest, write_content_addressed
from tarn.runtime import CONTRACTS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tarn.contract.model import ContractCatalog

PROJECT: Final = Path(__file__).parents[2]
BUILT: Final = PROJECT / ".tarn" / "archives"
DEPLOY_TIME_ONLY: Final = ("tarn/contract/compilation",)
"""Needs YAML and the contract standard's library, which are not deployed."""


def function_archive(
    catalog: ContractCatalog, *, project: Path = PROJECT, directory: Path = BUILT
) -> Archive:
    """Pack the ingest function: its code, the shared package and the compiled contracts."""
    entries: dict[str, bytes | Path] = dict(_sources(project, ("lambdas", "tarn")))
    entries[CONTRACTS_FILE] = catalog.to_json().encode()
    return write_content_addressed(entries, name="ingest", directory=directory)


def job_library_archive(*, project: Path = PROJECT, directory: Path = BUILT) -> Archive:
    """Pack what the Glue jobs import: the shared package and the jobs' own."""
    entries = dict(_sources(project, ("glue_jobs", "tarn")))
    return write_content_addressed(entries, name="glue-library", directory=directory)


def job_script(job: str, *, project: Path = PROJECT) -> Archive:
    """Return the entry script of a Glue job as it lies in the project."""
    path = project / "glue_jobs" / job / "main.py"
    return Archive(path=path, digest=content_digest(path.read_bytes()))


def _sources(project: Path, packages: Iterable[str]) -> Iterable[tuple[str, Path]]:
    for package in packages:
        for path in sorted((project / package).rglob("*.py")):
            name = path.relative_to(project).as_posix()
            if not name.startswith(DEPLOY_TIME_ONLY):
                yield name, path
