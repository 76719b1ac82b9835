"""What holds data, and whether it may go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.resources import Resource, StackFacts
from guardrails.rule import ResourceRule, Rule

CATALOG_TABLE: Final = "aws:glue/catalogTable:CatalogTable"
STATEFUL: Final = (
    "aws:s3/bucket:Bucket",
    "aws:dynamodb/table:Table",
    "aws:kms/key:Key",
    "aws:glue/catalogDatabase:CatalogDatabase",
    CATALOG_TABLE,
    "snowflake:index/database:Database",
    "snowflake:index/schema:Schema",
    "snowflake:index/table:Table",
)
"""Types whose loss is a loss of data. Queues are not here: what they announce lies in landing."""


def _unprotected(resource: Resource) -> Iterator[str]:
    # Other tables of the catalog only say where files lie; this one points to a table's snapshots.
    points = resource.type == CATALOG_TABLE and not resource.states("openTableFormatInput")
    if not resource.protected and not points:
        yield f"{resource.name} holds data, and a deployment may delete or replace it."


def _emptied(bucket: Resource) -> Iterator[str]:
    if bucket.enabled("forceDestroy"):
        yield f"Bucket {bucket.name} would be emptied in order to be deleted."


def _deletable(table: Resource) -> Iterator[str]:
    if not table.enabled("deletionProtectionEnabled"):
        yield f"DynamoDB deletes table {table.name} for whoever asks."


def _keeps_data(facts: StackFacts) -> bool:
    return not facts.data_removal_allowed


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="stateful-protected",
        types=STATEFUL,
        summary="What holds data is protected.",
        reason="A change of a name or a type would take the data with it, after one careless yes.",
        fix="Build it with infra/components/component.py's DataProtection, which sets protect.",
        source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/back-up-data.html",
        holds_for=_keeps_data,
        only="stacks that keep their data",
        check=_unprotected,
    ),
    ResourceRule(
        name="bucket-not-emptied",
        types=("aws:s3/bucket:Bucket",),
        summary="No bucket is emptied in order to be deleted.",
        reason="S3 itself refuses to delete a bucket with objects, and this switches that off.",
        fix="Set forceDestroy to false.",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
        holds_for=_keeps_data,
        only="stacks that keep their data",
        check=_emptied,
    ),
    ResourceRule(
        name="table-deletion-protected",
        types=("aws:dynamodb/table:Table",),
        summary="DynamoDB refuses to delete a table.",
        reason="Pulumi's own protection does not bind those who use the console.",
        fix="Set deletionProtectionEnabled to true.",
        source="https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html",
        reference="DynamoDB.6",
        holds_for=_keeps_data,
        only="stacks that keep their data",
        check=_deletable,
    ),
)
