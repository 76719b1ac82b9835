"""Costs by figures that were computed by hand, from round prices and round usage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import pytest

from review.cost import (
    Prices,
    Usage,
    UsageError,
    cost_report,
    read_prices,
    read_usage,
    resource_costs,
)
from review.cost.estimate import PRICED
from review.cost.free import FREE
from review.cost.usage import DAYS, HOURS
from review.inventory import Resource

ROOT = Path(__file__).parents[3]
# Round numbers, so that a figure can be followed in the head; one dataset has 1,000 files a month.
USAGE: Final = Usage(
    files_per_dataset_per_day=1000 / DAYS,
    megabytes_per_file=1.024,  # a gigabyte a month
    quarantined_percent=10,
    months_kept=10,
    function_seconds_per_file=2,
    glue_runs_per_job_per_day=60 / DAYS,
    glue_minutes_per_run=10,
    optimizer_dpu_hours_per_table=2,
    log_kilobytes_per_file=1048.576,  # a gigabyte a month
    key_requests_per_file=5,
    ledger_writes_per_file=4,
    ledger_reads_per_file=3,
    ledger_kilobytes_per_file=1048.576,
    alarm_notifications=7,
    warehouse_hours=100,
    warehouse_wakes_per_day=20 / DAYS,
    pipe_seconds_per_file=3.6,
)
PRICES: Final = Prices(
    dated="2020-02",
    region="here",
    values={
        "lambda.request": 0.001,
        "lambda.gb_second.x86_64": 0.02,
        "lambda.gb_second.arm64": 0.01,
        "lambda.storage_gb_second": 0.001,
        "glue.dpu_hour": 0.5,
        "glue.flex_dpu_hour": 0.25,
        "glue.optimizer_dpu_hour": 0.5,
        "s3.standard_gb": 1.0,
        "s3.standard_ia_gb": 0.5,
        "s3.glacier_ir_gb": 0.1,
        "s3.put": 0.01,
        "s3.get": 0.001,
        "sqs.request": 0.001,
        "sns.publish": 0.5,
        "dynamodb.write": 0.001,
        "dynamodb.read": 0.0001,
        "dynamodb.write_hour": 0.01,
        "dynamodb.read_hour": 0.001,
        "dynamodb.gb": 0.3,
        "dynamodb.recovery_gb": 0.2,
        "kms.key": 1.0,
        "kms.request": 0.0001,
        "logs.ingested_gb": 0.6,
        "logs.stored_gb": 0.03,
        "cloudwatch.alarm_metric": 0.1,
        "cloudwatch.fast_alarm_metric": 0.3,
        "cloudwatch.dashboard": 3.0,
        "eventbridge.event": 0.002,
        "snowflake.credit": 4.0,
        "snowflake.gb": 0.05,
    },
)
LAMBDA = "aws:lambda/function:Function"
BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
TABLE = "aws:dynamodb/table:Table"
JOB = "aws:glue/job:Job"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
WAREHOUSE = "snowflake:index/warehouse:Warehouse"
MONITOR = "snowflake:index/resourceMonitor:ResourceMonitor"
PIPE = "snowflake:index/pipe:Pipe"
Inputs = Mapping[str, Any]


def resource(type_: str, inputs: Inputs, name: str = "one") -> Resource:
    urn = f"urn:pulumi:dev::tarn::{type_}::{name}"
    return Resource(urn=urn, type=type_, inputs=inputs)


def stack(*resources: Resource) -> dict[str, Resource]:
    return {each.urn: each for each in resources}


def cost(type_: str, inputs: Inputs, *others: Resource) -> float:
    one = resource(type_, inputs)
    after = resource_costs({}, stack(one, *others), USAGE, PRICES)[one.urn].after
    assert after is not None
    return after


def rules(*each: Inputs) -> Inputs:
    return {"bucket": "tarn-landing-1", "rules": [{"status": "Enabled", **one} for one in each]}


def metric(period: int = 300) -> Inputs:
    return {"id": "m", "metric": {"metricName": "x", "period": period}}


LANDING = resource(BUCKET, {"bucket": "tarn-landing-1"}, "lake-landing")
QUERIES = resource(WAREHOUSE, {"resourceMonitor": "M", "autoSuspend": 3600}, "queries")


CASES: Final = (
    # 1000 requests x 0.001, and 2000 s x 2 GB x 0.02
    pytest.param(LAMBDA, {"memorySize": 2048}, 81.0, id="function"),
    pytest.param(LAMBDA, {}, 6.0, id="function of 128 MB by default"),
    pytest.param(
        LAMBDA, {"memorySize": 2048, "architectures": ["arm64"]}, 41.0, id="function on arm64"
    ),
    # and 2000 s x 1 GB x 0.001 for what is above 512 MB
    pytest.param(
        LAMBDA,
        {"memorySize": 2048, "ephemeralStorage": {"size": 1536}},
        83.0,
        id="function with storage",
    ),
    # 60 runs x 10 minutes = 10 h, x 4 workers of 2 DPU x 0.5
    pytest.param(JOB, {"workerType": "G.2X", "numberOfWorkers": 4}, 40.0, id="job"),
    pytest.param(
        JOB,
        {"workerType": "G.2X", "numberOfWorkers": 4, "executionClass": "FLEX"},
        20.0,
        id="job of class FLEX",
    ),
    # the timeout ends a run after 5 minutes
    pytest.param(
        JOB, {"workerType": "G.1X", "numberOfWorkers": 2, "timeout": 5}, 5.0, id="job cut off"
    ),
    pytest.param("aws:glue/catalogTableOptimizer:CatalogTableOptimizer", {}, 1.0, id="optimizer"),
    # 10 GB x 1, 1000 puts x 0.01, 2000 gets x 0.001
    pytest.param(BUCKET, {"bucket": "tarn-landing-1"}, 22.0, id="bucket"),
    pytest.param(BUCKET, {"bucket": "tarn-quarantine-1"}, 2.2, id="bucket of a tenth"),
    pytest.param(BUCKET, {"bucket": "tarn-artifacts-1"}, 1.0, id="bucket without data"),
    # half of ten months is older than five: 5 GB x (1 - 0.1) saved
    pytest.param(
        LIFECYCLE,
        rules({"transitions": [{"days": 5 * DAYS, "storageClass": "GLACIER_IR"}]}),
        -4.5,
        id="archived",
    ),
    # 5 GB expire: all of their standard price is saved
    pytest.param(LIFECYCLE, rules({"expiration": {"days": 5 * DAYS}}), -5.0, id="expired"),
    # 2 GB are expired (-2); 6 GB are in IA (-3), and 4 GB of them cheaper still (-1.6)
    pytest.param(
        LIFECYCLE,
        rules(
            {
                "transitions": [
                    {"days": 2 * DAYS, "storageClass": "STANDARD_IA"},
                    {"days": 4 * DAYS, "storageClass": "GLACIER_IR"},
                ]
            },
            {"expiration": {"days": 8 * DAYS}},
        ),
        -6.6,
        id="aged twice and expired",
    ),
    pytest.param(
        LIFECYCLE,
        rules({"expiration": {"days": DAYS}, "filter": {"prefix": "x/"}}),
        0.0,
        id="a rule for some objects",
    ),
    pytest.param("aws:sqs/queue:Queue", {}, 3.0, id="queue"),
    pytest.param(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"eventSourceArn": "arn:aws:sqs:here:1:q"},
        5 * HOURS * 180 * 0.001,
        id="polling",
    ),
    pytest.param("aws:sns/topic:Topic", {}, 3.5, id="topic"),
    # 4000 writes x 0.001, 3000 reads x 0.0001, 10 GB x 0.3
    pytest.param(TABLE, {"billingMode": "PAY_PER_REQUEST"}, 7.3, id="table"),
    # an index doubles writes and storage; recovery 10 GB x 0.2
    pytest.param(
        TABLE,
        {
            "billingMode": "PAY_PER_REQUEST",
            "globalSecondaryIndexes": [{"name": "i"}],
            "pointInTimeRecovery": {"enabled": True},
        },
        16.3,
        id="table with index and recovery",
    ),
    # 730 h x (5 x 0.01 + 10 x 0.001), and 10 GB x 0.3
    pytest.param(
        TABLE, {"writeCapacity": 5, "readCapacity": 10}, 46.8, id="table of fixed capacity"
    ),
    pytest.param("aws:kms/key:Key", {}, 1.5, id="key"),
    # a GB x 0.6; kept two months x 0.03, or the ten of the usage
    pytest.param(LOGS, {"retentionInDays": 2 * DAYS}, 0.66, id="logs"),
    pytest.param(LOGS, {}, 0.9, id="logs for ever"),
    pytest.param(ALARM, {"period": 60}, 0.1, id="alarm"),
    pytest.param(ALARM, {"period": 10}, 0.3, id="fast alarm"),
    pytest.param(
        ALARM,
        {"metricQueries": [metric(), metric(), {"id": "e", "expression": "m / m"}]},
        0.2,
        id="alarm over an expression",
    ),
    pytest.param("aws:cloudwatch/dashboard:Dashboard", {}, 3.0, id="dashboard"),
    pytest.param(
        "aws:cloudwatch/eventRule:EventRule",
        {"eventPattern": '{"source": ["aws.s3"]}'},
        2.0,
        id="events of S3",
    ),
    # 100 h with queries and 20 x 1/2 h idle, x 2 credits x 4
    pytest.param(WAREHOUSE, {"warehouseSize": "SMALL", "autoSuspend": 1800}, 880.0, id="warehouse"),
    # QUERIES uses 120 credits: 20 of them are cut off
    pytest.param(MONITOR, {"name": "M", "creditQuota": 100}, -80.0, id="quota reached"),
    pytest.param(MONITOR, {"name": "M", "creditQuota": 200}, 0.0, id="quota not reached"),
    pytest.param(MONITOR, {"name": "N", "creditQuota": 1}, 0.0, id="quota of nobody"),
    # 1000 files x 0.06/1000, and an hour x 1.25, x 4
    pytest.param(PIPE, {}, 5.24, id="pipe"),
    pytest.param("snowflake:index/table:Table", {}, 0.5, id="Snowflake table"),
)


@pytest.mark.parametrize(("type_", "inputs", "dollars"), CASES)
def test_a_resource_costs_what_was_computed_by_hand(
    type_: str, inputs: Inputs, dollars: float
) -> None:
    assert cost(type_, inputs, LANDING, QUERIES) == pytest.approx(dollars, abs=0.0001)


class Recorded(dict[str, float]):
    """Remembers what was looked up."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.used.add(name)
        return super().__getitem__(name)


def test_the_price_file_has_what_is_looked_up_and_nothing_else() -> None:
    newest = read_prices()
    values = Recorded(newest.values)
    for case in CASES:
        type_, inputs, _ = case.values
        state = stack(resource(str(type_), cast("Inputs", inputs)), LANDING, QUERIES)
        resource_costs({}, state, USAGE, replace(newest, values=values))
    assert values.used == set(newest.values)
    assert newest.region == "eu-central-1"
    assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", newest.dated)


def test_every_type_that_the_program_can_deploy_is_priced_free_or_named() -> None:
    text = "".join(
        file.read_text(encoding="utf-8")
        for file in sorted((ROOT / "local_cloud/providers").rglob("*.py"))
    )
    found = re.findall(r'"((?:aws|snowflake):\w+/\w+:[A-Z]\w+)"', text)
    types = {token for token in found if not token.rpartition(":")[2].startswith("get")}
    assert len(types) > 50
    unpriced = types - PRICED.keys() - FREE.keys()
    # Refreshes of a table's metadata are billed by Snowflake in a way that no list price gives.
    assert unpriced == {"snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue"}
    assert not PRICED.keys() & FREE.keys()


def test_what_has_no_price_is_named_and_not_counted() -> None:
    cluster = resource("aws:redshift/cluster:Cluster", {})
    role = resource("aws:iam/role:Role", {})
    component = resource("tarn:lake:Lake", {})
    provider = resource("pulumi:providers:aws", {})
    state = stack(cluster, role, component, provider)
    report = cost_report({}, state, USAGE, PRICES)
    assert report.unpriced == ("aws:redshift/cluster:Cluster",)
    assert report.lines == ()
    assert resource_costs({}, state, USAGE, PRICES) == {}


def pipe(dataset: str) -> Resource:
    statement = f"COPY INTO D.RAW.T FROM @D.RAW.VALIDATED/{dataset}/ FILE_FORMAT = (x)"
    return resource(PIPE, {"copyStatement": statement}, f"pipe-{dataset}")


def test_a_dataset_more_is_more_files_for_everything() -> None:
    function = resource(LAMBDA, {"memorySize": 1024})
    before, after = stack(function, pipe("a")), stack(function, pipe("a"), pipe("b"))
    report = cost_report(before, after, USAGE, PRICES)
    # 1 + 2000 x 0.02 for each; the pipe 5.24
    assert [(line.service, line.before, line.after) for line in report.lines] == [
        ("Lambda", 41.0, 82.0),
        ("Snowflake", 5.24, 10.48),
    ]
    deltas = resource_costs(before, after, USAGE, PRICES)
    assert (deltas[pipe("b").urn].before, deltas[pipe("b").urn].after) == (None, 5.24)


def test_what_belongs_to_what_is_known_before_names_are() -> None:
    bucket = resource(BUCKET, {}, "lake-landing")
    days = {"expiration": {"days": 5 * DAYS}}
    rule = replace(
        resource(LIFECYCLE, {**rules(days), "bucket": "[known after apply]"}),
        dependencies=(bucket.urn,),
    )
    monitor = resource(MONITOR, {"creditQuota": 100})
    queries = replace(QUERIES, inputs={"autoSuspend": 3600}, dependencies=(monitor.urn,))
    state = stack(bucket, rule, monitor, queries)
    deltas = resource_costs({}, state, USAGE, PRICES)
    assert deltas[rule.urn].after == -5.0
    assert deltas[monitor.urn].after == -80.0


def test_a_quota_that_is_used_up_keeps_a_larger_warehouse_from_costing_more() -> None:
    monitor = resource(MONITOR, {"name": "M", "creditQuota": 100})
    larger = replace(QUERIES, inputs={**QUERIES.inputs, "warehouseSize": "MEDIUM"})
    higher = replace(monitor, inputs={"name": "M", "creditQuota": 300})
    before = stack(QUERIES, monitor)

    def moved(*after: Resource) -> tuple[float, float, float]:
        deltas = resource_costs(before, stack(*after), USAGE, PRICES)
        (line,) = cost_report(before, stack(*after), USAGE, PRICES).lines
        one, other = deltas[QUERIES.urn], deltas[monitor.urn]
        return (
            (one.after or 0) - (one.before or 0),
            (other.after or 0) - (other.before or 0),
            line.after - line.before,
        )

    # 120 credits against 100, then 480 against 100 or 300: 200 more come from the quota.
    assert moved(larger, monitor) == (0, 0, 0)
    assert moved(larger, higher) == (0, 800, 800)
    assert moved(QUERIES, higher) == (0, 80, 80)


def test_the_report_says_its_date_and_its_assumptions() -> None:
    report = cost_report({}, {}, replace(USAGE, warehouse_hours=5), PRICES)
    assert report.prices_dated == "2020-02"
    assert report.assumptions["warehouseHours"] == 5
    assert report.assumptions["monthsKept"] == 10


def test_the_order_of_resources_does_not_matter() -> None:
    resources = [resource(LAMBDA, {"memorySize": n * 128 + 1}, f"f{n}") for n in range(1, 30)]
    one, other = stack(*resources), stack(*reversed(resources))
    assert cost_report({}, one, Usage(), read_prices()) == cost_report(
        {}, other, Usage(), read_prices()
    )


@pytest.mark.parametrize("stack_name", ["dev", "prod", "local"])
def test_the_shipped_stacks_have_assumptions_that_can_be_read(stack_name: str) -> None:
    assert read_usage(ROOT, stack_name).months_kept > 0


def written(root: Path, text: str) -> Path:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  review:usage:\n{text}", encoding="utf-8")
    return root


def test_usage_comes_from_the_stack_and_else_from_the_defaults(tmp_path: Path) -> None:
    usage = read_usage(written(tmp_path, "    filesPerDatasetPerDay: 96\n"), "dev")
    assert usage == replace(Usage(), files_per_dataset_per_day=96)
    assert read_usage(tmp_path, "prod") == Usage()


def test_all_that_is_wrong_with_the_assumptions_is_said(tmp_path: Path) -> None:
    text = "    filesPerDay: 3\n    monthsKept: -1\n    warehouseHours: many\n"
    with pytest.raises(UsageError) as raised:
        read_usage(written(tmp_path, text), "dev")
    assert raised.value.problems == (
        "filesPerDay is not known",
        "monthsKept is -1, not a number from 0",
        "warehouseHours is 'many', not a number",
    )
    assert "filesPerDatasetPerDay" in str(raised.value)
