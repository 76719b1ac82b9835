"""The transform as the program registers it: catalog, jobs, workflow and upkeep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from infra.components.transform.catalog import OWNED_BY_JOBS
from infra.components.transform.jobs import spark_configuration
from infra.components.transform.optimizers import Optimizer
from infra.stack import job_export
from tarn import transform_request
from tarn.job_arguments import CATALOG, CurateArgument
from tests.infra.recording import ACCOUNT_ID

if TYPE_CHECKING:
    from infra.stack import Deliverables
    from tests.infra.recording import Recording, Registration

TABLE: Final = "aws:glue/catalogTable:CatalogTable"
JOB: Final = "aws:glue/job:Job"
TRIGGER: Final = "aws:glue/trigger:Trigger"
RULE: Final = "aws:cloudwatch/eventRule:EventRule"
INGESTED: Final = ("airlines", "airports", "flights", "planes", "weather")
DATASETS: Final = ("airlines", "airports", "flight_performance", "flights", "planes", "weather")
BATCH_SIZE_LIMIT: Final = 100
BATCH_WINDOW_LIMIT: Final = 900


def test_the_catalog_has_a_database_a_zone_and_a_table_a_dataset(stack: Recording) -> None:
    catalog = stack.only("tarn:transform:Catalog")
    assert {name.removeprefix("transform-catalog-") for _, name in stack.children(catalog)} == {
        *("validated", "curated", "quarantine"),
        *("quarantined-rows", "quarantine-decisions", "warnings"),
        *(f"validated-{dataset}" for dataset in INGESTED),
        *(f"curated-{dataset}" for dataset in DATASETS),
    }


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_curated_table_begins_as_an_empty_iceberg_table_at_its_place(
    stack: Recording, dataset: str
) -> None:
    table = stack.only(TABLE, f"transform-catalog-curated-{dataset}").inputs
    iceberg = table["openTableFormatInput"]["icebergInput"]
    assert (iceberg["metadataOperation"], iceberg["version"]) == ("CREATE", "2")
    bucket = f"tarn-test-curated-{ACCOUNT_ID}"
    assert iceberg["icebergTableInput"]["location"] == f"s3://{bucket}/{dataset}/"
    assert (table["databaseName"], table["name"]) == ("tarn_test_curated", dataset)


def test_what_jobs_change_of_a_curated_table_is_neither_given_nor_compared(
    stack: Recording,
) -> None:
    """A preview stays empty after any number of commits."""
    for dataset in DATASETS:
        table = stack.only(TABLE, f"transform-catalog-curated-{dataset}")
        assert set(table.ignore_changes) == set(OWNED_BY_JOBS)
        assert table.inputs.keys() & set(OWNED_BY_JOBS) == {"openTableFormatInput"}


def test_iceberg_fields_are_numbered_optional_and_typed_as_json_documents(
    stack: Recording, deliverables: Deliverables
) -> None:
    for dataset, contract in deliverables.catalog.items():
        fields = _iceberg_fields(stack, dataset)
        assert [field["id"] for field in fields] == list(range(1, len(fields) + 1))
        assert not any(field["required"] for field in fields)
        assert all(isinstance(json.loads(field["type"]), str) for field in fields)
        names = [field["name"] for field in fields]
        assert names[: len(contract.columns)] == list(contract.column_names)


def test_glue_never_gets_a_longer_comment_than_it_keeps(stack: Recording) -> None:
    comments = [field["doc"] for dataset in DATASETS for field in _iceberg_fields(stack, dataset)]
    columns = [
        column["comment"]
        for table in stack.of_type(TABLE)
        for column in table.inputs.get("storageDescriptor", {}).get("columns", [])
    ]
    assert max(map(len, comments + columns)) <= 255


@pytest.mark.parametrize("dataset", INGESTED)
def test_a_validated_table_lies_over_the_files_that_the_function_writes(
    stack: Recording, dataset: str
) -> None:
    descriptor = stack.only(TABLE, f"transform-catalog-validated-{dataset}").inputs[
        "storageDescriptor"
    ]
    assert descriptor["location"] == f"s3://tarn-test-validated-{ACCOUNT_ID}/{dataset}/"
    assert "parquet" in descriptor["inputFormat"]


def test_the_jobs_are_curate_and_one_a_model(stack: Recording) -> None:
    names = [job.inputs["name"] for job in stack.of_type(JOB)]
    assert sorted(names) == ["tarn-test-curate", "tarn-test-flight-performance"]
    assert job_export("flight_performance") == "flightPerformanceJob"


def test_jobs_own_exactly_what_they_run_from(stack: Recording) -> None:
    children = stack.children(stack.only("tarn:transform:Jobs"))
    assert {name.removeprefix("transform-jobs-") for _, name in children} == {
        *("security", "logs", "library", "contracts"),
        *("curate", "curate-role", "curate-permissions", "curate-script"),
        *("flight-performance", "flight-performance-role"),
        *("flight-performance-permissions", "flight-performance-script"),
    }


def test_a_job_runs_once_at_a_time_on_glue_5_1_under_a_role_of_its_own(stack: Recording) -> None:
    jobs = [job.inputs for job in stack.of_type(JOB)]
    assert {job["glueVersion"] for job in jobs} == {"5.1"}
    assert all(job["executionProperty"] == {"maxConcurrentRuns": 1} for job in jobs)
    assert len({job["roleArn"] for job in jobs}) == len(jobs)


def test_a_job_is_encrypted_measured_and_logged(stack: Recording) -> None:
    security = stack.only("aws:glue/securityConfiguration:SecurityConfiguration").inputs
    encryption = security["encryptionConfiguration"]
    assert encryption["cloudwatchEncryption"]["cloudwatchEncryptionMode"] == "SSE-KMS"
    assert encryption["s3Encryption"]["s3EncryptionMode"] == "SSE-KMS"
    for job in stack.of_type(JOB):
        arguments = job.inputs["defaultArguments"]
        assert job.inputs["securityConfiguration"] == security["name"]
        assert arguments["--enable-metrics"] == "true"
        assert arguments["--enable-continuous-cloudwatch-log"] == "true"
        assert arguments["--continuous-log-logGroup"] == "/aws-glue/jobs/tarn-test"


def test_scripts_library_and_contracts_lie_under_keys_of_their_content(
    stack: Recording, deliverables: Deliverables
) -> None:
    arguments = stack.only(JOB, "transform-jobs-curate").inputs["defaultArguments"]
    bucket = f"s3://tarn-test-artifacts-{ACCOUNT_ID}"
    assert arguments["--extra-py-files"] == (
        f"{bucket}/glue/library/{deliverables.job_library.digest}.zip"
    )
    assert arguments["--contracts_uri"] == (
        f"{bucket}/contracts/{deliverables.catalog.catalog_hash[:32]}.json"
    )


def test_curate_gets_every_argument_that_it_reads(stack: Recording) -> None:
    arguments = stack.only(JOB, "transform-jobs-curate").inputs["defaultArguments"]
    assert {f"--{argument}" for argument in CurateArgument} <= arguments.keys()


def test_spark_writes_to_the_glue_catalog_in_the_one_conf_that_glue_accepts() -> None:
    settings = spark_configuration("curated").split(" --conf ")
    assert f"spark.sql.catalog.{CATALOG}.warehouse=s3://curated/" in settings
    assert all(setting.count("=") == 1 and " " not in setting for setting in settings)


def test_a_workflow_has_one_starting_trigger_within_the_limits_of_glue(stack: Recording) -> None:
    starting = [each for each in stack.of_type(TRIGGER) if each.inputs["type"] != "CONDITIONAL"]
    (trigger,) = starting
    assert trigger.inputs["type"] == "EVENT"
    (condition,) = trigger.inputs["eventBatchingConditions"]
    assert 1 <= condition["batchSize"] <= BATCH_SIZE_LIMIT
    assert 1 <= condition["batchWindow"] <= BATCH_WINDOW_LIMIT


def test_the_workflow_runs_once_at_a_time(stack: Recording) -> None:
    assert stack.only("aws:glue/workflow:Workflow").inputs["maxConcurrentRuns"] == 1


def test_the_models_follow_a_successful_curate(stack: Recording) -> None:
    trigger = stack.only(TRIGGER, "transform-workflow-models").inputs
    (condition,) = trigger["predicate"]["conditions"]
    assert (condition["jobName"], condition["state"]) == ("tarn-test-curate", "SUCCEEDED")
    assert trigger["actions"] == [{"jobName": "tarn-test-flight-performance"}]
    workflows = {each.inputs["workflowName"] for each in stack.of_type(TRIGGER)}
    assert workflows == {"tarn-test-transform"}


def test_arrivals_in_the_validated_bucket_only_wake_the_workflow(stack: Recording) -> None:
    pattern = json.loads(stack.only(RULE, "transform-workflow-arrivals").inputs["eventPattern"])
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["bucket"]["name"] == [f"tarn-test-validated-{ACCOUNT_ID}"]


def test_the_schedule_wakes_the_same_workflow_as_the_arrivals(stack: Recording) -> None:
    rule = stack.only(RULE, "transform-workflow-sweep").inputs
    assert rule["scheduleExpression"] == "cron(15 0,6,12,18 * * ? *)"
    assert "eventPattern" not in rule
    targets = [
        target.inputs
        for target in stack.of_type("aws:cloudwatch/eventTarget:EventTarget")
        if target.name.startswith("transform-")
    ]
    assert {target["arn"].rpartition(":")[2] for target in targets} == {
        "workflow/tarn-test-transform"
    }
    assert {target["rule"] for target in targets} == {
        "tarn-test-transform-arrivals",
        "tarn-test-transform-sweep",
        "tarn-test-transform-requests",
    }


def test_a_request_names_the_workflow_that_it_wakes(stack: Recording) -> None:
    pattern = json.loads(stack.only(RULE, "transform-workflow-requests").inputs["eventPattern"])
    entry = transform_request.entry("tarn-test-transform")
    assert pattern == {
        "source": [entry["Source"]],
        "detail-type": [entry["DetailType"]],
        "detail": {"workflow": [json.loads(entry["Detail"])["workflow"]]},
    }


def test_every_curated_table_has_every_optimizer(stack: Recording) -> None:
    optimizers = stack.of_type("aws:glue/catalogTableOptimizer:CatalogTableOptimizer")
    assert {(each.inputs["tableName"], each.inputs["type"]) for each in optimizers} == {
        (dataset, optimizer.value) for dataset in DATASETS for optimizer in Optimizer
    }
    assert all(each.inputs["configuration"]["enabled"] for each in optimizers)


def _iceberg_fields(stack: Recording, dataset: str) -> list[dict[str, Any]]:
    table: Registration = stack.only(TABLE, f"transform-catalog-curated-{dataset}")
    iceberg = table.inputs["openTableFormatInput"]["icebergInput"]["icebergTableInput"]
    return iceberg["schema"]["fields"]
