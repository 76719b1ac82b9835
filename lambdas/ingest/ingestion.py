"""One object from its notification to its verdict in the ledger.

The order is what makes every step repeatable: lease, judge aside, quarantine, publish, record.
Whatever dies in between, the next attempt writes the same names with the same content.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lambdas.ingest.core import FileVerdict, judge_object
from lambdas.ingest.errors import MissingVersionError, UnusableObjectError
from lambdas.ingest.ports import (
    DECIDED_BEFORE,
    Body,
    LandedObject,
    Lease,
    Ledger,
    ObjectStore,
    Outcome,
)
from lambdas.ingest.quarantine_files import write_decision, write_held_object
from tarn.contract.model import Contract
from tarn.errors import TarnError
from tarn.keys import (
    SourceObject,
    dataset_of,
    decision_key,
    output_digest,
    quarantined_object_key,
    quarantined_rows_key,
    validated_key,
    warnings_key,
)
from tarn.quarantine import REASON_SUFFIX

NO_CONTRACT: Final = "none"
"""Stands for the contract's hash in the ledger of an object that no contract claims."""

NO_DATASET: Final = "none"
"""Stands for the dataset in the keys of an object that belongs to none."""


@dataclass(frozen=True, kw_only=True)
class Ingestion:
    """Ingests objects into two buckets, under the contracts of one deployment."""

    contracts: Mapping[str, Contract]
    store: ObjectStore
    ledger: Ledger
    validated_bucket: str
    quarantine_bucket: str
    secret: Callable[[], bytes] | None = None
    """Fetches what personal data is protected with; asked only where a contract protects some."""

    def ingest(self, source: SourceObject, *, owner: str) -> Outcome | None:
        """Decide about one object version; None when that was done already.

        ``owner`` names this attempt and no other.
        """
        contract = self._contract_of(source)
        contract_hash = contract.contract_hash if contract else NO_CONTRACT
        lease = Lease(source=source, owner=owner, contract_hash=contract_hash)
        number = self.ledger.lease(lease)
        if number == DECIDED_BEFORE:
            return None
        try:
            started = time.monotonic()
            outcome = self._decide(lease, contract)
            if number > 1:
                self._supersede(lease, outcome.dataset, number)
            elapsed = round((time.monotonic() - started) * 1000)
            outcome = replace(outcome, duration_ms=elapsed)
            self.ledger.finish(lease, outcome)
        except Exception as error:
            self._release(lease, error)
            raise
        return outcome

    def _release(self, lease: Lease, error: Exception) -> None:
        """Let the next attempt begin at once; the failure that led here is the one to tell."""
        with suppress(TarnError):
            self.ledger.release(lease, str(error) or type(error).__name__)

    def _supersede(self, lease: Lease, dataset: str | None, number: int) -> None:
        """Tell the quarantine that only this contract's verdicts on the file count now."""
        digest = output_digest(lease.source, lease.contract_hash)
        key = decision_key(dataset or NO_DATASET, digest, number)
        with tempfile.TemporaryDirectory(prefix="tarn-ingest-") as scratch:
            record = Path(scratch) / "decision.parquet"
            write_decision(record, lease=lease, dataset=dataset, number=number)
            self.store.publish(record, bucket=self.quarantine_bucket, key=key)

    def _contract_of(self, source: SourceObject) -> Contract | None:
        contract = self.contracts.get(dataset_of(source.key) or "")
        return contract if contract and contract.produced_by is None else None

    def _decide(self, lease: Lease, contract: Contract | None) -> Outcome:
        dataset = contract.dataset if contract else dataset_of(lease.source.key)
        pending = Outcome(dataset=dataset, version_time=None, size=None, duration_ms=0)
        try:
            landed = self.store.open(lease.source)
        except MissingVersionError as error:
            return replace(pending, reason=error.reason)
        pending = replace(pending, version_time=landed.version_time, size=landed.size)
        try:
            if contract is None:
                raise UnusableObjectError(_unclaimed(lease.source, self.contracts))
            return self._judge(lease, contract, landed, pending)
        except UnusableObjectError as error:
            return self._quarantine_whole(lease, error.reason, pending, contract)
        finally:
            landed.body.close()

    def _judge(
        self, lease: Lease, contract: Contract, landed: LandedObject, pending: Outcome
    ) -> Outcome:
        unread = [landed.body]
        with (
            tempfile.TemporaryDirectory(prefix="tarn-ingest-") as scratch,
            ExitStack() as reopened,
        ):

            def body() -> Body:
                if unread:
                    return unread.pop()
                again = self.store.open(lease.source).body
                reopened.callback(again.close)
                return again

            verdict = judge_object(
                body,
                source=lease.source,
                version_time=landed.version_time,
                contract=contract,
                scratch=Path(scratch),
                secret=self.secret() if self.secret and contract.protected else None,
            )
            return self._publish(lease, contract.dataset, verdict, pending)

    def _publish(
        self, lease: Lease, dataset: str, verdict: FileVerdict, pending: Outcome
    ) -> Outcome:
        """Publish the rows aside first: whoever sees accepted rows can see why others are not."""
        digest = output_digest(lease.source, lease.contract_hash)
        accepted_key = rejected_key = warned_key = None
        if verdict.warned:
            warned_key = warnings_key(dataset, digest)
            self.store.publish(verdict.warned, bucket=self.quarantine_bucket, key=warned_key)
        if verdict.quarantined:
            rejected_key = quarantined_rows_key(dataset, digest)
            self.store.publish(verdict.quarantined, bucket=self.quarantine_bucket, key=rejected_key)
        if verdict.accepted:
            accepted_key = validated_key(dataset, digest)
            self.store.publish(verdict.accepted, bucket=self.validated_bucket, key=accepted_key)
        return replace(
            pending,
            rows_read=verdict.rows_read,
            rows_accepted=verdict.rows_accepted,
            rows_quarantined=verdict.rows_quarantined,
            rows_warned=verdict.rows_warned,
            warnings=verdict.warnings,
            new_columns=verdict.new_columns,
            validated_key=accepted_key,
            quarantine_key=rejected_key,
            warnings_key=warned_key,
        )

    def _quarantine_whole(
        self, lease: Lease, reason: str, pending: Outcome, contract: Contract | None
    ) -> Outcome:
        """Keep a copy and the reason; of personal data the reason only: landing has the rest."""
        source = lease.source
        digest = output_digest(source, lease.contract_hash)
        key = quarantined_object_key(digest, source.key)
        copied = contract is None or not contract.protected
        if copied:
            self.store.copy(source, bucket=self.quarantine_bucket, key=key)
        explanation = {
            "bucket": source.bucket,
            "key": source.key,
            "version": source.version,
            "dataset": pending.dataset,
            "reason": reason,
            "contractHash": lease.contract_hash,
        }
        self.store.write_json(explanation, bucket=self.quarantine_bucket, key=key + REASON_SUFFIX)
        with tempfile.TemporaryDirectory(prefix="tarn-ingest-") as scratch:
            record = Path(scratch) / "held.parquet"
            write_held_object(record, lease=lease, dataset=pending.dataset, reason=reason)
            rows_key = quarantined_rows_key(pending.dataset or NO_DATASET, digest)
            self.store.publish(record, bucket=self.quarantine_bucket, key=rows_key)
        return replace(pending, quarantine_key=key if copied else None, reason=reason)


def _unclaimed(source: SourceObject, contracts: Mapping[str, Contract]) -> str:
    known = ", ".join(f"{name}/" for name, c in contracts.items() if c.produced_by is None)
    return f"no contract claims the key {source.key!r}: it has to begin with one of {known}"
