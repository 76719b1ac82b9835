"""What a replay would do, before it does anything."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cli.judging import judge
from cli.landed_files import LandedFile, Selection, held_whole, landed_files
from cli.operating import Operation
from cli.stations import FileRecord
from tarn.contract.model import Contract

UNUSABLE: Final = "unusable"
"""Stands for the rules of an object that is held whole."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the command line asks for."""

    selection: Selection
    quarantined: bool
    """Only files of which something is quarantined ..."""
    rule: str | None
    """... because of this rule."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Rows of one or more files; ``held`` are objects that are quarantined whole."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    held: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            read=self.read + other.read,
            accepted=self.accepted + other.accepted,
            quarantined=self.quarantined + other.quarantined,
            held=self.held + other.held,
        )

    @classmethod
    def of(cls, record: FileRecord | None) -> Counts:
        """Count what the ledger says of a file; nothing when nobody decided about it."""
        if record is None or not record.judged:
            return cls()
        return cls(
            read=record.rows_read,
            accepted=record.rows_accepted,
            quarantined=record.rows_quarantined,
            held=int(held_whole(record)),
        )

    def as_data(self) -> dict[str, int]:
        """Return the counts by name."""
        return {
            "rows_read": self.read,
            "rows_accepted": self.accepted,
            "rows_quarantined": self.quarantined,
            "objects_held": self.held,
        }


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Files to announce, and files that need nothing: they are decided under this contract."""

    contract: Contract
    again: Sequence[LandedFile]
    new: Sequence[LandedFile]
    unchanged: Sequence[LandedFile]
    foreseen: Counts | None
    """What the function would decide about ``again`` and ``new``, where that was tried out."""

    @property
    def files(self) -> list[LandedFile]:
        """All files to announce, oldest first."""
        return sorted([*self.again, *self.new], key=lambda file: file.landed_at)

    @property
    def now(self) -> Counts:
        """What the ledger says of the files to announce."""
        return total(file.record for file in self.files)

    def as_data(self) -> dict[str, Any]:
        """Return the plan in plain values."""
        return {
            "dataset": self.contract.dataset,
            "contract_hash": self.contract.contract_hash,
            "files_to_validate_again": len(self.again),
            "files_never_decided": len(self.new),
            "files_unchanged": len(self.unchanged),
            "now": self.now.as_data(),
            "then": self.foreseen.as_data() if self.foreseen else None,
            "files": [file.source.ledger_id for file in self.files],
        }


def total(records: Any) -> Counts:  # noqa: ANN401 - any iterable of records or None
    """Add up what the ledger says of files."""
    return sum((Counts.of(record) for record in records), Counts())


def plan_replay(
    operation: Operation, choice: Choice, *, try_out: bool, on_judged: Callable[[int, int], None]
) -> Plan:
    """Look at the landing bucket, the ledger and the deployed contract.

    With ``try_out`` every file is judged here, by the function's own code, and nothing is kept.
    Raises UnknownDatasetError.
    """
    contract = operation.contract(choice.selection.dataset)
    files = [
        file
        for file in landed_files(operation.stations, choice.selection)
        if _chosen(operation, file, choice)
    ]
    current = contract.contract_hash
    unchanged = [file for file in files if file.decided_under(current)]
    again = [
        file
        for file in files
        if file.record is not None and file.record.judged and not file.decided_under(current)
    ]
    new = [file for file in files if file.record is None or not file.record.judged]
    foreseen = None
    if try_out:
        foreseen = _foreseen(operation, contract, [*again, *new], on_judged)
    return Plan(contract=contract, again=again, new=new, unchanged=unchanged, foreseen=foreseen)


def _chosen(operation: Operation, file: LandedFile, choice: Choice) -> bool:
    if not choice.quarantined:
        return True
    record = file.record
    if record is None or not (record.rows_quarantined or held_whole(record)):
        return False
    if choice.rule is None:
        return True
    if held_whole(record):
        return choice.rule == UNUSABLE
    rows = operation.stations.quarantined_rows(record)
    return any(broken["rule"] == choice.rule for row in rows for broken in row["violations"])


def _foreseen(
    operation: Operation,
    contract: Contract,
    files: Sequence[LandedFile],
    on_judged: Callable[[int, int], None],
) -> Counts:
    counts = Counts()
    for number, file in enumerate(files, start=1):
        source = file.source
        answer = operation.stations.s3.get_object(
            Bucket=source.bucket, Key=source.key, VersionId=source.version
        )
        judged = judge(
            answer["Body"],
            source=source,
            contract=contract,
            version_time=round(file.landed_at.timestamp() * 1000),
        )
        counts += Counts(
            read=judged.rows_read,
            accepted=judged.rows_accepted,
            quarantined=judged.rows_quarantined,
            held=int(judged.reason is not None),
        )
        on_judged(number, len(files))
    return counts


def day(text: str | None, *, option: str) -> datetime.date | None:
    """Read a day as written on the command line, e.g. 2013-01-31."""
    from cli.errors import OptionError

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise OptionError(option=option, value=text, wanted="a day such as 2013-01-31") from error
