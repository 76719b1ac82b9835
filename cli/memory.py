"""Memory of a process and all its descendants, sampled while something else runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
SAMPLE_SECONDS = 0.5
KIBIBYTES_PER_MEBIBYTE = 1024


def tree_mebibytes(pid: int) -> float:
    """Return the proportional set size of a process tree in MiB.

    Pages that processes share are counted once, by shares (proc(5), Pss).
    """
    return sum(_pss_kibibytes(one) for one in _tree(pid)) / KIBIBYTES_PER_MEBIBYTE


class PeakMemory:
    """Samples a process tree in the background; use it in a ``with`` statement."""

    def __init__(self, pid: int) -> None:
        self.peak_mebibytes = 0.0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            self.peak_mebibytes = max(self.peak_mebibytes, tree_mebibytes(self._pid))
            if self._stop.wait(SAMPLE_SECONDS):
                return


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in PROC.glob(f"{pid}/task/*/children"):
        try:
            found = children.read_text().split()
        except OSError:
            continue  # the thread ended between the listing and the reading
        for child in found:
            yield from _tree(int(child))


def _pss_kibibytes(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # the process ended
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
