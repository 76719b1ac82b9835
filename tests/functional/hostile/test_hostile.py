"""Hostile files: a seeded number of them here, 10,000 and the giants by `make fuzz`."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.functional.hostile.files import HostileFile, hostile_files
from tests.functional.hostile.giants import GIANTS, check_giant
from tests.functional.hostile.oracle import check


@seed(20261124)
@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(file=hostile_files())
def test_no_file_breaks_the_ingestion(file: HostileFile) -> None:
    check(file)


@pytest.mark.parametrize(
    "which",
    ["one endless line", "an array nested to death", "a thousand columns for each MiB",
     "gzip members of zeros", "zstd frames of zeros"],
)  # fmt: skip
def test_giants_need_bounded_memory_and_time(which: str) -> None:
    assert which in check_giant(which, 48)


def test_every_giant_is_made_of_pieces() -> None:
    for giant in GIANTS.values():
        assert all(len(piece) <= 4 << 20 for piece in giant.pieces(1))
