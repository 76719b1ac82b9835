"""Compiled contracts are kept, and compiled anew as soon as anything that decides changes."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from infra.archives import compiled_contracts
from infra.archives.sources import PROJECT
from tarn.contract.compilation import BrokenContractsError, compile_contracts
from tarn.contract.rules import SchemaChange


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "contracts", tmp_path / "contracts")
    return tmp_path


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "compiled again"
        raise AssertionError(message)

    monkeypatch.setattr("tarn.contract.compilation.compile_contracts", refuse)


@pytest.mark.parametrize("schema_change", SchemaChange)
def test_what_is_kept_is_what_was_compiled(project: Path, schema_change: SchemaChange) -> None:
    expected = compile_contracts(project / "contracts", schema_change=schema_change)
    for _ in range(2):
        found = compiled_contracts(project, schema_change=schema_change)
        assert list(found.values()) == list(expected.values())


def test_unchanged_contracts_are_compiled_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compiled_contracts(project)
    forbid_compiling(monkeypatch)
    assert compiled_contracts(project).to_json() == first.to_json()


def test_a_changed_contract_is_compiled_again(project: Path) -> None:
    compiled_contracts(project)
    contract = project / "contracts" / "airlines.odcs.yaml"
    contract.write_text(contract.read_text().replace("name: airlines", "name: carriers"))
    with pytest.raises(BrokenContractsError, match="carriers"):
        compiled_contracts(project)


def test_a_mode_of_another_environment_is_not_taken(project: Path) -> None:
    evolving = compiled_contracts(project, schema_change=SchemaChange.EVOLVE)
    strict = compiled_contracts(project, schema_change=SchemaChange.STRICT)
    assert evolving.to_json() != strict.to_json()


def test_changed_compiling_code_or_libraries_count(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled_contracts(project)
    forbid_compiling(monkeypatch)
    code = tmp_path / "code"
    shutil.copytree(PROJECT / "tarn" / "contract", code)
    (code / "types.py").write_text("changed = True\n")
    monkeypatch.setattr(sys.modules["tarn.contract"], "__file__", str(code / "__init__.py"))
    with pytest.raises(AssertionError, match="compiled again"):
        compiled_contracts(project)
