"""Giants: files that are made while they are read, judged in a process of bounded memory."""

from __future__ import annotations

import bz2
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Final

import pyarrow as pa

from lambdas.ingest.core import judge_file
from lambdas.ingest.errors import UnusableObjectError
from tarn.keys import SourceObject
from tests.functional.hostile.files import THINGS

MIB: Final = 1 << 20
MEMORY_MIB: Final = 512
CPU_SECONDS: Final = 300.0
_LINE: Final = b"1,a\n"
_HEADER: Final = b"id,note\n"


class _Made:
    """A stream of pieces that are never together in memory."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._waiting = b""

    def read(self, amount: int, /) -> bytes:
        while len(self._waiting) < amount and (piece := next(self._pieces, b"")):
            self._waiting += piece
        found, self._waiting = self._waiting[:amount], self._waiting[amount:]
        return found


def _times(piece: bytes, size: int) -> Iterator[bytes]:
    return repeat(piece * (MIB // len(piece)), size)


def _line(size: int) -> Iterable[bytes]:
    return chain((_HEADER, b'1,"a"\n2,'), _times(b"x", size), (b"\n3,c\n",))


def _quote(size: int) -> Iterable[bytes]:
    return chain((_HEADER, b'1,a\n2,"'), _times(b"x\n", size), (b"\n3,c\n",))


def _nested(size: int) -> Iterable[bytes]:
    return chain((b'[{"id":1},', b'{"id":'), _times(b"[", size))


def _nested_pairs(size: int) -> Iterable[bytes]:
    return chain((b'[{"id":1},', b'{"id":['), _times(b"[],", size), (b'1]},{"id":2}]',))


def _nested_lines(size: int) -> Iterable[bytes]:
    return chain((b'{"id":1}\n', b'{"id":'), _times(b"[", size), (b'\n{"id":2}\n',))


def _columns(size: int) -> Iterable[bytes]:
    return chain((b"id",), (f",c{n}".encode() for n in range(size * 1000)), (b"\n",))


def _fields(size: int) -> Iterable[bytes]:
    return chain((_HEADER, b"1"), _times(b",", size), (b"\n2,b\n",))


def _breaks(size: int) -> Iterable[bytes]:
    return chain((_HEADER,), _times(b"\n", size), (b"1,a\n",))


def _quotes(size: int) -> Iterable[bytes]:
    return chain((_HEADER,), _times(b'1,"x"y\n', size))


def _bomb(pack: Callable[[bytes], bytes]) -> Callable[[int], Iterable[bytes]]:
    """Return members one after the other: each a small file of a MiB."""
    member = pack(b"\0" * MIB)
    return lambda size: chain((pack(_HEADER),), repeat(member, size))


def _one_member(size: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    yield from map(packer.compress, chain((_HEADER,), _times(b"\0", size)))
    yield packer.flush()


def _zstd(content: bytes) -> bytes:
    return pa.Codec("zstd").compress(content, asbytes=True)


@dataclass(frozen=True, kw_only=True)
class Giant:
    """A file of some MiB. What becomes of it, where that does not depend on its size."""

    name: str
    pieces: Callable[[int], Iterable[bytes]]
    held: bool = False
    rows: tuple[int, int] | None = None
    """How many are found, and accepted."""


GIANTS: Final = {
    "one endless line": Giant(name="a.csv", pieces=_line, rows=(3, 2)),
    "a quote that is never closed": Giant(name="a.csv", pieces=_quote),
    "an array nested to death": Giant(name="a.json", pieces=_nested, rows=(2, 1)),
    "an array of empty arrays": Giant(name="a.json", pieces=_nested_pairs, rows=(3, 2)),
    "a line nested to death": Giant(name="a.ndjson", pieces=_nested_lines, rows=(3, 2)),
    "a thousand columns for each MiB": Giant(name="a.csv", pieces=_columns, held=True),
    "a row of endless fields": Giant(name="a.csv", pieces=_fields, rows=(2, 1)),
    "blank lines": Giant(name="a.csv", pieces=_breaks, rows=(1, 1)),
    "malformed lines": Giant(name="a.csv", pieces=_quotes),
    "gzip members of zeros": Giant(name="a.csv.gz", pieces=_bomb(gzip.compress)),
    "bzip2 members of zeros": Giant(name="a.csv.bz2", pieces=_bomb(bz2.compress)),
    "zstd frames of zeros": Giant(name="a.csv.zst", pieces=_bomb(_zstd)),
    "one gzip member of zeros": Giant(name="a.csv.gz", pieces=_one_member),
}  # fmt: skip


def judge_giant(which: str, size: int) -> dict[str, object]:
    """Judge a giant of ``size`` MiB in this process; return what became of it."""
    giant = GIANTS[which]
    began = time.process_time()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch:
        try:
            verdict = judge_file(
                _Made(giant.pieces(size)),
                source=SourceObject(bucket="landing", key=f"things/{giant.name}", version="v1"),
                version_time=1,
                contract=THINGS,
                scratch=Path(scratch),
            )
            found["rows"] = (verdict.rows_read, verdict.rows_accepted)
        except UnusableObjectError as error:
            found["reason"] = error.reason
    status = Path("/proc/self/status")
    if status.exists():
        peak = int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return found | {"peak": peak, "seconds": time.process_time() - began}


def check_giant(which: str, size: int) -> str:
    """Judge a giant in a process of its own; return a line about it, AssertionError if it broke."""
    command = (sys.executable, "-m", "tests.functional.hostile.giants", which, str(size))
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    giant = GIANTS[which]
    if giant.rows is not None:
        assert tuple(found["rows"]) == giant.rows, found
    if giant.held:
        assert found["reason"], found
    assert len(found.get("reason", "")) < 4000, found
    assert found["peak"] < MEMORY_MIB, found
    assert found["seconds"] < CPU_SECONDS, found
    outcome = found.get("reason", f"{found.get('rows')} rows read and accepted")
    return f"{which}, {size} MiB: {found['seconds']:.1f} s, {found['peak']:.0f} MiB: {outcome[:90]}"


if __name__ == "__main__":
    print(json.dumps(judge_giant(sys.argv[1], int(sys.argv[2]))))
