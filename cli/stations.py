"""The stations of a deployed stack, as the command line asks them.

One frozen value holds the stack's outputs; each station is asked through the service that owns
it: S3 and the ledger through boto3, Iceberg through the Glue catalog, tables through Snowflake.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import boto3

from tarn.ledger import Attribute, FileStatus

Client = Any
"""boto3 builds its clients at run time, so there is no type to name."""

JsonObject = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FileRecord:
    """A ledger item, typed. Times are epoch milliseconds; absent numbers are 0."""

    file: str
    dataset: str
    key: str
    version: str
    status: FileStatus
    pending: bool
    version_time: int
    published_at: int
    curated_at: int
    duration_ms: int
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_warned: int
    warnings: Mapping[str, int]
    """How often each rule that only warns was broken."""
    validated_key: str | None
    quarantine_key: str | None
    reason: str | None
    contract_hash: str = ""
    trouble: str | None = None
    """Why the last attempt ended without a verdict."""

    @property
    def judged(self) -> bool:
        """Whether the verdict on the file is final."""
        return self.status is not FileStatus.LEASED

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> FileRecord:
        """Read a DynamoDB item in its typed wire form."""

        def text(name: Attribute) -> str | None:
            return item.get(name, {}).get("S")

        def number(name: Attribute) -> int:
            return int(float(item.get(name, {}).get("N", "0")))

        return cls(
            file=text(Attribute.FILE) or "",
            dataset=text(Attribute.DATASET) or "",
            key=text(Attribute.KEY) or "",
            version=text(Attribute.VERSION) or "",
            status=FileStatus(text(Attribute.STATUS) or FileStatus.LEASED),
            pending=text(Attribute.PENDING) is not None,
            version_time=number(Attribute.VERSION_TIME),
            published_at=number(Attribute.PUBLISHED_AT),
            curated_at=number(Attribute.CURATED_AT),
            duration_ms=number(Attribute.DURATION_MS),
            rows_read=number(Attribute.ROWS_READ),
            rows_accepted=number(Attribute.ROWS_ACCEPTED),
            rows_quarantined=number(Attribute.ROWS_QUARANTINED),
            rows_warned=number(Attribute.ROWS_WARNED),
            warnings={
                rule: int(count["N"])
                for rule, count in item.get(Attribute.WARNINGS, {}).get("M", {}).items()
            },
            validated_key=text(Attribute.VALIDATED_KEY),
            quarantine_key=text(Attribute.QUARANTINE_KEY),
            reason=text(Attribute.REASON),
            contract_hash=text(Attribute.CONTRACT_HASH) or "",
            trouble=text(Attribute.TROUBLE),
        )


@dataclass(frozen=True, kw_only=True)
class Stations:
    """A deployed stack. ``outputs`` are its exports; ``session`` makes its AWS clients."""

    outputs: Mapping[str, Any]
    session: boto3.Session
    endpoint: str | None

    def client(self, service: str) -> Client:
        """Make a client of an AWS service in the stack's account and region."""
        make = cast("Callable[..., Client]", self.session.client)
        return make(service, endpoint_url=self.endpoint)

    @cached_property
    def s3(self) -> Client:
        """S3, shared: clients are safe to use from several threads."""
        return self.client("s3")

    @cached_property
    def dynamodb(self) -> Client:
        """DynamoDB, for the ledger."""
        return self.client("dynamodb")

    @cached_property
    def glue(self) -> Client:
        """Glue, for the catalog, the jobs and the workflow."""
        return self.client("glue")

    @cached_property
    def sqs(self) -> Client:
        """SQS, for the queues' depths."""
        return self.client("sqs")

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets that the stack ingests."""
        return tuple(cast("list[str]", self.outputs["datasets"]))

    def ledger(
        self, dataset: str | None = None, *, only: Sequence[Attribute] = ()
    ) -> Iterator[FileRecord]:
        """Yield what the ledger knows, of one dataset or of all.

        ``only``: the attributes that are wanted, where all would be too much to ask for often.
        """
        wanted = {f"#{index}": str(name) for index, name in enumerate(only)}
        projection = {
            "ProjectionExpression": ", ".join(wanted),
            "ExpressionAttributeNames": wanted,
        }
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.outputs["ledgerTable"],
            ConsistentRead=True,
            **(projection if wanted else {}),
        )
        for page in pages:
            for item in page["Items"]:
                record = FileRecord.from_item(item)
                if dataset is None or record.dataset == dataset:
                    yield record

    def ledger_file(self, file: str) -> FileRecord | None:
        """Return one ledger item by its id, or None."""
        answer = self.dynamodb.get_item(
            TableName=self.outputs["ledgerTable"],
            Key={str(Attribute.FILE): {"S": file}},
            ConsistentRead=True,
        )
        return FileRecord.from_item(answer["Item"]) if "Item" in answer else None

    def iceberg_rows(self, table: str) -> int:
        """Return the rows of a curated table, from its current snapshot's own summary."""
        database = self.outputs["curatedGlueDatabase"]
        described = self.glue.get_table(DatabaseName=database, Name=table)["Table"]
        location = str(described["Parameters"]["metadata_location"])
        bucket, _, key = location.removeprefix("s3://").partition("/")
        body = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        metadata = cast("JsonObject", json.loads(body))
        current = metadata.get("current-snapshot-id")
        for snapshot in metadata.get("snapshots") or []:
            if snapshot["snapshot-id"] == current:
                return int(snapshot["summary"].get("total-records", "0"))
        return 0

    def quarantined_rows(self, record: FileRecord) -> list[JsonObject]:
        """Return the rejected rows of one file as they lie in the quarantine bucket."""
        if record.quarantine_key is None or not record.rows_quarantined:
            return []
        import pyarrow as pa
        from pyarrow import parquet

        answer = self.s3.get_object(
            Bucket=self.outputs["quarantineBucket"], Key=record.quarantine_key
        )
        # Not through a file object of Python: Arrow's own threads would call it, and one that asks
        # for the interpreter while it shuts down aborts the process.
        table = parquet.ParquetFile(pa.BufferReader(answer["Body"].read())).read()
        return cast("list[JsonObject]", table.to_pylist())

    def queue_depth(self, url: str) -> int:
        """Return how many messages a queue holds, in flight ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(answer["Attributes"].get(name, "0")) for name in names)

    def seconds_hidden(self, url: str) -> int:
        """Return how long a queue hides a message that was received, its visibility timeout."""
        names = ["VisibilityTimeout"]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return int(answer["Attributes"]["VisibilityTimeout"])
