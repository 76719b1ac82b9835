"""What each role of the transform may do, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from infra.iam.transform import (
    curate_policy,
    model_job_policy,
    optimizer_policy,
    wake_workflow_policy,
)
from tests.infra.recording import ACCOUNT_ID, REGION

if TYPE_CHECKING:
    from infra.deployment import Deployment
    from infra.iam.document import PolicyDocument

KEY_ARN: Final = f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/lake"
GLUE: Final = f"arn:aws:glue:{REGION}:{ACCOUNT_ID}"
DATABASE: Final = "tarn_test_curated"


def test_curate_reads_the_index_and_changes_items_but_never_scans(deployment: Deployment) -> None:
    allowed = _allowed(_curate(deployment))
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT_ID}:table/tarn-test-ledger"
    assert allowed["dynamodb:Query"] == {f"{table}/index/pending"}
    assert allowed["dynamodb:UpdateItem"] == {table}
    assert not {"dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteItem"} & allowed.keys()


def test_curate_reads_validated_files_and_changes_curated_ones_only(
    deployment: Deployment,
) -> None:
    allowed = _allowed(_curate(deployment))
    assert f"arn:aws:s3:::tarn-test-validated-{ACCOUNT_ID}/*" in allowed["s3:GetObject"]
    for action in ("s3:PutObject", "s3:DeleteObject"):
        assert allowed[action] == {f"arn:aws:s3:::tarn-test-curated-{ACCOUNT_ID}/*/*"}


def test_a_model_job_reads_every_curated_table_but_changes_only_its_own(
    deployment: Deployment,
) -> None:
    policy = model_job_policy(
        deployment=deployment,
        datasets=["flight_performance"],
        curated_database=DATABASE,
        key_arn=KEY_ARN,
    )
    allowed = _allowed(policy)
    curated = f"arn:aws:s3:::tarn-test-curated-{ACCOUNT_ID}"
    assert f"{curated}/*" in allowed["s3:GetObject"]
    assert allowed["s3:PutObject"] == {f"{curated}/flight_performance/*"}
    assert f"{GLUE}:table/{DATABASE}/*" in allowed["glue:GetTable"]
    assert f"{GLUE}:table/{DATABASE}/*" not in allowed["glue:UpdateTable"]
    assert f"{GLUE}:table/{DATABASE}/flight_performance" in allowed["glue:UpdateTable"]
    assert not any(action.startswith("dynamodb:") for action in allowed)


def test_no_job_creates_or_drops_a_table(deployment: Deployment) -> None:
    """The program creates them and nobody drops them."""
    for policy in (_curate(deployment), _optimizer(deployment)):
        assert {action for action in _allowed(policy) if action.startswith("glue:")} == {
            "glue:GetTable",
            "glue:UpdateTable",
        }


def test_the_key_is_used_through_services_only(deployment: Deployment) -> None:
    for policy in (_curate(deployment), _optimizer(deployment)):
        (statement,) = (each for each in _statements(policy) if each["Sid"] == "UseLakeKey")
        services = statement["Condition"]["StringEquals"]["kms:ViaService"]
        assert {service.split(".")[0] for service in services} <= {"s3", "dynamodb"}


def test_metrics_are_the_only_grant_without_a_resource(deployment: Deployment) -> None:
    """CloudWatch knows no resource for PutMetricData; the namespace narrows it."""
    wide = [each for each in _statements(_curate(deployment)) if "*" in each["Resource"]]
    assert [each["Action"] for each in wide] == [["cloudwatch:PutMetricData"]]
    assert wide[0]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Glue"}}


def test_eventbridge_may_wake_one_workflow(deployment: Deployment) -> None:
    policy = wake_workflow_policy(deployment=deployment, workflow="tarn-test-transform")
    assert _allowed(policy) == {"glue:NotifyEvent": {f"{GLUE}:workflow/tarn-test-transform"}}


def _curate(deployment: Deployment) -> PolicyDocument:
    return curate_policy(
        deployment=deployment,
        ledger_table="tarn-test-ledger",
        curated_database=DATABASE,
        key_arn=KEY_ARN,
    )


def _optimizer(deployment: Deployment) -> PolicyDocument:
    return optimizer_policy(deployment=deployment, curated_database=DATABASE, key_arn=KEY_ARN)


def _statements(policy: PolicyDocument) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", policy["Statement"])


def _allowed(policy: PolicyDocument) -> dict[str, set[str]]:
    allowed: dict[str, set[str]] = {}
    for statement in _statements(policy):
        for action in statement["Action"]:
            allowed.setdefault(action, set()).update(statement["Resource"])
    return allowed
