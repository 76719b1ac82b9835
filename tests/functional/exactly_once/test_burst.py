"""Many small files at once in several functions: all in, none twice, memory flat."""

from __future__ import annotations

import pytest

from tests.functional.exactly_once.burst import run

pytestmark = pytest.mark.timeout(300)
FILES = 60
FUNCTIONS = 2


def test_a_burst_is_all_in_none_twice_and_memory_flat() -> None:
    burst = run(FILES, FUNCTIONS)

    assert (burst.decided, burst.rows_read, burst.rows_accepted) == (FILES, 2 * FILES, FILES)
    assert burst.attempts == FILES, "a file that is decided is not taken again"
    assert burst.mib_at_the_end - burst.mib_after_ten < 40
    assert burst.cpu_ms_a_file < 250
