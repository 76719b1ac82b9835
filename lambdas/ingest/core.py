"""One file to its verdict: values in, values out. No AWS, no clock, no environment."""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lambdas.ingest.cells import CellJudge
from lambdas.ingest.errors import (
    RowsNotConservedError,
    SpoolFullError,
    SurplusColumnsError,
    UnusableObjectError,
)
from lambdas.ingest.judge import Judged, open_judge
from lambdas.ingest.native.library import find_library
from lambdas.ingest.protected_rows import RowProtection
from lambdas.ingest.protection import Protector
from lambdas.ingest.readers import (
    COMPRESSED_SUFFIXES,
    READERS,
    NativeReader,
    Reader,
    open_reader,
    suffixes_of,
)
from lambdas.ingest.readers.byte_source import ByteSource, ByteStream
from lambdas.ingest.rows import TypedBatch, Violation, shown
from lambdas.ingest.rules.severities import Warned, counted
from lambdas.ingest.spool import ParquetSpool, accepted_batch, rejected_batch, warned_batch
from tarn.contract.evolution import meeting
from tarn.contract.model import Contract
from tarn.keys import SourceObject
from tarn.quarantine import Rule

REJECTED_ROWS_LIMIT: Final = 5_000_000
"""A file with more rejected rows is held whole: naming each would take longer than a function may
run, and nobody would read them."""

FORMATS: Final = f"*{', *'.join(READERS)}, plain or with {', '.join(COMPRESSED_SUFFIXES)}"
"""How files are named that can be judged, for messages."""


@dataclass(frozen=True, kw_only=True)
class FileVerdict:
    """What became of a file's rows. A path is None when there is no such row."""

    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_warned: int
    """Accepted rows that break rules which only warn."""
    warnings: Mapping[str, int]
    """How often each such rule was broken, by the file as a whole as well."""
    accepted: Path | None
    quarantined: Path | None
    warned: Path | None
    new_columns: tuple[str, ...]
    """Of the accepted rows, besides the contract's own."""


def judge_file(
    stream: ByteStream,
    *,
    source: SourceObject,
    version_time: int,
    contract: Contract,
    scratch: Path,
    secret: bytes | None = None,
    law_only: bool = False,
) -> FileVerdict:
    """Judge every row of a file and write the outputs under ``scratch``.

    ``version_time`` is when the version was written, in epoch milliseconds; ``secret`` is what
    protected columns are protected with (MissingSecretError where there are any without it).
    ``law_only`` leaves the native engine out: for the tests that compare the two.
    UnusableObjectError when the file as a whole cannot be judged; RowsNotConservedError when rows
    were lost or doubled.
    """
    protector = Protector(contract, secret)
    protection = RowProtection(contract, protector)
    outputs = _Outputs(source, version_time, contract, scratch, protector)
    try:
        reader, content = open_reader(source.key, stream)
        rows_read = 0
        typed = _typed_batches(reader, content, contract, scratch, law_only=law_only)
        with open_judge(contract, scratch) as judge:
            for batch in typed:
                rows_read += batch.rows_read
                outputs.write(judge.judge(protection.protected(batch)))
            outputs.warn([*_ignored(contract), *judge.finish()])
        return outputs.verdict(rows_read)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise SpoolFullError(source=source) from error
        raise
    finally:
        outputs.abandon()


def _typed_batches(
    reader: Reader, source: ByteSource, contract: Contract, scratch: Path, *, law_only: bool
) -> Iterator[TypedBatch]:
    library = None if law_only else find_library()
    if library is not None and isinstance(reader, NativeReader):
        return reader.typed_batches(library, source, contract, scratch)
    judge = CellJudge(contract, reader.cells)
    return map(judge.typed, reader.batches(source, contract, scratch))


def judge_object(
    open_stream: Callable[[], ByteStream],
    *,
    source: SourceObject,
    version_time: int,
    contract: Contract,
    scratch: Path,
    secret: bytes | None = None,
) -> FileVerdict:
    """Judge a file as ``judge_file`` does, with the columns that only the file knows.

    ``open_stream`` opens the content anew: where the contract's mode takes such columns, they are
    known only when the file has been looked at, and then it is read again.
    """
    first, second = scratch / "first", scratch / "second"
    first.mkdir()
    try:
        return judge_file(
            open_stream(),
            source=source,
            version_time=version_time,
            contract=contract,
            scratch=first,
            secret=secret,
        )
    except SurplusColumnsError as surplus:
        contract = meeting(contract, surplus.names)
    shutil.rmtree(first)
    second.mkdir()
    return judge_file(
        open_stream(),
        source=source,
        version_time=version_time,
        contract=contract,
        scratch=second,
        secret=secret,
    )


def open_content(name: str, stream: ByteStream) -> tuple[str, Iterator[bytes]]:
    """Return the suffix of a file's format, and the content, decompressed, without judging it.

    UnusableObjectError when the name tells no format, or the content another one.
    """
    _, source = open_reader(name, stream)
    _, suffix = suffixes_of(name)
    return suffix or "", iter(source)


def _ignored(contract: Contract) -> Iterator[Warned]:
    """Say which of the file's columns are left out."""
    for name in contract.ignored:
        violation = Violation(
            column=shown(name),
            rule=Rule.UNKNOWN_COLUMN,
            value=None,
            message="the contract has no such column, and its values were ignored",
        )
        yield Warned(line=None, violations=[violation])


class _Outputs:
    """The files a source object becomes."""

    def __init__(
        self,
        source: SourceObject,
        version_time: int,
        contract: Contract,
        scratch: Path,
        protector: Protector,
    ) -> None:
        self._source = source
        self._protector = protector
        self._contract = contract
        self._provenance = (
            source.key,
            source.version,
            version_time * 1000,
            contract.contract_hash,
        )
        self._accepted = ParquetSpool(scratch / "accepted.parquet")
        self._rejected = ParquetSpool(scratch / "rejected.parquet")
        self._warned = ParquetSpool(scratch / "warned.parquet")
        self._rows_rejected = 0
        self._warnings: Counter[str] = Counter()
        self._rows_warned = 0

    def write(self, judged: Judged) -> None:
        columns = self._protector.columns(judged.columns)
        self._accepted.append(accepted_batch(columns, judged.lines, self._provenance))
        self._rows_rejected += len(judged.rejects)
        if self._rows_rejected > REJECTED_ROWS_LIMIT:
            # No matter how the file is cut into batches, it passes the limit or does not.
            reason = (
                f"more than {REJECTED_ROWS_LIMIT} rows are at fault; one of them, at line "
                f"{judged.rejects[-1].line}: {judged.rejects[-1].violations[0].message}"
            )
            raise UnusableObjectError(reason)
        if judged.rejects:
            self._rejected.append(
                rejected_batch(
                    judged.rejects,
                    dataset=self._contract.dataset,
                    source=self._source,
                    contract_hash=self._contract.contract_hash,
                )
            )
        self.warn(judged.warned)

    def warn(self, warned: Sequence[Warned]) -> None:
        """Keep what accepted rows, or the file as a whole, are warned of."""
        if not warned:
            return
        self._warnings.update(counted(warned))
        self._rows_warned += sum(one.line is not None for one in warned)
        self._warned.append(
            warned_batch(
                warned,
                dataset=self._contract.dataset,
                source=self._source,
                contract_hash=self._contract.contract_hash,
            )
        )

    def abandon(self) -> None:
        """Let nothing be written any more, however the judging ended."""
        for spool in (self._accepted, self._rejected, self._warned):
            spool.abandon()

    def verdict(self, rows_read: int) -> FileVerdict:
        """Close both files; rows are counted where they were written, not where they were meant."""
        accepted, quarantined = self._accepted.close(), self._rejected.close()
        if rows_read != accepted + quarantined:
            raise RowsNotConservedError(
                source=self._source, read=rows_read, accepted=accepted, quarantined=quarantined
            )
        return FileVerdict(
            rows_read=rows_read,
            rows_accepted=accepted,
            rows_quarantined=quarantined,
            rows_warned=self._rows_warned,
            warnings=dict(sorted(self._warnings.items())),
            accepted=self._accepted.path if accepted else None,
            quarantined=self._rejected.path if quarantined else None,
            warned=self._warned.path if self._warned.close() else None,
            new_columns=self._contract.added if accepted else (),
        )
