"""A small lake on moto: buckets, ledger and the function's settings.

What moto cannot prove: throttling, IAM, KMS and S3's own consistency; e2e and the account do.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
import pyarrow.parquet as pq

from lambdas.ingest.adapters import S3ObjectStore
from lambdas.ingest.ingestion import Ingestion
from lambdas.ingest.ledger_table import DynamoLedger
from tarn.contract.compilation import compile_contracts
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject
from tarn.ledger import PENDING_INDEX, Attribute
from tarn.runtime import IngestVariable

ROOT: Final = Path(__file__).parents[3]
LANDING: Final = "tarn-test-landing"
VALIDATED: Final = "tarn-test-validated"
QUARANTINE: Final = "tarn-test-quarantine"
TABLE: Final = "tarn-test-ledger"
QUEUE_URL: Final = "https://sqs.us-east-1.amazonaws.com/123456789012/tarn-test-ingest"
LEASE_SECONDS: Final = 900

ENVIRONMENT: Final[Mapping[str, str]] = {
    IngestVariable.LEDGER_TABLE: TABLE,
    IngestVariable.LANDING_BUCKET: LANDING,
    IngestVariable.VALIDATED_BUCKET: VALIDATED,
    IngestVariable.QUARANTINE_BUCKET: QUARANTINE,
    IngestVariable.LEASE_SECONDS: str(LEASE_SECONDS),
    IngestVariable.QUEUE_URL: QUEUE_URL,
}


def shipped_contracts() -> ContractCatalog:
    return compile_contracts(ROOT / "contracts")


@dataclass
class Clock:
    """A clock that the test moves."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(kw_only=True)
class Lake:
    """The buckets and the ledger: within ``mock_aws``, or where the given clients lead."""

    s3: Any
    dynamodb: Any
    clock: Clock = field(default_factory=Clock)

    @classmethod
    def create(cls, *, s3: Any = None, dynamodb: Any = None) -> Lake:  # noqa: ANN401 - boto3 is untyped
        s3, dynamodb = s3 or boto3.client("s3"), dynamodb or boto3.client("dynamodb")
        for bucket in (LANDING, VALIDATED, QUARANTINE):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=LANDING, VersioningConfiguration={"Status": "Enabled"})
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": Attribute.FILE, "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": Attribute.FILE, "AttributeType": "S"},
                {"AttributeName": Attribute.PENDING, "AttributeType": "S"},
                {"AttributeName": Attribute.PUBLISHED_AT, "AttributeType": "N"},
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
        return cls(s3=s3, dynamodb=dynamodb)

    def ingestion(self, contracts: ContractCatalog) -> Ingestion:
        return Ingestion(
            contracts=contracts,
            store=S3ObjectStore(self.s3),
            ledger=self.ledger(),
            validated_bucket=VALIDATED,
            quarantine_bucket=QUARANTINE,
        )

    def ledger(self) -> DynamoLedger:
        return DynamoLedger(
            self.dynamodb, table=TABLE, lease_seconds=LEASE_SECONDS, clock=self.clock
        )

    def land(self, key: str, content: bytes) -> SourceObject:
        """Put an object; return the version that this made."""
        version = self.s3.put_object(Bucket=LANDING, Key=key, Body=content)["VersionId"]
        return SourceObject(bucket=LANDING, key=key, version=version)

    def item(self, source: SourceObject) -> dict[str, str]:
        """Return the ledger item of an object version, values as text; empty if there is none."""
        key = {Attribute.FILE.value: {"S": source.ledger_id}}
        found = self.dynamodb.get_item(TableName=TABLE, Key=key).get("Item", {})
        return {name: next(iter(value.values())) for name, value in found.items()}

    def pending(self, dataset: str) -> list[str]:
        """Return the ledger ids that wait for the curate job."""
        found = self.dynamodb.query(
            TableName=TABLE,
            IndexName=PENDING_INDEX,
            KeyConditionExpression="pending = :dataset",
            ExpressionAttributeValues={":dataset": {"S": dataset}},
        )
        return [item[Attribute.FILE]["S"] for item in found["Items"]]

    def contents(self) -> dict[str, bytes]:
        """Return every object of the validated and quarantine buckets by URI."""
        found: dict[str, bytes] = {}
        for bucket in (VALIDATED, QUARANTINE):
            for entry in self.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                body = self.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                found[f"{bucket}/{entry['Key']}"] = body
        return found

    def rows(self, bucket: str, key: str) -> list[dict[str, Any]]:
        body = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return pq.read_table(io.BytesIO(body)).to_pylist()


def sqs_event(*bodies: str) -> dict[str, object]:
    """Return the event of a queue's batch; message ids are message-0, message-1 and so on."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": uuid.uuid4().hex,
                "body": body,
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:tarn-test-ingest",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def notification(source: SourceObject, *, encoded_key: str | None = None) -> str:
    """Return S3's message about an object version, made from the real event."""
    event = json.loads((ROOT / "tests/events/s3_object_created.json").read_text())
    described = event["Records"][0]["s3"]
    described["bucket"]["name"] = source.bucket
    described["object"] |= {"key": encoded_key or source.key, "versionId": source.version}
    return json.dumps(event)
