"""One deployment on moto: the function's real code, the job's ledger and statements, the view.

Two of them over one landing bucket are compared: one meets faults, the other none.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from glue_jobs.curate.adapters import Ledger
from lambdas.ingest.adapters import S3ObjectStore
from lambdas.ingest.ingestion import Ingestion
from lambdas.ingest.ledger_table import DynamoLedger
from tarn.contract.model import Contract, ContractCatalog
from tarn.keys import SourceObject
from tarn.ledger import PENDING_INDEX, Attribute
from tests.functional.exactly_once.tables import CuratedTable, RawTable, Rows

LANDING: Final = "landing"
LEASE_SECONDS: Final = 45
_OF_THE_MOMENT: Final = (
    Attribute.ATTEMPTS,
    Attribute.DURATION_MS,
    Attribute.PUBLISHED_AT,
    Attribute.CURATED_AT,
)
"""What says when and how often, not what."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a deployment holds in the end."""

    ledger: Mapping[str, Mapping[str, Any]]
    objects: Mapping[str, bytes]
    curated: Rows
    raw: Rows


@dataclass(kw_only=True)
class Platform:
    """A deployment; ``make`` gives the clients that its code works with."""

    name: str
    contract: Contract
    clock: Callable[[], float]
    make: Callable[[str], Any]
    plain: Mapping[str, Any]
    """Clients of the test itself, by service."""
    commit: Callable[[Callable[[], None]], None] = lambda effect: effect()
    """Runs the commit of a merge; faults may come before and after its effect."""
    loaded: set[str] = field(default_factory=set[str])
    """Snowpipe's history: names, nothing else."""

    def __post_init__(self) -> None:
        for bucket in (self.validated, self.quarantine):
            self.plain["s3"].create_bucket(Bucket=bucket)
        attributes = (
            (Attribute.FILE, "S"),
            (Attribute.PENDING, "S"),
            (Attribute.PUBLISHED_AT, "N"),
        )
        self.plain["dynamodb"].create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": Attribute.FILE, "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind} for name, kind in attributes
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": PENDING_INDEX,
                    "KeySchema": [
                        {"AttributeName": Attribute.PENDING, "KeyType": "HASH"},
                        {"AttributeName": Attribute.PUBLISHED_AT, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        self.curated, self.raw = CuratedTable(self.contract), RawTable(self.contract)
        self._store, self._dynamodb, self._s3 = (
            S3ObjectStore(self.make("s3")),
            self.make("dynamodb"),
            self.make("s3"),
        )

    @property
    def validated(self) -> str:
        return f"{self.name}-validated"

    @property
    def quarantine(self) -> str:
        return f"{self.name}-quarantine"

    @property
    def table(self) -> str:
        return f"{self.name}-ledger"

    def ingest(self, source: SourceObject, *, owner: str) -> None:
        """One attempt of the function at one object version."""
        ledger = DynamoLedger(
            self._dynamodb, table=self.table, lease_seconds=LEASE_SECONDS, clock=self.clock
        )
        Ingestion(
            contracts=ContractCatalog([self.contract]),
            store=self._store,
            ledger=ledger,
            validated_bucket=self.validated,
            quarantine_bucket=self.quarantine,
        ).ingest(source, owner=owner)

    def curate(self) -> None:
        """One run of the job: what is pending, in one commit, then marked."""
        ledger = Ledger(self.table, client=self._dynamodb)
        files = ledger.pending(self.contract.dataset, 1000)
        if not files:
            return
        tables = [
            _table(self._s3.get_object(Bucket=self.validated, Key=f.validated_key)["Body"].read())
            for f in files
        ]
        self.commit(lambda: self.curated.merge(tables))
        ledger.mark_curated(files)

    def validated_keys(self) -> list[str]:
        """Return the names of all validated files."""
        listed = self.plain["s3"].list_objects_v2(Bucket=self.validated)
        return [one["Key"] for one in listed.get("Contents", [])]

    def load(self, key: str) -> None:
        """What Snowpipe does for one notification: it loads a name once."""
        if key in self.loaded:
            return
        body = self.plain["s3"].get_object(Bucket=self.validated, Key=key)["Body"].read()
        self.raw.load(_table(body))
        self.loaded.add(key)

    def final(self) -> Held:
        """Return what is held now."""
        items = self.plain["dynamodb"].scan(TableName=self.table)["Items"]
        return Held(
            ledger={
                item[Attribute.FILE]["S"]: {
                    name: value for name, value in item.items() if name not in _OF_THE_MOMENT
                }
                for item in items
            },
            objects={
                f"{zone}/{one['Key']}": self._body(bucket, one["Key"])
                for zone, bucket in (("validated", self.validated), ("quarantine", self.quarantine))
                for one in self.plain["s3"].list_objects_v2(Bucket=bucket).get("Contents", [])
            },
            curated=self.curated.rows(),
            raw=self.raw.rows(),
        )

    def _body(self, bucket: str, key: str) -> bytes:
        return self.plain["s3"].get_object(Bucket=bucket, Key=key)["Body"].read()


def _table(body: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(body))
