"""The ingestion: queues, function, ledger, and that they fit each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.archives import Archive
from infra.components.ingestion.ingestion import Ingestion, IngestionArgs
from infra.components.lake.lake import Lake, LakeArgs
from infra.settings import Architecture, IngestionSettings, LakeSettings
from tarn.runtime import IngestSettings
from tests.infra.environments import make_deployment
from tests.infra.policies import statements_of
from tests.infra.recording import ACCOUNT_ID, Recording, record

if TYPE_CHECKING:
    from pathlib import Path

    from infra.deployment import Deployment

FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"
ARN = f"arn:aws:{{}}:eu-central-1:{ACCOUNT_ID}:{{}}"
KEY_ARN = ARN.format("kms", "key/lake-key")
QUEUE_ARN = ARN.format("sqs", "tarn-test-ingest")
DEAD_LETTER_ARN = ARN.format("sqs", "tarn-test-ingest-dead-letter")


def record_ingestion(
    deployment: Deployment,
    directory: Path,
    settings: IngestionSettings | None = None,
    *,
    protects_columns: bool = False,
) -> Recording:
    """Record an ingestion on a lake."""

    def archive(name: str, digest: str) -> Archive:
        path = directory / name
        path.write_text(name)
        return Archive(path=path, digest=digest)

    def program() -> None:
        lake = Lake("lake", LakeArgs(deployment=deployment, settings=LakeSettings()))
        Ingestion(
            "ingestion",
            IngestionArgs(
                deployment=deployment,
                settings=settings or IngestionSettings(),
                lake=lake,
                code=archive("code.zip", "c" * 32),
                layer=archive("layer.zip", "a" * 32),
                protects_columns=protects_columns,
            ),
        )

    return record(program)


@pytest.fixture(scope="module")
def ingestion(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """An ingestion with every default."""
    return record_ingestion(make_deployment(), tmp_path_factory.mktemp("archives"))


def test_the_ingestion_is_an_intake_a_ledger_and_a_function(ingestion: Recording) -> None:
    assert ingestion.children(ingestion.only("tarn:ingestion:Ingestion")) == {
        ("tarn:ingestion:Intake", "ingestion-intake"),
        ("tarn:ingestion:Ledger", "ingestion-ledger"),
        ("tarn:ingestion:IngestFunction", "ingestion-function"),
    }


def test_the_function_has_exactly_what_it_runs_on(ingestion: Recording) -> None:
    assert ingestion.children(ingestion.only("tarn:ingestion:IngestFunction")) == {
        ("aws:cloudwatch/logGroup:LogGroup", "ingestion-function-logs"),
        ("aws:iam/role:Role", "ingestion-function-role"),
        ("aws:iam/rolePolicy:RolePolicy", "ingestion-function-permissions"),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "ingestion-function-code"),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "ingestion-function-layer-archive-aaaaaaaa"),
        ("aws:lambda/layerVersion:LayerVersion", "ingestion-function-layer"),
        (FUNCTION, "ingestion-function"),
        ("aws:lambda/eventSourceMapping:EventSourceMapping", "ingestion-function-mapping"),
    }


def test_the_intake_is_two_queues_with_a_policy_each(ingestion: Recording) -> None:
    assert ingestion.children(ingestion.only("tarn:ingestion:Intake")) == {
        (QUEUE, "ingestion-intake"),
        (QUEUE, "ingestion-intake-dead-letter"),
        ("aws:sqs/queuePolicy:QueuePolicy", "ingestion-intake-policy"),
        ("aws:sqs/queuePolicy:QueuePolicy", "ingestion-intake-dead-letter-policy"),
    }


def test_a_message_stays_hidden_six_times_as_long_as_an_attempt_may_take(
    deployment: Deployment, tmp_path: Path
) -> None:
    settings = IngestionSettings(timeout_seconds=100, batch_window_seconds=7)
    ingestion = record_ingestion(deployment, tmp_path, settings)
    queue = ingestion.only(QUEUE, "ingestion-intake")
    assert queue.inputs["visibilityTimeoutSeconds"] == 607


def test_a_message_that_keeps_failing_goes_to_the_dead_letters_and_stays(
    ingestion: Recording,
) -> None:
    queue = ingestion.only(QUEUE, "ingestion-intake")
    dead_letters = ingestion.only(QUEUE, "ingestion-intake-dead-letter")
    assert json.loads(queue.inputs["redrivePolicy"]) == {
        "deadLetterTargetArn": DEAD_LETTER_ARN,
        "maxReceiveCount": IngestionSettings().attempts,
    }
    assert json.loads(dead_letters.inputs["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [QUEUE_ARN],
    }
    fortnight = 14 * 24 * 3600
    assert dead_letters.inputs["messageRetentionSeconds"] == fortnight


def test_queues_ledger_and_logs_are_encrypted_with_the_lakes_key(ingestion: Recording) -> None:
    assert [each.inputs["kmsMasterKeyId"] for each in ingestion.of_type(QUEUE)] == [KEY_ARN] * 2
    table = ingestion.only("aws:dynamodb/table:Table")
    assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": KEY_ARN}
    assert ingestion.only("aws:cloudwatch/logGroup:LogGroup").inputs["kmsKeyId"] == KEY_ARN


def test_only_the_landing_bucket_of_this_account_may_send(ingestion: Recording) -> None:
    policy = ingestion.only("aws:sqs/queuePolicy:QueuePolicy", "ingestion-intake-policy")
    (allowing,) = (
        each for each in statements_of(policy.inputs["policy"]) if each["Effect"] == "Allow"
    )
    assert allowing["Principal"] == {"Service": ["s3.amazonaws.com"]}
    assert allowing["Action"] == ["sqs:SendMessage"]
    assert allowing["Resource"] == [QUEUE_ARN]
    assert allowing["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT_ID},
        "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::tarn-test-landing-{ACCOUNT_ID}"},
    }


def test_the_function_reads_the_settings_that_the_program_writes(ingestion: Recording) -> None:
    variables = ingestion.only(FUNCTION).inputs["environment"]["variables"]
    settings = IngestSettings.from_environment(variables)
    assert settings.ledger_table == ingestion.only("aws:dynamodb/table:Table").inputs["name"]
    assert settings.landing_bucket == f"tarn-test-landing-{ACCOUNT_ID}"
    assert settings.validated_bucket == f"tarn-test-validated-{ACCOUNT_ID}"
    assert settings.quarantine_bucket == f"tarn-test-quarantine-{ACCOUNT_ID}"


def test_a_lease_outlives_the_attempt_and_ends_before_the_next(
    deployment: Deployment, tmp_path: Path
) -> None:
    settings = IngestionSettings(timeout_seconds=30, batch_window_seconds=0)
    ingestion = record_ingestion(deployment, tmp_path, settings)
    variables = ingestion.only(FUNCTION).inputs["environment"]["variables"]
    lease = IngestSettings.from_environment(variables).lease_seconds
    hidden = ingestion.only(QUEUE, "ingestion-intake").inputs["visibilityTimeoutSeconds"]
    assert settings.timeout_seconds < lease < hidden


def test_code_and_layer_come_from_the_artifacts_bucket_by_their_content(
    ingestion: Recording,
) -> None:
    function = ingestion.only(FUNCTION).inputs
    layer = ingestion.only("aws:lambda/layerVersion:LayerVersion").inputs
    artifacts = f"tarn-test-artifacts-{ACCOUNT_ID}"
    assert (function["s3Bucket"], layer["s3Bucket"]) == (artifacts, artifacts)
    assert function["s3Key"] == f"functions/ingest/{'c' * 32}.zip"
    assert layer["s3Key"] == f"layers/ingest/{'a' * 32}.zip"


def test_a_layer_built_again_elsewhere_changes_nothing(ingestion: Recording) -> None:
    """Its key names what it is built from; its bytes may differ between compilers."""
    stored = ingestion.only(
        "aws:s3/bucketObjectv2:BucketObjectv2", "ingestion-function-layer-archive-aaaaaaaa"
    )
    assert stored.ignore_changes == ("source",)


@pytest.mark.parametrize("architecture", [Architecture.ARM64, Architecture.X86_64])
def test_function_and_layer_are_for_one_architecture(
    deployment: Deployment, tmp_path: Path, architecture: Architecture
) -> None:
    settings = IngestionSettings(architecture=architecture)
    ingestion = record_ingestion(deployment, tmp_path, settings)
    layer = ingestion.only("aws:lambda/layerVersion:LayerVersion").inputs
    assert ingestion.only(FUNCTION).inputs["architectures"] == [architecture.value]
    assert layer["compatibleArchitectures"] == [architecture.value]


def test_a_batch_reports_its_failed_messages_one_by_one(ingestion: Recording) -> None:
    mapping = ingestion.only("aws:lambda/eventSourceMapping:EventSourceMapping").inputs
    settings = IngestionSettings()
    assert mapping["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["batchSize"] == settings.batch_size
    assert mapping["maximumBatchingWindowInSeconds"] == settings.batch_window_seconds
    assert mapping["scalingConfig"] == {"maximumConcurrency": settings.maximum_concurrency}
    assert mapping["eventSourceArn"] == QUEUE_ARN


def test_the_ledger_can_be_restored_and_finds_pending_files(ingestion: Recording) -> None:
    table = ingestion.only("aws:dynamodb/table:Table").inputs
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["deletionProtectionEnabled"] is True
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["globalSecondaryIndexes"] == [
        {
            "name": "pending",
            "keySchemas": [
                {"attributeName": "pending", "keyType": "HASH"},
                {"attributeName": "published_at", "keyType": "RANGE"},
            ],
            "projectionType": "ALL",
        }
    ]


def test_the_function_may_do_what_its_code_calls_and_nothing_else(ingestion: Recording) -> None:
    """By calls of lambdas/ingest/adapters.py and ledger.py, and by what the mapping does."""
    policy = ingestion.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    landing, table = f"arn:aws:s3:::tarn-test-landing-{ACCOUNT_ID}", "table/tarn-test-ledger"
    outputs = [f"arn:aws:s3:::tarn-test-{z}-{ACCOUNT_ID}/*" for z in ("validated", "quarantine")]
    logs = "log-group:/aws/lambda/tarn-test-ingest:*"
    taking = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
    ]
    assert {each["Sid"]: (each["Action"], each["Resource"]) for each in statements_of(policy)} == {
        "TakeMessages": (taking, [QUEUE_ARN]),
        "ReadLandingVersions": (["s3:GetObjectVersion"], [f"{landing}/*"]),
        "SeeWhatIsMissing": (["s3:ListBucket"], [landing]),
        "WriteOutputs": (["s3:PutObject", "s3:AbortMultipartUpload"], outputs),
        "KeepLedger": (
            ["dynamodb:GetItem", "dynamodb:UpdateItem"],
            [ARN.format("dynamodb", table)],
        ),
        "WriteLogs": (["logs:CreateLogStream", "logs:PutLogEvents"], [ARN.format("logs", logs)]),
        "UseLakeKey": (["kms:Decrypt", "kms:GenerateDataKey"], [KEY_ARN]),
    }


def test_the_function_uses_the_key_only_through_the_services_that_hold_data(
    ingestion: Recording,
) -> None:
    policy = ingestion.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    (key_use,) = (each for each in statements_of(policy) if each["Sid"] == "UseLakeKey")
    services = [f"{name}.eu-central-1.amazonaws.com" for name in ("s3", "sqs", "dynamodb")]
    assert key_use["Condition"] == {"StringEquals": {"kms:ViaService": services}}


def test_the_function_comes_after_what_an_invocation_needs(ingestion: Recording) -> None:
    needed = {
        ingestion.only("aws:iam/rolePolicy:RolePolicy").urn,
        ingestion.only("aws:cloudwatch/logGroup:LogGroup").urn,
        ingestion.only("aws:s3/bucketObjectv2:BucketObjectv2", "ingestion-function-code").urn,
    }
    assert needed <= ingestion.only(FUNCTION).dependencies


def test_a_key_for_personal_data_exists_where_a_contract_protects_columns(tmp_path: Path) -> None:
    recording = record_ingestion(make_deployment(), tmp_path, protects_columns=True)

    component = recording.only("tarn:ingestion:PersonalDataKey")
    assert recording.children(component) == {("aws:kms/key:Key", component.name)}
    key = recording.only("aws:kms/key:Key", component.name)
    assert key.inputs["customerMasterKeySpec"] == "HMAC_256"
    assert key.inputs["keyUsage"] == "GENERATE_VERIFY_MAC"
    variables = recording.only(FUNCTION).inputs["environment"]["variables"]
    assert variables["TARN_PERSONAL_DATA_KEY"].endswith(component.name)


def test_the_function_may_derive_one_secret_from_that_key_and_from_no_other(tmp_path: Path) -> None:
    recording = record_ingestion(make_deployment(), tmp_path, protects_columns=True)

    policy = recording.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    (statement,) = [one for one in statements_of(policy) if "kms:GenerateMac" in one["Action"]]
    assert statement["Action"] in ("kms:GenerateMac", ["kms:GenerateMac"])
    assert str(statement["Resource"]).rstrip("]'").endswith("ingestion-personal-data-key")
    assert statement["Condition"] == {"StringEquals": {"kms:MacAlgorithm": "HMAC_SHA_256"}}
