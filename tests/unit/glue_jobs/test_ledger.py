"""What the curate job takes from the ledger, and what it writes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_jobs.curate.adapters import Ledger, MalformedUriError, PendingFile, read_contracts
from tarn.ledger import Attribute, FileStatus

Item = dict[str, dict[str, str]]


def item(name: str, *, accepted_by: str = "h1", status: str = FileStatus.PUBLISHED) -> Item:
    return {
        Attribute.FILE: {"S": name},
        Attribute.STATUS: {"S": status},
        Attribute.PENDING: {"S": "planes"},
        Attribute.CONTRACT_HASH: {"S": accepted_by},
        Attribute.VALIDATED_KEY: {"S": f"planes/{name}-{accepted_by}.parquet"},
        Attribute.ROWS_ACCEPTED: {"N": "1"},
    }


class DynamoDb:
    """An index that lags behind its table, and updates that can fail their condition."""

    def __init__(self, *, index: list[Item], table: list[Item]) -> None:
        self.index = index
        self.table = {held[Attribute.FILE]["S"]: held for held in table}
        self.gets = 0
        self.updates: list[dict[str, Any]] = []

    def get_paginator(self, _operation: str) -> DynamoDb:
        return self

    def paginate(self, **_request: object) -> Iterator[dict[str, Any]]:
        yield {"Items": self.index}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        """Answer for one key, and leave the others to the next call, as DynamoDB may."""
        self.gets += 1
        ((name, request),) = RequestItems.items()
        first, *rest = request["Keys"]
        left = {name: {**request, "Keys": rest}} if rest else {}
        found = self.table[first[Attribute.FILE]["S"]]
        return {"Responses": {name: [found]}, "UnprocessedKeys": left}

    def update_item(self, **request: Any) -> None:  # noqa: ANN401 - boto3 is untyped
        held = self.table[request["Key"][Attribute.FILE]["S"]]
        expected = request["ExpressionAttributeValues"][":hash"]
        if held[Attribute.CONTRACT_HASH] != expected:
            answer = {"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}
            raise ClientError(answer, "UpdateItem")
        self.updates.append(request)


def ledger(database: DynamoDb) -> Ledger:
    return Ledger("ledger", client=database)


def test_pending_files_are_looked_up_again_however_the_answer_is_split() -> None:
    items = [item(name) for name in "abc"]
    database = DynamoDb(index=items, table=items)
    assert [file.file for file in ledger(database).pending("planes", 10)] == ["a", "b", "c"]
    assert database.gets == 3


def test_a_file_that_the_index_shows_as_it_was_is_left_out() -> None:
    database = DynamoDb(
        index=[item("a"), item("b"), item("c")],
        table=[item("a", accepted_by="h2"), item("b", status=FileStatus.CURATED), item("c")],
    )
    assert [file.file for file in ledger(database).pending("planes", 10)] == ["c"]


def test_a_file_that_was_validated_again_meanwhile_stays_pending() -> None:
    database = DynamoDb(index=[], table=[item("a"), item("b", accepted_by="h2")])
    files = [
        PendingFile(file=name, validated_key=name, contract_hash="h1", rows=1) for name in "ab"
    ]
    assert ledger(database).mark_curated(files) == 1
    (update,) = database.updates
    assert update["Key"] == {Attribute.FILE: {"S": "a"}}
    assert update["UpdateExpression"].endswith("REMOVE #pending")


@pytest.mark.parametrize("uri", ["contracts.json", "s3://bucket", "https://bucket/key", "s3:///x"])
def test_contracts_are_read_from_s3_uris_only(uri: str) -> None:
    with pytest.raises(MalformedUriError):
        read_contracts(uri, client=object())


def test_what_waits_is_counted_over_all_pages_of_the_index() -> None:
    asked: list[dict[str, Any]] = []

    class Counting(DynamoDb):
        def paginate(self, **request: object) -> Iterator[dict[str, Any]]:
            asked.append(request)
            yield {"Count": 100}
            yield {"Count": 7}

    assert Ledger("ledger", Counting(index=[], table=[])).waiting("planes") == 107
    (request,) = asked
    assert request["Select"] == "COUNT"
    assert request["ExpressionAttributeValues"] == {":dataset": {"S": "planes"}}
