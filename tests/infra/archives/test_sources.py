"""Archives of our own code: the same bytes wherever and whenever they are built."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.archives import compiled_contracts, function_archive, job_library_archive, job_script
from infra.archives.zips import write_zip

if TYPE_CHECKING:
    from tarn.contract.model import ContractCatalog

PROJECT: Final = Path(__file__).parents[3]
BUILD: Final = """
import sys
from pathlib import Path
from infra.archives import compiled_contracts, function_archive, job_library_archive
directory = Path(sys.argv[1])
function_archive(compiled_contracts(), directory=directory)
job_library_archive(directory=directory)
"""
NAMES: Final = st.text("abc/.", min_size=1, max_size=8)


@pytest.fixture(scope="module")
def catalog() -> ContractCatalog:
    """The project's contracts."""
    return compiled_contracts()


def build_elsewhere(directory: Path, *, hash_seed: str) -> dict[str, bytes]:
    """Build the archives in another process; return them by name."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", BUILD, str(directory)], check=True, env=environment)
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_archives_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    first = build_elsewhere(tmp_path / "first", hash_seed="1")
    assert len(first) == 2
    assert first == build_elsewhere(tmp_path / "second", hash_seed="2")


def test_archives_do_not_depend_on_file_times_or_modes(
    tmp_path: Path, catalog: ContractCatalog
) -> None:
    source = tmp_path / "project" / "lambdas" / "ingest"
    source.mkdir(parents=True)
    (source / "core.py").write_text("ANSWER = 42\n")
    first = function_archive(catalog, project=tmp_path / "project", directory=tmp_path / "built")
    content = first.path.read_bytes()
    (source / "core.py").touch()
    os.utime(source / "core.py", (0, 0))
    (source / "core.py").chmod(0o600)
    again = function_archive(catalog, project=tmp_path / "project", directory=tmp_path / "again")
    assert (again.digest, again.path.read_bytes()) == (first.digest, content)


def test_a_changed_source_is_another_archive(tmp_path: Path, catalog: ContractCatalog) -> None:
    source = tmp_path / "lambdas" / "core.py"
    source.parent.mkdir()
    source.write_text("ANSWER = 42\n")
    first = function_archive(catalog, project=tmp_path, directory=tmp_path / "built")
    source.write_text("ANSWER = 43\n")
    second = function_archive(catalog, project=tmp_path, directory=tmp_path / "built")
    assert first.digest != second.digest
    assert first.path != second.path


def test_the_function_brings_its_code_the_shared_package_and_the_contracts(
    tmp_path: Path, catalog: ContractCatalog
) -> None:
    names = names_in(function_archive(catalog, directory=tmp_path).path)
    assert {"contracts.json", "lambdas/ingest/__init__.py", "tarn/runtime.py"} <= names
    assert {name.partition("/")[0] for name in names} == {"contracts.json", "lambdas", "tarn"}


def test_the_function_does_not_bring_what_only_a_deployment_needs(
    tmp_path: Path, catalog: ContractCatalog
) -> None:
    """Compiling contracts needs YAML and pydantic, which the layer does not hold."""
    names = names_in(function_archive(catalog, directory=tmp_path).path)
    assert not [name for name in names if name.startswith("tarn/contract/compilation")]
    assert "tarn/contract/model.py" in names
    assert {Path(name).suffix for name in names} == {".py", ".json"}


def test_the_jobs_library_brings_the_jobs_and_the_shared_package(tmp_path: Path) -> None:
    names = names_in(job_library_archive(directory=tmp_path).path)
    assert {"glue_jobs/curate/transform.py", "tarn/job_arguments.py"} <= names
    assert {name.partition("/")[0] for name in names} == {"glue_jobs", "tarn"}


def test_a_job_script_is_deployed_as_it_lies_in_the_project() -> None:
    assert job_script("curate").path == PROJECT / "glue_jobs" / "curate" / "main.py"


def test_the_name_of_an_archive_carries_its_digest(tmp_path: Path) -> None:
    library = job_library_archive(directory=tmp_path)
    assert library.path.name == f"glue-library-{library.digest}.zip"


@given(st.dictionaries(NAMES, st.binary(max_size=16), max_size=5))
def test_a_zip_does_not_depend_on_the_order_of_its_entries(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, bytes]
) -> None:
    directory = tmp_path_factory.mktemp("zips")
    shuffled = dict(reversed(entries.items()))
    for target, given_entries in (("first", entries), ("second", shuffled)):
        write_zip(given_entries, directory / target, compression=zipfile.ZIP_STORED)
    assert (directory / "first").read_bytes() == (directory / "second").read_bytes()


def names_in(path: Path) -> set[str]:
    """List an archive."""
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())
