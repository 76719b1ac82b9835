"""Snowflake as the program registers it: objects, their order, grants, and trust."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pulumi_snowflake
import pytest

from infra.components.warehouse.grants import Grant, grants
from infra.components.warehouse.names import AccessRole, SchemaName
from infra.components.warehouse.provider import PREVIEW_FEATURES
from tests.infra.computed_outputs import SNOWFLAKE_USER_ARN
from tests.infra.recording import ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.infra.recording import Recording, Registration

INGESTED: Final = ("airlines", "airports", "flights", "planes", "weather")
DATASETS: Final = ("airlines", "airports", "flight_performance", "flights", "planes", "weather")
GRANT: Final = "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"
ICEBERG: Final = "snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue"
PIPE: Final = "snowflake:index/pipe:Pipe"
ROLE: Final = "aws:iam/role:Role"
STAGE: Final = "snowflake:index/stageExternalS3:StageExternalS3"
TABLE: Final = "snowflake:index/table:Table"
VIEW: Final = "snowflake:index/view:View"
TRUSTED: Final[Mapping[str, str]] = {
    "snowflake-stage": "TARN_TEST_S3",
    "snowflake-volume": "TARN_TEST_CURATED",
    "snowflake-catalog": "TARN_TEST_GLUE",
}
"""Role, and the object whose external id it asks for."""


def test_the_foundation_is_compute_database_schemas_roles_and_grants(stack: Recording) -> None:
    foundation = stack.only("tarn:warehouse:Foundation")
    names = {name.removeprefix("warehouse-foundation-") for _, name in stack.children(foundation)}
    assert names == {
        *("monitor", "warehouse", "database"),
        *("schema-raw", "schema-curated", "schema-marts"),
        *("role-loader", "role-transformer", "role-reader"),
        *("inherit-loader", "inherit-transformer", "inherit-reader"),
        *(f"grant-{grant.name}" for grant in grants()),
    }


def test_loading_has_a_table_a_pipe_and_a_view_for_each_ingested_dataset(
    stack: Recording,
) -> None:
    loading = stack.children(stack.only("tarn:warehouse:Loading"))
    assert {name.removeprefix("warehouse-loading-") for _, name in loading} == {
        *("format", "stage"),
        *(f"{kind}-{dataset}" for kind in ("table", "pipe", "current") for dataset in INGESTED),
        "orphans-flights",
    }


def test_serving_has_an_iceberg_table_for_every_dataset_and_the_marts(stack: Recording) -> None:
    serving = stack.children(stack.only("tarn:warehouse:Serving"))
    assert {name.removeprefix("warehouse-serving-") for _, name in serving} == {
        *(f"table-{dataset}" for dataset in DATASETS),
        *("view-daily-carrier-delays", "view-published-flights"),
    }


def test_trust_is_three_integrations_and_three_roles_with_permissions(stack: Recording) -> None:
    trust = stack.children(stack.only("tarn:warehouse:SnowflakeTrust"))
    assert {name.removeprefix("warehouse-trust-") for _, name in trust} == {
        *("storage", "volume", "catalog"),
        *TRUSTED,
        *(f"{role}-permissions" for role in TRUSTED),
    }


def test_the_preview_features_are_exactly_those_of_the_types_in_use(stack: Recording) -> None:
    """One too few stops the deployment, one too many opens what nobody uses."""
    documented = pulumi_snowflake.ProviderArgs.__init__.__doc__ or ""
    offered, _, _ = documented.partition("Promoted features")
    used = {
        f"snowflake_{_snake(each.type.rpartition(':')[2])}_resource"
        for each in stack.registrations
        if each.type.startswith("snowflake:")
    }
    assert {feature for feature in used if f">{feature}<" in offered} == set(PREVIEW_FEATURES)
    provider = stack.only("pulumi:providers:snowflake").inputs
    assert sorted(json.loads(provider["previewFeaturesEnabled"])) == sorted(PREVIEW_FEATURES)


def test_every_snowflake_object_uses_the_provider_of_the_stack(stack: Recording) -> None:
    assert len(stack.of_type("pulumi:providers:snowflake")) == 1


def test_the_account_of_the_stack_pins_the_provider(
    record_stack: Callable[[Mapping[str, object]], Recording],
) -> None:
    warehouse = {"organization": "ACME", "account": "DATA_DEV"}
    recorded = record_stack({"environment": "test", "warehouse": warehouse})
    provider = recorded.only("pulumi:providers:snowflake").inputs
    assert (provider["organizationName"], provider["accountName"]) == ("ACME", "DATA_DEV")


def test_the_warehouse_sleeps_and_has_a_limit(stack: Recording) -> None:
    warehouse = stack.only("snowflake:index/warehouse:Warehouse").inputs
    monitor = stack.only("snowflake:index/resourceMonitor:ResourceMonitor").inputs
    assert (warehouse["autoSuspend"], warehouse["initiallySuspended"]) == (60, True)
    assert warehouse["resourceMonitor"] == monitor["name"] == "TARN_TEST"
    assert monitor["suspendTrigger"] < monitor["suspendImmediateTrigger"] == 100


def test_the_stage_ends_with_a_slash_and_has_no_credentials(stack: Recording) -> None:
    stages = {stage.inputs["name"]: stage.inputs for stage in stack.of_type(STAGE)}
    assert {name: stage["url"] for name, stage in stages.items()} == {
        "VALIDATED": f"s3://tarn-test-validated-{ACCOUNT_ID}/",
        "QUARANTINE": f"s3://tarn-test-quarantine-{ACCOUNT_ID}/",
    }
    assert not any("credentials" in stage for stage in stages.values())


def test_quarantine_has_a_table_and_a_pipe_for_rows_and_for_decisions_and_one_view(
    stack: Recording,
) -> None:
    quarantine = stack.children(stack.only("tarn:warehouse:Quarantine"))
    assert {name.removeprefix("warehouse-quarantine-") for _, name in quarantine} == {
        *("stage", "view"),
        *(f"{kind}-{part}" for kind in ("table", "pipe") for part in ("rows", "decisions")),
    }


def test_objects_that_are_held_whole_are_not_for_snowflake(stack: Recording) -> None:
    policy = json.loads(_permissions(stack, "snowflake-stage").inputs["policy"])
    (objects,) = [each for each in policy["Statement"] if each["Sid"] == "ReadObjects"]
    quarantine = f"arn:aws:s3:::tarn-test-quarantine-{ACCOUNT_ID}"
    assert objects["Resource"] == [
        f"arn:aws:s3:::tarn-test-validated-{ACCOUNT_ID}/*",
        f"{quarantine}/rows/*",
        f"{quarantine}/decisions/*",
    ]


@pytest.mark.parametrize("dataset", INGESTED)
def test_a_pipe_ingests_by_itself_and_goes_before_its_successor_comes(
    stack: Recording, dataset: str
) -> None:
    pipe = stack.only(PIPE, f"warehouse-loading-pipe-{dataset}")
    assert pipe.inputs["autoIngest"] is True
    assert pipe.delete_before_replace
    assert f"@TARN_TEST.RAW.VALIDATED/{dataset}/ " in pipe.inputs["copyStatement"]
    stage = stack.only(STAGE, "warehouse-loading-stage")
    needed = {stage.urn, stack.only(TABLE, f"warehouse-loading-table-{dataset}").urn}
    assert needed <= pipe.dependencies


def test_raw_tables_are_protected_and_iceberg_tables_need_not_be(stack: Recording) -> None:
    """The rows of an Iceberg table lie in the lake; dropping the table loses none."""
    assert all(table.protect for table in stack.of_type(TABLE))
    assert not any(table.protect for table in stack.of_type(ICEBERG))


@pytest.mark.parametrize("dataset", DATASETS)
def test_an_iceberg_table_follows_its_glue_table_and_both_roles(
    stack: Recording, dataset: str
) -> None:
    table = stack.only(ICEBERG, f"warehouse-serving-table-{dataset}")
    assert (table.inputs["catalogTableName"], table.inputs["autoRefresh"]) == (dataset, "true")
    glue = stack.only("aws:glue/catalogTable:CatalogTable", f"transform-catalog-curated-{dataset}")
    roles = {_permissions(stack, role).urn for role in ("snowflake-volume", "snowflake-catalog")}
    assert {glue.urn, *roles} <= table.dependencies


def test_the_stage_follows_the_role_that_it_reads_through(stack: Recording) -> None:
    role = _permissions(stack, "snowflake-stage").urn
    assert all(role in stage.dependencies for stage in stack.of_type(STAGE))


@pytest.mark.parametrize(("role", "granted_to"), TRUSTED.items())
def test_a_role_trusts_one_user_with_the_external_id_of_one_object(
    stack: Recording, role: str, granted_to: str
) -> None:
    registered = stack.only(ROLE, f"warehouse-trust-{role}")
    (statement,) = json.loads(registered.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"AWS": [SNOWFLAKE_USER_ARN]}
    external_id = {"sts:ExternalId": f"external-id-of-{granted_to}"}
    assert statement["Condition"] == {"StringEquals": external_id}


def test_the_integrations_name_the_roles_before_they_exist(stack: Recording) -> None:
    storage = stack.only("snowflake:index/storageIntegrationAws:StorageIntegrationAws")
    catalog = stack.only("snowflake:index/catalogIntegrationAwsGlue:CatalogIntegrationAwsGlue")
    volume = stack.only("snowflake:index/externalVolume:ExternalVolume")
    (location,) = volume.inputs["storageLocations"]
    named = {
        "snowflake-stage": storage.inputs["storageAwsRoleArn"],
        "snowflake-catalog": catalog.inputs["glueAwsRoleArn"],
        "snowflake-volume": location["storageAwsRoleArn"],
    }
    for role, arn in named.items():
        registered = stack.only(ROLE, f"warehouse-trust-{role}").inputs
        assert arn == f"arn:aws:iam::{ACCOUNT_ID}:role/{registered['name']}"
    assert not (storage.dependencies | catalog.dependencies | volume.dependencies)


def test_snowflake_can_write_nowhere(stack: Recording) -> None:
    for role in TRUSTED:
        for statement in json.loads(_permissions(stack, role).inputs["policy"])["Statement"]:
            for action in statement["Action"]:
                assert re.match(r"\w+:(Get|List|Decrypt)", action), action
    assert stack.only("snowflake:index/externalVolume:ExternalVolume").inputs["allowWrites"] == (
        "false"
    )


def test_iam_is_asked_once_for_each_role_that_snowflake_assumes(stack: Recording) -> None:
    asked = [args["name"] for token, args in stack.invokes if token == "aws:iam/getRole:getRole"]
    assert sorted(asked) == sorted(f"tarn-test-{role}" for role in TRUSTED)


@pytest.mark.parametrize("kind", [STAGE, PIPE, ICEBERG])
def test_what_snowflake_ties_to_an_integration_is_made_again_with_it(
    stack: Recording, kind: str
) -> None:
    """By name nothing would change, and files would silently stop to be loaded."""
    for each in stack.of_type(kind):
        assert re.search(r"Trust [0-9a-f]{8}$", each.inputs["comment"]), each.name
        assert (each.replace_on_changes, each.delete_before_replace) == (("comment",), True)


def test_a_comment_does_not_tell_an_external_id(stack: Recording) -> None:
    comments = [str(each.inputs.get("comment", "")) for each in stack.registrations]
    assert not [comment for comment in comments if "external-id-of" in comment]


def test_a_new_trust_makes_a_new_role(stack: Recording) -> None:
    for role in TRUSTED:
        registered = stack.only(ROLE, f"warehouse-trust-{role}")
        assert registered.replace_on_changes == ("assumeRolePolicy",)
        assert registered.delete_before_replace


def test_marts_are_made_from_what_they_read(stack: Recording) -> None:
    view = stack.only(VIEW, "warehouse-serving-view-published-flights")
    assert (view.inputs["schema"], view.inputs["isSecure"]) == ("MARTS", "true")
    source = stack.only(ICEBERG, "warehouse-serving-table-flight_performance")
    assert source.urn in view.dependencies


def test_privileges_are_in_one_order_and_upper_case() -> None:
    """The provider reports another order as a change, every time."""
    for grant in grants():
        assert list(grant.privileges) == sorted(grant.privileges)
        assert all(privilege == privilege.upper() for privilege in grant.privileges)


def test_a_role_has_one_grant_on_a_target() -> None:
    targets = [_target(grant) for grant in grants()]
    assert len(targets) == len(set(targets))


def test_no_grant_has_a_form_that_never_comes_to_rest(stack: Recording) -> None:
    """Grants on all objects, all privileges and re-applied ones differ in every preview."""
    for grant in stack.of_type(GRANT):
        assert grant.inputs.keys() <= {
            *("accountRoleName", "privileges", "onAccountObject", "onSchema", "onSchemaObject"),
        }
        assert grant.inputs.get("onSchemaObject", {"future": {}}).keys() == {"future"}


def test_a_schema_is_named_in_a_grant_as_the_provider_reads_it_back(stack: Recording) -> None:
    named = {
        each.inputs["onSchema"]["schemaName"]
        for each in stack.of_type(GRANT)
        if "onSchema" in each.inputs
    }
    assert named == {f'"TARN_TEST"."{schema}"' for schema in SchemaName}


@pytest.mark.parametrize("kind", [TABLE, VIEW, PIPE, STAGE, ICEBERG])
def test_objects_come_after_the_future_grants_that_cover_them(stack: Recording, kind: str) -> None:
    future = {each.urn for each in stack.of_type(GRANT) if "onSchemaObject" in each.inputs}
    for each in stack.of_type(kind):
        assert future <= each.dependencies, each.name


def test_readers_see_marts_only() -> None:
    schemas = {grant.schema for grant in grants() if grant.role is AccessRole.READER}
    assert schemas - {None} == {SchemaName.MARTS}


def test_only_the_loader_writes_raw() -> None:
    writers = {grant.role for grant in grants() if "INSERT" in grant.privileges}
    assert writers == {AccessRole.LOADER}


def test_administrators_inherit_every_role(stack: Recording) -> None:
    inherited = {
        each.inputs["roleName"]: each.inputs["parentRoleName"]
        for each in stack.of_type("snowflake:index/grantAccountRole:GrantAccountRole")
    }
    assert inherited == {
        "TARN_TEST_LOADER": "SYSADMIN",
        "TARN_TEST_TRANSFORMER": "SYSADMIN",
        "TARN_TEST_READER": "TARN_TEST_TRANSFORMER",
    }


def _permissions(stack: Recording, role: str) -> Registration:
    return stack.only("aws:iam/rolePolicy:RolePolicy", f"warehouse-trust-{role}-permissions")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _target(grant: Grant) -> tuple[Any, ...]:
    return (grant.role, grant.account_object, grant.schema, grant.future_objects)
