"""What the ingestion of one file needs from outside, as it wants to see it.

``adapters`` implements these with S3 and DynamoDB; the ingestion itself knows neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from lambdas.ingest.readers.byte_source import ByteStream
from tarn.keys import SourceObject


class Body(ByteStream, Protocol):
    """The content of an object, read once."""

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class LandedObject:
    """One version of a landing object, opened but not read."""

    version_time: int
    """Epoch milliseconds of the version's LastModified."""
    size: int
    body: Body


class ObjectStore(Protocol):
    """The lake's buckets."""

    def open(self, source: SourceObject) -> LandedObject:
        """Open exactly this version; MissingVersionError when it does not exist any more."""
        ...

    def publish(self, file: Path, *, bucket: str, key: str) -> None:
        """Upload a file under a name that always has the same content."""
        ...

    def copy(self, source: SourceObject, *, bucket: str, key: str) -> None:
        """Copy this version inside S3."""
        ...

    def write_json(self, values: Mapping[str, object], *, bucket: str, key: str) -> None:
        """Write a small JSON document."""
        ...


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right of one attempt to decide about one object version under one contract."""

    source: SourceObject
    owner: str
    contract_hash: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the ledger keeps about a file that is decided."""

    dataset: str | None
    version_time: int | None
    size: int | None
    duration_ms: int
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_warned: int = 0
    warnings: Mapping[str, int] = field(default_factory=dict[str, int])
    """How often each rule that only warns was broken."""
    new_columns: tuple[str, ...] = ()
    """Columns of the accepted rows that the contract does not have."""
    validated_key: str | None = None
    quarantine_key: str | None = None
    warnings_key: str | None = None
    reason: str | None = None
    """Why the object was quarantined whole; None when its rows were judged."""


DECIDED_BEFORE: Final = 0
"""Stands for the number of a decision that is not needed any more."""


class Ledger(Protocol):
    """One item a file: see ``tarn.ledger``."""

    def lease(self, lease: Lease) -> int:
        """Take the file for this attempt; return the number of the decision that it will make.

        The first decision about a file is 1, the next one under another contract 2, and so on;
        DECIDED_BEFORE when it is decided under this contract already. LeaseHeldError while another
        attempt has it.
        """
        ...

    def finish(self, lease: Lease, outcome: Outcome) -> None:
        """Record what became of the file; LeaseLostError when another attempt took it over.

        RowsNotConservedError when the rows read are not those accepted and quarantined: a verdict
        that lost or doubled rows is never recorded.
        """
        ...

    def release(self, lease: Lease, trouble: str) -> None:
        """Give up a lease after a failure, so that the next attempt need not wait for its end.

        ``trouble`` is kept with the file until there is a verdict.
        """
        ...
