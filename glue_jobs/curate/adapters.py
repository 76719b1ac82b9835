"""The curate job's ways out, through boto3: the ledger and the compiled contracts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from tarn.contract.model import ContractCatalog
from tarn.errors import PermanentError
from tarn.ledger import PENDING_INDEX, Attribute, FileStatus

_MARKING_THREADS: Final = 8
_BATCH_GET_LIMIT: Final = 100


@dataclass(frozen=True, kw_only=True)
class PendingFile:
    """Published rows of one landing object version that wait to be merged."""

    file: str
    validated_key: str
    contract_hash: str
    rows: int
    new_columns: tuple[str, ...] = ()
    """Columns of its rows that the contract does not have, all of text."""


class MalformedUriError(PermanentError):
    """An argument that should be an S3 URI is not one."""

    def __init__(self, *, uri: str) -> None:
        self.uri = uri
        super().__init__(
            f"{uri!r} is not an S3 URI of the form s3://bucket/key, so the compiled contracts "
            "cannot be read. The Pulumi program passes it as --contracts_uri: deploy again."
        )


class Ledger:
    """The ledger as the curate job sees it: what is pending, and that it is done."""

    def __init__(self, table: str, client: Any = None) -> None:  # noqa: ANN401 - boto3 is untyped
        self._table = table
        self._client = client if client is not None else boto3.client("dynamodb")

    def pending(self, dataset: str, limit: int) -> list[PendingFile]:
        """Return up to ``limit`` waiting files of a dataset, the longest waiting first.

        The index lags behind the table, so each file is looked up again: one that was
        revalidated under another contract meanwhile is left out.
        """
        found = [file for file in self._index(dataset, limit) if file is not None]
        current = set(self._current(found))
        return [file for file in found if file in current]

    def waiting(self, dataset: str) -> int:
        """Count a dataset's files in the index, which lags behind the table."""
        pages = self._client.get_paginator("query").paginate(**self._of(dataset), Select="COUNT")
        return sum(int(page["Count"]) for page in pages)

    def mark_curated(self, files: Iterable[PendingFile]) -> int:
        """Mark files as merged; return how many were, the others having changed meanwhile."""
        with ThreadPoolExecutor(_MARKING_THREADS) as pool:
            return sum(pool.map(self._mark, files))

    def _index(self, dataset: str, limit: int) -> Iterator[PendingFile | None]:
        pages = self._client.get_paginator("query").paginate(
            **self._of(dataset), PaginationConfig={"MaxItems": limit}
        )
        for page in pages:
            yield from map(_pending_file, page["Items"])

    def _of(self, dataset: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "IndexName": PENDING_INDEX,
            "KeyConditionExpression": "#pending = :dataset",
            "ExpressionAttributeNames": {"#pending": Attribute.PENDING},
            "ExpressionAttributeValues": {":dataset": {"S": dataset}},
        }

    def _current(self, files: Sequence[PendingFile]) -> Iterator[PendingFile]:
        for start in range(0, len(files), _BATCH_GET_LIMIT):
            keys = [
                {Attribute.FILE.value: {"S": file.file}}
                for file in files[start : start + _BATCH_GET_LIMIT]
            ]
            request = {self._table: {"Keys": keys, "ConsistentRead": True}}
            while request:
                answer = self._client.batch_get_item(RequestItems=request)
                for item in answer["Responses"].get(self._table, []):
                    file = _pending_file(item)
                    if file is not None:
                        yield file
                request = answer.get("UnprocessedKeys", {})

    def _mark(self, file: PendingFile) -> int:
        try:
            self._client.update_item(
                TableName=self._table,
                Key={Attribute.FILE: {"S": file.file}},
                UpdateExpression="SET #status = :curated, #curated_at = :now REMOVE #pending",
                ConditionExpression="#status = :published AND #hash = :hash",
                ExpressionAttributeNames={
                    "#status": Attribute.STATUS,
                    "#curated_at": Attribute.CURATED_AT,
                    "#pending": Attribute.PENDING,
                    "#hash": Attribute.CONTRACT_HASH,
                },
                ExpressionAttributeValues={
                    ":curated": {"S": FileStatus.CURATED},
                    ":published": {"S": FileStatus.PUBLISHED},
                    ":now": {"N": str(time.time_ns() // 1_000_000)},
                    ":hash": {"S": file.contract_hash},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return 0
            raise
        return 1


def read_contracts(uri: str, client: Any = None) -> ContractCatalog:  # noqa: ANN401
    """Read the compiled contracts of this deployment."""
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket or not key:
        raise MalformedUriError(uri=uri)
    s3 = client if client is not None else boto3.client("s3")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return ContractCatalog.from_json(body.decode())


def _pending_file(item: Mapping[str, Mapping[str, Any]]) -> PendingFile | None:
    if Attribute.PENDING not in item or item[Attribute.STATUS]["S"] != FileStatus.PUBLISHED:
        return None
    return PendingFile(
        file=item[Attribute.FILE]["S"],
        validated_key=item[Attribute.VALIDATED_KEY]["S"],
        contract_hash=item[Attribute.CONTRACT_HASH]["S"],
        rows=int(item[Attribute.ROWS_ACCEPTED]["N"]),
        new_columns=tuple(name["S"] for name in item.get(Attribute.NEW_COLUMNS, {}).get("L", [])),
    )
