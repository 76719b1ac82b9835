"""The program's entry: what is wrong with its input stops it with a message, not a traceback."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pulumi
import pytest

from infra import stack
from infra.archives import compiled_contracts
from tests.infra.recording import record

if TYPE_CHECKING:
    from infra.stack import Deliverables

ENTRY: Final = Path(__file__).parents[3] / "infra" / "__main__.py"
CONTRACT: Final = "flights.odcs.yaml"


def run_entry() -> None:
    """Run the program as the engine does."""
    runpy.run_path(str(ENTRY), run_name="__main__")


def test_the_entry_builds_and_exports_the_stack(
    deliverables: Deliverables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "assemble", lambda _settings: deliverables)
    recording = record(run_entry, config={"tarn:environment": "test"})
    assert recording.exports["ledgerTable"] == "tarn-test-ledger"


def test_unusable_settings_stop_the_preview_before_anything_is_declared() -> None:
    with pytest.raises(pulumi.RunError, match="tarn:enviroment is not a setting"):
        record(run_entry, config={"tarn:environment": "test", "tarn:enviroment": "test"})


def test_a_broken_contract_stops_the_preview_with_its_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    text = (ENTRY.parents[1] / "contracts" / CONTRACT).read_text()
    (contracts / CONTRACT).write_text(text.replace("logicalType: string", "logicalType: strnig", 1))
    line = text.splitlines().index(
        next(each for each in text.splitlines() if "logicalType: string" in each)
    )
    monkeypatch.setattr(stack, "compiled_contracts", lambda **_: compiled_contracts(tmp_path))
    with pytest.raises(pulumi.RunError, match=f"{CONTRACT}:{line + 1}"):
        record(run_entry, config={"tarn:environment": "test"})


def test_the_entry_only_composes() -> None:
    assert len(ENTRY.read_text().splitlines()) < 60
