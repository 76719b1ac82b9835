"""Tags and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guardrails.resources import Resource
from guardrails.rule import ResourceRule, Rule

REQUIRED_TAGS: Final = ("Project", "Environment", "Component", "Owner", "ManagedBy")
TAGGED: Final = (
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:dynamodb/table:Table",
    "aws:glue/catalogDatabase:CatalogDatabase",
    "aws:glue/job:Job",
    "aws:glue/trigger:Trigger",
    "aws:glue/workflow:Workflow",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "aws:lambda/function:Function",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How a service names a type: where the name is, and what it may look like."""

    path: str
    pattern: str
    allowed: str


_SNOWFLAKE_NAME: Final = Limit(
    path="name",
    pattern=r"[A-Z_][A-Z0-9_$]{0,254}",
    allowed="1 to 255 upper-case letters, digits and underscores",
)
LIMITS: Final = {
    "aws:s3/bucket:Bucket": Limit(
        path="bucket",
        pattern=r"(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
        allowed="3 to 63 lower-case letters, digits and hyphens",
    ),
    "aws:iam/role:Role": Limit(
        path="name", pattern=r"[\w+=,.@-]{1,64}", allowed="1 to 64 letters, digits and +=,.@-_"
    ),
    "aws:lambda/function:Function": Limit(
        path="name", pattern=r"[\w-]{1,64}", allowed="1 to 64 letters, digits, - and _"
    ),
    "aws:sqs/queue:Queue": Limit(
        path="name", pattern=r"[\w-]{1,80}|[\w-]{1,75}\.fifo", allowed="1 to 80 letters and digits"
    ),
    "aws:dynamodb/table:Table": Limit(
        path="name", pattern=r"[\w.-]{3,255}", allowed="3 to 255 letters, digits, ., - and _"
    ),
    "aws:glue/catalogTable:CatalogTable": Limit(
        path="name", pattern=r"[a-z0-9_]{1,255}", allowed="1 to 255 lower-case letters and digits"
    ),
    "aws:glue/catalogDatabase:CatalogDatabase": Limit(
        path="name", pattern=r"[a-z0-9_]{1,255}", allowed="1 to 255 lower-case letters and digits"
    ),
    "snowflake:index/database:Database": _SNOWFLAKE_NAME,
    "snowflake:index/schema:Schema": _SNOWFLAKE_NAME,
    "snowflake:index/table:Table": _SNOWFLAKE_NAME,
    "snowflake:index/view:View": _SNOWFLAKE_NAME,
    "snowflake:index/pipe:Pipe": _SNOWFLAKE_NAME,
    "snowflake:index/warehouse:Warehouse": _SNOWFLAKE_NAME,
    "snowflake:index/accountRole:AccountRole": _SNOWFLAKE_NAME,
}
"""Snowflake takes other names too, in quotes, which everybody would then have to write for ever."""


def _untagged(resource: Resource) -> Iterator[str]:
    missing = [tag for tag in REQUIRED_TAGS if not resource.states(f"tags.{tag}")]
    if missing:
        yield f"{resource.name} has no {', '.join(missing)} among its tags."


def _misnamed(resource: Resource) -> Iterator[str]:
    limit = LIMITS[resource.type]
    name = resource.text(limit.path)
    if name and not re.fullmatch(limit.pattern, name, re.ASCII):
        yield f"{resource.name} is named {name!r}; allowed: {limit.allowed}."


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="resource-tagged",
        types=TAGGED,
        summary=f"A resource has the tags {', '.join(REQUIRED_TAGS)}.",
        reason="Nobody could say what it costs, for whom, or whom to ask.",
        fix="Take the tags of its component: tags=self.tags.",
        source="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
        check=_untagged,
    ),
    ResourceRule(
        name="name-within-limits",
        types=tuple(LIMITS),
        summary="A name is one that its service takes, and in Snowflake one that needs no quotes.",
        reason="The service would refuse it in the middle of a deployment.",
        fix="Shorten the environment's or the dataset's name.",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
        check=_misnamed,
    ),
)
