"""The ledger in DynamoDB: every step is one conditional write, so two attempts cannot both win."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, cast

from botocore.exceptions import ClientError

from lambdas.ingest.adapters import AwsClient, error_code, translated
from lambdas.ingest.errors import (
    LeaseHeldError,
    LeaseLostError,
    RowsNotConservedError,
    ServiceTroubleError,
)
from lambdas.ingest.ports import DECIDED_BEFORE, Lease, Outcome
from tarn.errors import TarnError
from tarn.keys import dataset_of
from tarn.ledger import Attribute, FileStatus

AttributeValue = Mapping[str, object]
Item = Mapping[str, AttributeValue]
Clock = Callable[[], float]
"""Seconds since 1970."""

TROUBLE_CHARACTERS: Final = 1000
"""An item has a bound of 400 KB, and a message of AWS has none."""

_OUTCOME_ATTRIBUTES: Final = (
    Attribute.DATASET,
    Attribute.VERSION_TIME,
    Attribute.SIZE,
    Attribute.ROWS_READ,
    Attribute.ROWS_ACCEPTED,
    Attribute.ROWS_QUARANTINED,
    Attribute.ROWS_WARNED,
    Attribute.WARNINGS,
    Attribute.WARNINGS_KEY,
    Attribute.NEW_COLUMNS,
    Attribute.DURATION_MS,
    Attribute.VALIDATED_KEY,
    Attribute.QUARANTINE_KEY,
    Attribute.REASON,
    Attribute.PUBLISHED_AT,
    Attribute.PENDING,
    Attribute.CURATED_AT,
)

# A file is free when nobody ever took it or a lease ran out, and under another contract it is
# decided again. ``status`` and ``key`` are reserved words of DynamoDB: all names are aliased.
_EXPIRED: Final = "(#status = :leased AND #lease_expires_at <= :now)"
_FREE: Final = f"attribute_not_exists(#file) OR ({_EXPIRED} AND #contract_hash = :contract_hash)"
_SUPERSEDED: Final = f"#contract_hash <> :contract_hash AND (#status <> :leased OR {_EXPIRED})"
_MINE: Final = (
    "#status = :leased AND #lease_owner = :lease_owner AND #contract_hash = :contract_hash"
)


class DynamoLedger:
    """The ledger's table through a boto3 client."""

    def __init__(
        self, client: AwsClient, *, table: str, lease_seconds: int, clock: Clock = time.time
    ) -> None:
        self._client = client
        self._table = table
        self._lease_seconds = lease_seconds
        self._clock = clock

    def lease(self, lease: Lease) -> int:
        try:
            return self._lease(lease)
        except ServiceTroubleError as error:
            # The lease may have been written and only the answer lost: then nobody else could
            # take the file before the lease's end.
            with suppress(TarnError):
                self.release(lease, str(error))
            raise

    def _lease(self, lease: Lease) -> int:
        same = "if_not_exists(#decision, :one)"
        for decision, condition in ((same, _FREE), (f"{same} + :one", _SUPERSEDED)):
            if taken := self._take(lease, decision=decision, condition=condition):
                return taken
        item = self._item(lease)
        if _of(item, Attribute.CONTRACT_HASH) == lease.contract_hash:
            if _of(item, Attribute.STATUS) != FileStatus.LEASED:
                return DECIDED_BEFORE
            if _of(item, Attribute.LEASE_OWNER) == lease.owner:
                # This very attempt took it: the answer was lost, and the client asked again.
                return int(_of(item, Attribute.DECISION) or 1)
        expires = int(_of(item, Attribute.LEASE_EXPIRES_AT) or 0)
        seconds = max(0.0, (expires - self._now()) / 1000)
        raise LeaseHeldError(source=lease.source, seconds_left=seconds)

    def _take(self, lease: Lease, *, decision: str, condition: str) -> int:
        now = self._now()
        source = lease.source
        values = {
            Attribute.BUCKET: _text(source.bucket),
            Attribute.KEY: _text(source.key),
            Attribute.VERSION: _text(source.version),
            Attribute.STATUS: _text(FileStatus.LEASED),
            Attribute.LEASE_OWNER: _text(lease.owner),
            Attribute.LEASE_EXPIRES_AT: _number(now + self._lease_seconds * 1000),
            Attribute.CONTRACT_HASH: _text(lease.contract_hash),
        }
        if dataset := dataset_of(source.key):
            values[Attribute.DATASET] = _text(dataset)
        # Rows of an older contract must not be curated any more once a new attempt has begun.
        update = (
            f"{_set(values)}, #decision = {decision}, "
            "#attempts = if_not_exists(#attempts, :zero) + :one REMOVE #pending"
        )
        conditions = {":leased": values[Attribute.STATUS], ":now": _number(now)}
        counters = {":zero": _number(0), ":one": _number(1)}
        written = self._update(
            lease, update, condition, {**_named(values), **conditions, **counters}
        )
        return 0 if written is None else int(_of(written, Attribute.DECISION) or 1)

    def finish(self, lease: Lease, outcome: Outcome) -> None:
        # DynamoDB's conditions cannot add, so the sum is checked in front of the only write.
        parts = (outcome.rows_accepted, outcome.rows_quarantined)
        if outcome.rows_read != sum(parts) or min(parts) < 0:
            raise RowsNotConservedError(
                source=lease.source,
                read=outcome.rows_read,
                accepted=outcome.rows_accepted,
                quarantined=outcome.rows_quarantined,
            )
        now = self._now()
        values = _outcome_values(outcome, now)
        absent = [name for name in _OUTCOME_ATTRIBUTES if name not in values]
        removed = [*absent, Attribute.TROUBLE, Attribute.LEASE_OWNER, Attribute.LEASE_EXPIRES_AT]
        update = f"{_set(values)} REMOVE {', '.join(f'#{name}' for name in removed)}"
        if self._update(lease, update, _MINE, {**_named(values), **_mine(lease)}) is None:
            raise LeaseLostError(source=lease.source)

    def release(self, lease: Lease, trouble: str) -> None:
        update = "SET #lease_expires_at = :zero, #trouble = :trouble"
        values = {":zero": _number(0), ":trouble": _text(trouble[:TROUBLE_CHARACTERS])}
        self._update(lease, update, _MINE, {**values, **_mine(lease)})

    def _item(self, lease: Lease) -> Item:
        with translated("reading the ledger item", lease.source.ledger_id):
            found = self._client.get_item(
                TableName=self._table, Key=_key(lease), ConsistentRead=True
            )
        return cast("Item", found.get("Item", {}))

    def _update(
        self,
        lease: Lease,
        expression: str,
        condition: str,
        values: Mapping[str, AttributeValue],
    ) -> Item | None:
        """Write if the condition holds and return what was written; None when it does not."""
        text = f"{expression} {condition}"
        with translated("writing the ledger item", lease.source.ledger_id):
            try:
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(lease),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={
                        f"#{name}": name.value for name in Attribute if f"#{name}" in _words(text)
                    },
                    ExpressionAttributeValues=dict(values),
                    # An attribute that keeps its value may be left out of UPDATED_NEW.
                    ReturnValues="ALL_NEW",
                )
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return None
                raise
        return cast("Item", answer.get("Attributes", {}))

    def _now(self) -> int:
        return round(self._clock() * 1000)


def _outcome_values(outcome: Outcome, now: int) -> dict[Attribute, AttributeValue]:
    published = outcome.reason is None
    status = FileStatus.PUBLISHED if published else FileStatus.QUARANTINED
    values = {
        Attribute.STATUS: _text(status),
        Attribute.ROWS_READ: _number(outcome.rows_read),
        Attribute.ROWS_ACCEPTED: _number(outcome.rows_accepted),
        Attribute.ROWS_QUARANTINED: _number(outcome.rows_quarantined),
        Attribute.DURATION_MS: _number(outcome.duration_ms),
        Attribute.PUBLISHED_AT: _number(now),
    }
    optional = {
        Attribute.DATASET: outcome.dataset,
        Attribute.VALIDATED_KEY: outcome.validated_key,
        Attribute.QUARANTINE_KEY: outcome.quarantine_key,
        Attribute.WARNINGS_KEY: outcome.warnings_key,
        Attribute.REASON: outcome.reason,
        # Only files with accepted rows wait for the curate job.
        Attribute.PENDING: outcome.dataset if outcome.rows_accepted else None,
    }
    numbers = {Attribute.VERSION_TIME: outcome.version_time, Attribute.SIZE: outcome.size}
    values |= {name: _text(value) for name, value in optional.items() if value is not None}
    values |= {name: _number(value) for name, value in numbers.items() if value is not None}
    if outcome.warnings:
        values[Attribute.ROWS_WARNED] = _number(outcome.rows_warned)
        counts = {rule: _number(count) for rule, count in outcome.warnings.items()}
        values[Attribute.WARNINGS] = {"M": counts}
    if outcome.new_columns:
        values[Attribute.NEW_COLUMNS] = {"L": [_text(name) for name in outcome.new_columns]}
    return values


def _of(item: Item, name: Attribute) -> str | None:
    return cast("str | None", next(iter(item.get(name, {}).values()), None))


def _key(lease: Lease) -> dict[str, AttributeValue]:
    return {Attribute.FILE.value: _text(lease.source.ledger_id)}


def _mine(lease: Lease) -> dict[str, AttributeValue]:
    return {
        ":leased": _text(FileStatus.LEASED),
        ":lease_owner": _text(lease.owner),
        ":contract_hash": _text(lease.contract_hash),
    }


def _set(values: Mapping[Attribute, AttributeValue]) -> str:
    return "SET " + ", ".join(f"#{name} = :{name}" for name in values)


def _named(values: Mapping[Attribute, AttributeValue]) -> dict[str, AttributeValue]:
    return {f":{name}": value for name, value in values.items()}


def _words(text: str) -> set[str]:
    return set(text.replace("(", " ").replace(")", " ").replace(",", " ").split())


def _text(value: str) -> AttributeValue:
    return {"S": str(value)}


def _number(value: int) -> AttributeValue:
    return {"N": str(value)}
