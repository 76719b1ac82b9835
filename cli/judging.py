"""Judge a file with the ingest function's own core, without landing it (docs/adr/0101)."""

from __future__ import annotations

import secrets
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from cli.errors import CommandError
from lambdas.ingest.core import judge_object
from tarn.contract.model import Contract
from tarn.errors import PermanentError
from tarn.keys import SourceObject

_COPIED_BYTES = 1 << 20
SHOWN_ROWS = 1000
"""At most so many rejected rows are kept; all are counted."""


class Content(Protocol):
    """A file's bytes, read once from the beginning."""

    def read(self, amount: int, /) -> bytes:
        """Return up to ``amount`` bytes; nothing at the end."""
        ...


class NotJudgedError(CommandError):
    """The judgement itself failed, which says nothing about the file."""

    def __init__(self, *, file: str, reason: str) -> None:
        super().__init__(f"{file} could not be judged: {reason}")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the function would decide. ``reason``: why it would hold the file whole."""

    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    broken_rules: Mapping[str, int]
    """Rows by rule; a row may break several."""
    rows: list[dict[str, Any]]
    """The first rejected rows, as they would lie in the quarantine."""
    reason: str | None


def judge(
    content: Content, *, source: SourceObject, contract: Contract, version_time: int = 0
) -> Judgement:
    """Judge content under a contract; the key's suffix says what it is.

    Raises NotJudgedError when this machine fails, e.g. for want of disk.
    """
    with tempfile.TemporaryDirectory(prefix="tarn-judge-") as scratch:
        try:
            copy = Path(scratch) / "content"
            with copy.open("wb") as file:
                file.writelines(iter(lambda: content.read(_COPIED_BYTES), b""))
            with ExitStack() as opened:
                # Columns that only the file knows are met while it is read, and then read again.
                verdict = judge_object(
                    lambda: opened.enter_context(copy.open("rb")),
                    source=source,
                    version_time=version_time,
                    contract=contract,
                    scratch=Path(scratch),
                    # No verdict depends on it, and nothing that is written here stays.
                    secret=secrets.token_bytes(32) if contract.protected else None,
                )
        except PermanentError as error:
            reason = getattr(error, "reason", None)
            if reason is None:
                raise NotJudgedError(file=source.key, reason=str(error)) from error
            return Judgement(
                rows_read=0,
                rows_accepted=0,
                rows_quarantined=0,
                broken_rules={},
                rows=[],
                reason=str(reason),
            )
        broken, rows = _rejected(verdict.quarantined)
    return Judgement(
        rows_read=verdict.rows_read,
        rows_accepted=verdict.rows_accepted,
        rows_quarantined=verdict.rows_quarantined,
        broken_rules=broken,
        rows=rows,
        reason=None,
    )


def _rejected(file: Path | None) -> tuple[dict[str, int], list[dict[str, Any]]]:
    if file is None:
        return {}, []
    from pyarrow import parquet

    counted: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    for batch in parquet.ParquetFile(file).iter_batches():
        rows = cast("list[dict[str, Any]]", batch.to_pylist())
        shown += rows[: SHOWN_ROWS - len(shown)]
        for row in rows:
            counted.update({violation["rule"] for violation in row["violations"]})
    return dict(sorted(counted.items())), shown
