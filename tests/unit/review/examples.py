"""A review built by hand, with something of everything."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from review.model import (
    ContractChange,
    CostDelta,
    CostLine,
    CostReport,
    Dependency,
    JsonValue,
    Operation,
    PropertyChange,
    ResourceChange,
    Review,
    Risk,
    RiskClass,
    Stop,
)

STACK: Final = "urn:pulumi:prod::tarn::"


def urn(type_token: str, name: str) -> str:
    return f"{STACK}tarn:lake:Lake${type_token}::{name}"


def statement(*actions: str) -> str:
    document: dict[str, JsonValue] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "ReadLanding", "Effect": "Allow", "Action": list(actions), "Resource": "*"}
        ],
    }
    return json.dumps(document)


TABLE: Final = ResourceChange(
    urns=(urn("aws:dynamodb/table:Table", "ingestion-ledger"),),
    type="aws:dynamodb/table:Table",
    operation=Operation.REPLACE,
    properties=(
        PropertyChange(path="rangeKey", old=None, new="version", replaces=True),
        PropertyChange(
            path="attributes",
            old=[{"name": "id", "type": "S"}],
            new=[{"name": "id", "type": "S"}, {"name": "version", "type": "S"}],
        ),
    ),
    replaced_because=("rangeKey",),
    risks=(
        Risk(
            risk_class=RiskClass.DATA_LOSS,
            sentence="The table `ingestion-ledger` and every item in it would be deleted.",
        ),
        Risk(
            risk_class=RiskClass.OUTAGE,
            sentence="The function that writes it would fail until the new table is there.",
        ),
    ),
    stops=(
        Stop(by="protect", sentence="The resource is protected in the stack.", mandatory=True),
        Stop(by="dynamodb-recovery", sentence="Point-in-time recovery is off.", mandatory=False),
    ),
    cost=CostDelta(before=12.5, after=12.5),
)
ROLE: Final = ResourceChange(
    urns=(urn("aws:iam/rolePolicy:RolePolicy", "ingestion-function-permissions"),),
    type="aws:iam/rolePolicy:RolePolicy",
    operation=Operation.UPDATE,
    properties=(
        PropertyChange(
            path="policy",
            old=statement("s3:GetObject", "s3:ListBucket"),
            new=statement("s3:GetObject", "s3:ListBucket", "s3:PutObject"),
        ),
    ),
    risks=(Risk(risk_class=RiskClass.SECURITY, sentence="Gains `s3:PutObject` on every bucket."),),
)
MEMORY: Final = ResourceChange(
    urns=(urn("aws:lambda/function:Function", "ingestion-function"),),
    type="aws:lambda/function:Function",
    operation=Operation.UPDATE,
    properties=(
        PropertyChange(path="memorySize", old=2048, new=3072),
        PropertyChange(
            path="environment.variables.KEY", old="[secret]", new="[secret]", secret=True
        ),
    ),
    changed_files=("lambdas/ingest/core.py",),
    risks=(
        Risk(risk_class=RiskClass.COST_UP, sentence="Each second would cost half as much again."),
    ),
    cost=CostDelta(before=20.0, after=30.0),
)
TAGS: Final = ResourceChange(
    urns=tuple(
        urn("aws:s3/bucket:Bucket", f"lake-{zone}")
        for zone in ("curated", "landing", "raw", "validated")
    ),
    type="aws:s3/bucket:Bucket",
    operation=Operation.UPDATE,
    properties=(PropertyChange(path="tags.owner", old="data", new="platform"),),
    risks=(Risk(risk_class=RiskClass.HARMLESS, sentence="Tags only."),),
)
CONTRACTS: Final = (
    ContractChange(
        dataset="flights",
        kind="column-added",
        column="gate",
        old=None,
        new="string",
        breaking=False,
        sentence="Column `gate` is new and optional.",
    ),
    ContractChange(
        dataset="flights",
        kind="type-narrowed",
        column="distance",
        old="double",
        new="integer",
        breaking=True,
        sentence="Column `distance` is narrowed from double to integer.",
        readers=("Snowflake Iceberg table CURATED.FLIGHTS", "view MARTS.PUBLISHED_FLIGHTS"),
        breaks_for=("producers", "readers"),
    ),
)
COST: Final = CostReport(
    prices_dated="2025-06-01",
    lines=(
        CostLine(service="DynamoDB", before=12.5, after=12.5),
        CostLine(service="Lambda", before=20.0, after=30.0),
    ),
    unpriced=("aws:glue/catalogTableOptimizer:CatalogTableOptimizer",),
    assumptions={"filesPerDay": 96.0, "averageFileMb": 12.5},
)
MAPPING: Final = urn("aws:lambda/eventSourceMapping:EventSourceMapping", "ingestion-mapping")
ALARM: Final = urn("aws:cloudwatch/metricAlarm:MetricAlarm", "watching-queue-alarm")
REVIEW: Final = Review(
    stack="prod",
    base="a" * 40,
    head="b" * 40,
    changes=(TABLE, ROLE, MEMORY, TAGS),
    contracts=CONTRACTS,
    cost=COST,
    dependencies=(
        Dependency(dependent=MEMORY.urns[0], on=ROLE.urns[0]),
        Dependency(dependent=MAPPING, on=MEMORY.urns[0]),
        Dependency(dependent=ALARM, on=MAPPING),
    ),
    stops=(Stop(by="unique-names", sentence="Two buckets share a name.", mandatory=False),),
)
NOTHING: Final = Review(
    stack="dev", base="a" * 40, head="b" * 40, changes=(), contracts=(), cost=None
)
HOSTILE: Final = (
    "</code></details></script><script>alert(1)</script><img src=x onerror=alert(1)> "
    "| ``` ~~~ @octocat #1 \\ *x* [a](b)\n```\n# x"
)


def hostile_review() -> Review:
    """Text of an attacker wherever a review holds text of others."""
    change = ResourceChange(
        urns=(urn("aws:s3/bucket:Bucket", HOSTILE),),
        type="aws:s3/bucket:Bucket",
        operation=TABLE.operation,
        properties=(
            PropertyChange(path=f"tags[{HOSTILE!r}]", old=HOSTILE, new=[HOSTILE]),
            PropertyChange(path="tags.x", old="short `", new=HOSTILE.replace("\n", " ")),
        ),
        replaced_because=(HOSTILE,),
        changed_files=(HOSTILE,),
        risks=(Risk(risk_class=RiskClass.SECURITY, sentence=HOSTILE),),
        stops=(Stop(by=HOSTILE, sentence=HOSTILE, mandatory=True),),
    )
    lines = tuple(replace(line, service=HOSTILE) for line in COST.lines)
    contracts = tuple(
        replace(line, dataset=HOSTILE, column=HOSTILE, sentence=HOSTILE, readers=(HOSTILE,))
        for line in REVIEW.contracts
    )
    return replace(
        REVIEW,
        stack="prod",
        changes=(change,),
        contracts=contracts,
        cost=replace(COST, lines=lines, unpriced=(HOSTILE,)),
    )
