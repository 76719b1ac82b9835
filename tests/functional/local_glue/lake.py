"""A lake for tests: zones, ledger, Iceberg tables and the jobs, as the program deploys them."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog import load_catalog
from pyiceberg.table import Table

from infra.archives.sources import job_library_archive
from tarn.contract.model import Contract, ContractCatalog
from tarn.contract.schemas import arrow_schema, iceberg_fields
from tarn.job_arguments import CurateArgument, FlightPerformanceArgument, glue_arguments
from tarn.keys import SourceObject, output_digest, validated_key
from tarn.ledger import PENDING_INDEX, Attribute, FileStatus
from tests.functional.local_glue.conftest import SPARK_SETTINGS, Cloud

PROJECT = Path(__file__).parents[3]
LANDING = "landing"
_TABLE: Any = pa.Table
"""pyarrow's stub lacks the constructors."""


@dataclass(frozen=True, kw_only=True)
class Lake:
    """What the jobs work on, and the jobs."""

    cloud: Cloud
    contracts: ContractCatalog
    validated_bucket: str
    curated_bucket: str
    database: str
    ledger: str
    curate: str
    flight_performance: str

    @classmethod
    def build(cls, cloud: Cloud, contracts: ContractCatalog, work: Path) -> Lake:
        artifacts, validated, curated = (
            cloud.bucket(name) for name in ("artifacts", "validated", "curated")
        )
        database = cloud.database()
        ledger = _ledger(cloud)
        s3 = cloud.client("s3")
        library = job_library_archive(directory=work)
        s3.upload_file(str(library.path), artifacts, "glue/library.zip")
        s3.put_object(Bucket=artifacts, Key="contracts.json", Body=contracts.to_json().encode())
        for contract in contracts.values():
            create_table(cloud, contract, database=database, bucket=curated)
        settings = {
            **SPARK_SETTINGS,
            "spark.sql.catalog.glue_catalog.warehouse": f"s3://{curated}/",
        }
        common = {
            "--conf": " --conf ".join(f"{name}={value}" for name, value in settings.items()),
            "--extra-py-files": f"s3://{artifacts}/glue/library.zip",
            "--datalake-formats": "iceberg",
        }
        curate = glue_arguments(
            {
                CurateArgument.LEDGER_TABLE: ledger,
                CurateArgument.VALIDATED_BUCKET: validated,
                CurateArgument.CURATED_BUCKET: curated,
                CurateArgument.CURATED_DATABASE: database,
                CurateArgument.CONTRACTS_URI: f"s3://{artifacts}/contracts.json",
            }
        )
        model = glue_arguments({FlightPerformanceArgument.CURATED_DATABASE: database})
        return cls(
            cloud=cloud,
            contracts=contracts,
            validated_bucket=validated,
            curated_bucket=curated,
            database=database,
            ledger=ledger,
            curate=cloud.job(_script("curate"), arguments={**common, **curate}),
            flight_performance=cloud.job(
                _script("flight_performance"), arguments={**common, **model}
            ),
        )

    def publish(
        self,
        dataset: str,
        rows: Sequence[dict[str, object]] | pa.Table,
        *,
        key: str,
        version: str = "v1",
        modified_at: datetime | None = None,
        contract: Contract | None = None,
    ) -> str:
        """Do what the ingest function does with one accepted file; return its ledger id."""
        contract = contract or self.contracts[dataset]
        moment = modified_at or datetime(2026, 1, 1, tzinfo=UTC)
        source = SourceObject(bucket=LANDING, key=key, version=version)
        output = validated_key(dataset, output_digest(source, contract.contract_hash))
        table = with_provenance(rows, contract, source=source, modified_at=moment)
        self._put(output, table)
        item = {
            Attribute.FILE: {"S": source.ledger_id},
            Attribute.DATASET: {"S": dataset},
            Attribute.STATUS: {"S": FileStatus.PUBLISHED},
            Attribute.CONTRACT_HASH: {"S": contract.contract_hash},
            Attribute.ROWS_ACCEPTED: {"N": str(table.num_rows)},
            Attribute.VALIDATED_KEY: {"S": output},
            Attribute.PENDING: {"S": dataset},
            Attribute.PUBLISHED_AT: {"N": str(int(moment.timestamp() * 1000))},
        }
        self.cloud.client("dynamodb").put_item(TableName=self.ledger, Item=item)
        return source.ledger_id

    def status(self, file: str) -> dict[str, Any]:
        """Return a file's item in the ledger."""
        answer = self.cloud.client("dynamodb").get_item(
            TableName=self.ledger, Key={Attribute.FILE: {"S": file}}
        )
        return {name: next(iter(value.values())) for name, value in answer["Item"].items()}

    def table(self, dataset: str) -> Table:
        """Return a curated table, read afresh with another implementation of Iceberg."""
        return catalog(self.cloud).load_table((self.database, dataset))

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        return self.table(dataset).scan().to_arrow().to_pylist()

    def _put(self, key: str, table: pa.Table) -> None:
        body = io.BytesIO()
        pq.write_table(table, body)
        self.cloud.client("s3").put_object(
            Bucket=self.validated_bucket, Key=key, Body=body.getvalue()
        )


def with_provenance(
    rows: Sequence[dict[str, object]] | pa.Table,
    contract: Contract,
    *,
    source: SourceObject,
    modified_at: datetime,
) -> pa.Table:
    """Give rows the columns that validated files have."""
    schema = arrow_schema(contract)
    columns = pa.schema([schema.field(column.name) for column in contract.columns])
    table: Any = rows if isinstance(rows, pa.Table) else _TABLE.from_pylist(list(rows), columns)
    count = table.num_rows
    provenance = [
        pa.repeat(source.key, count),
        pa.repeat(source.version, count),
        pa.repeat(pa.scalar(modified_at, pa.timestamp("us", tz="UTC")), count),
        pa.array(range(2, count + 2), pa.int64()),
        pa.repeat(contract.contract_hash, count),
    ]
    for field, values in zip(list(schema)[len(contract.columns) :], provenance, strict=True):
        table = table.append_column(field, values)
    return table.cast(schema)


def create_table(cloud: Cloud, contract: Contract, *, database: str, bucket: str) -> None:
    """Create a dataset's empty Iceberg table as the provider does."""
    fields = [
        {"Id": f.id, "Name": f.name, "Type": f.type, "Required": f.required, "Doc": f.doc}
        for f in iceberg_fields(contract)
    ]
    cloud.client("glue").create_table(
        DatabaseName=database,
        TableInput={"Name": contract.dataset},
        OpenTableFormatInput={
            "IcebergInput": {
                "MetadataOperation": "CREATE",
                "Version": "2",
                "CreateIcebergTableInput": {
                    "Location": f"s3://{bucket}/{contract.dataset}/",
                    "Schema": {"SchemaId": 0, "Type": "struct", "Fields": fields},
                },
            }
        },
    )


def catalog(cloud: Cloud, **properties: Any) -> Any:  # noqa: ANN401 - pyiceberg's catalog has no useful base type
    """Return PyIceberg's view of the Glue catalog."""
    client = cloud.client("sts")
    credentials = client._request_signer._credentials
    endpoint = cloud.settings.aws_endpoint
    return load_catalog(
        uuid.uuid4().hex,
        **{
            "type": "glue",
            "glue.endpoint": endpoint,
            "glue.region": cloud.settings.region,
            "s3.endpoint": endpoint,
            "s3.region": cloud.settings.region,
            "client.access-key-id": credentials.access_key,
            "client.secret-access-key": credentials.secret_key,
            **properties,
        },
    )


def summaries(output: Sequence[str]) -> list[dict[str, Any]]:
    """Return the structured lines of a job's output."""
    return [json.loads(line) for line in output if line.startswith("{")]


def _script(job: str) -> str:
    return (PROJECT / "glue_jobs" / job / "main.py").read_text()


def _ledger(cloud: Cloud) -> str:
    name = f"ledger-{uuid.uuid4().hex[:8]}"
    key = [{"AttributeName": Attribute.FILE, "KeyType": "HASH"}]
    index = [
        {"AttributeName": Attribute.PENDING, "KeyType": "HASH"},
        {"AttributeName": Attribute.PUBLISHED_AT, "KeyType": "RANGE"},
    ]
    cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=key,
        AttributeDefinitions=[
            {"AttributeName": Attribute.FILE, "AttributeType": "S"},
            {"AttributeName": Attribute.PENDING, "AttributeType": "S"},
            {"AttributeName": Attribute.PUBLISHED_AT, "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": PENDING_INDEX,
                "KeySchema": index,
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return name
