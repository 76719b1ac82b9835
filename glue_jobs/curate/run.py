"""One run of the curate job: take what is pending until nothing is, dataset by dataset.

Killed anywhere it loses nothing: a file is marked only after the commit that holds its rows, and
a file that is merged again changes nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from pyspark.sql import SparkSession

from glue_jobs import iceberg
from glue_jobs.curate.adapters import PendingFile
from glue_jobs.curate.tables import CuratedTable
from glue_jobs.curate.validated import read_validated
from tarn.contract.model import Contract
from tarn.contract.schemas import spark_ddl
from tarn.errors import RetryableError

FILES_A_ROUND: Final = 5_000
"""Bounds what one commit reads; the loop takes the rest."""

DATASETS_AT_ONCE: Final = 2
"""While one dataset is planned, listed or marked, another keeps the executors busy."""

SETTLING_SECONDS: Final = 1.0
"""When no file has arrived for this long, those that wait are merged."""

LONGEST_SETTLING_SECONDS: Final = 60.0
"""After this long they are merged all the same: a producer may never pause."""

_LOGGER = logging.getLogger("tarn.curate")


class PendingWork(Protocol):
    """The ledger, as far as a run needs it."""

    def pending(self, dataset: str, limit: int) -> list[PendingFile]:
        """Return files of a dataset that wait to be merged."""
        ...

    def waiting(self, dataset: str) -> int:
        """Count the files of a dataset that wait, as far as is known by now."""
        ...

    def mark_curated(self, files: Iterable[PendingFile]) -> int:
        """Mark files as merged; return how many were."""
        ...


class CurationFailedError(RetryableError):
    """Some datasets could not be merged; their files are still pending."""

    def __init__(self, *, failures: Mapping[str, Exception]) -> None:
        self.failures = dict(failures)
        reasons = "; ".join(f"{dataset}: {error}" for dataset, error in self.failures.items())
        super().__init__(
            f"Not merged, and still pending in the ledger: {reasons}. The other datasets are up to "
            "date. The next run tries again; the job's error log has the details."
        )


@dataclass(frozen=True, kw_only=True)
class MergeSummary:
    """What one round did for one dataset."""

    dataset: str
    files: int
    rows: int
    marked: int
    changed: bool
    snapshot_id: int | None


@dataclass(frozen=True, kw_only=True)
class Curation:
    """What a run works with."""

    spark: SparkSession
    ledger: PendingWork
    validated: str
    """Where validated keys are found, e.g. ``s3://bucket``."""
    database: str
    sleep: Callable[[float], None] = time.sleep

    def run(self, contracts: Sequence[Contract]) -> list[MergeSummary]:
        """Merge everything that is pending, including what arrives meanwhile.

        A dataset that fails does not hold up the others; the run fails when they are done.
        """
        merged: set[PendingFile] = set()
        failures: dict[str, Exception] = {}
        summaries: list[MergeSummary] = []

        def curate(contract: Contract) -> MergeSummary | None:
            try:
                return self._curate(contract, merged)
            except Exception as error:
                failures[contract.dataset] = error
                _LOGGER.exception("The dataset %s was not merged.", contract.dataset)
                return None

        with ThreadPoolExecutor(DATASETS_AT_ONCE) as pool:
            while True:
                active = [c for c in contracts if c.dataset not in failures]
                self._let_arrivals_settle(active)
                this_round = [summary for summary in pool.map(curate, active) if summary]
                summaries.extend(this_round)
                if not this_round:
                    break
        if failures:
            raise CurationFailedError(failures=failures)
        return summaries

    def _let_arrivals_settle(self, contracts: Sequence[Contract]) -> None:
        """Wait while files keep arriving, so that one commit takes them all (docs/adr/0054)."""
        seen = self._waiting(contracts)
        for _ in range(int(LONGEST_SETTLING_SECONDS / SETTLING_SECONDS)):
            if not seen:
                return
            self.sleep(SETTLING_SECONDS)
            now = self._waiting(contracts)
            if now == seen:
                return
            seen = now

    def _waiting(self, contracts: Sequence[Contract]) -> int:
        return sum(self.ledger.waiting(contract.dataset) for contract in contracts)

    def _curate(self, contract: Contract, merged: set[PendingFile]) -> MergeSummary | None:
        waiting = self.ledger.pending(contract.dataset, FILES_A_ROUND)
        # The index may still show what this run has marked; it must not spin on that.
        files = [file for file in waiting if file not in merged]
        if not files:
            return None
        table = CuratedTable(spark=self.spark, database=self.database, contract=contract)
        new = dict.fromkeys(name for file in files for name in file.new_columns)
        schema = table.evolve(iceberg.schema_of(self.spark, spark_ddl(contract)), new=new)
        uris = [f"{self.validated}/{file.validated_key}" for file in files]
        changed = table.merge(read_validated(self.spark, uris, schema))
        merged.update(files)
        summary = MergeSummary(
            dataset=contract.dataset,
            files=len(files),
            rows=sum(file.rows for file in files),
            marked=self.ledger.mark_curated(files),
            changed=changed,
            snapshot_id=table.snapshot_id(),
        )
        _LOGGER.info(json.dumps({"message": "merged", **asdict(summary)}))
        return summary
