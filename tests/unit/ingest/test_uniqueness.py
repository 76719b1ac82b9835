"""Keys that spill to the function's disk are judged as those in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest import uniqueness
from lambdas.ingest.uniqueness import SeenKeys

_BATCHES = st.lists(st.lists(st.integers(0, 40), max_size=20), max_size=10)


@given(batches=_BATCHES)
def test_spilling_changes_no_verdict(batches: Sequence[Sequence[int]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        spilling = SeenKeys(Path(directory) / "seen.sqlite", in_memory=3)
        staying = SeenKeys(Path(directory) / "unused.sqlite")

        assert _verdicts(spilling, batches) == _verdicts(staying, batches)


def _verdicts(seen: SeenKeys, batches: Sequence[Sequence[int]]) -> list[set[uniqueness.Key]]:
    found: list[set[uniqueness.Key]] = []
    for batch in batches:
        keys: set[uniqueness.Key] = {(number, "x", None) for number in batch}
        known = set(seen.known(keys))
        seen.add(keys - known)
        found.append(known)
    seen.close()
    return found


def test_the_spill_file_goes_with_the_keys(tmp_path: Path) -> None:
    file = tmp_path / "seen.sqlite"
    seen = SeenKeys(file, in_memory=2)
    seen.add({("a",), ("b",), ("c",)})
    assert file.exists()

    seen.close()

    assert not file.exists()
