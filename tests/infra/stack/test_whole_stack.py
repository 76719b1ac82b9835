"""Rules that hold for every resource of the stack, whichever component makes it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tests.infra.recording import ACCOUNT_ID, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.infra.recording import Recording, Registration

STATEFUL: Final = (
    "aws:dynamodb/table:Table",
    "aws:glue/catalogDatabase:CatalogDatabase",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
    "snowflake:index/database:Database",
    "snowflake:index/schema:Schema",
    "snowflake:index/table:Table",
)
REMOVABLE: Final = {"dataRemovalAllowed": True}
EXPORTED: Final = (
    "accountId",
    "region",
    "landingBucket",
    "validatedBucket",
    "curatedBucket",
    "quarantineBucket",
    "artifactsBucket",
    "ledgerTable",
    "ingestFunction",
    "ingestQueueUrl",
    "ingestDeadLetterQueueUrl",
    "operatorRoleArn",
    "contractsUri",
    "glueWorkflow",
    "curateJob",
    "flightPerformanceJob",
    "curatedGlueDatabase",
    "snowflakeDatabase",
    "snowflakeWarehouse",
    "snowflakeRoles",
    "datasets",
)


def test_every_urn_is_registered_once(stack: Recording) -> None:
    """Two resources of one URN collapse silently under mocks, and only fail when deployed."""
    repeated = [
        urn for urn, count in Counter(r.urn for r in stack.registrations).items() if count > 1
    ]
    assert repeated == []


def test_every_resource_belongs_to_a_component(stack: Recording) -> None:
    components = {each.urn for each in stack.registrations if each.type.startswith("tarn:")}
    strays = {r.type for r in stack.registrations if r.custom and r.parent not in components}
    assert strays <= {"pulumi:providers:snowflake"}


def test_component_types_name_their_area(stack: Recording) -> None:
    types = {each.type for each in stack.registrations if not each.custom}
    assert all(re.fullmatch(r"tarn:[a-z]+:[A-Z][A-Za-z]+", each) for each in types), types


def test_children_are_named_after_their_component(stack: Recording) -> None:
    by_urn = {each.urn: each for each in stack.registrations}
    for each in stack.registrations:
        if each.parent in by_urn:
            assert each.name.startswith(by_urn[each.parent].name), each.urn


def test_everything_that_can_carry_tags_carries_them(stack: Recording) -> None:
    for each in stack.registrations:
        if each.type.startswith("aws:") and _accepts_tags(each):
            tags = each.inputs.get("tags")
            assert tags, f"{each.urn} has no tags"
            assert {tags["Project"], tags["Environment"]} == {"tarn", "test"}, each.urn
            assert {"Component", "Owner", "ManagedBy"} <= tags.keys(), each.urn


def test_each_bucket_has_at_most_one_notification(stack: Recording) -> None:
    """AWS keeps only the last one written (terraform-provider-aws#501)."""
    notifications = stack.of_type("aws:s3/bucketNotification:BucketNotification")
    buckets = Counter(each.inputs["bucket"] for each in notifications)
    assert set(buckets.values()) == {1}
    assert {each.parent for each in notifications} == {
        stack.only("tarn:lake:BucketNotifications").urn
    }


def test_data_is_protected_and_retained_by_default(stack: Recording) -> None:
    for each in _stateful(stack):
        assert (each.protect, each.retain_on_delete) == (True, True), each.urn


def test_the_stacks_switch_alone_removes_nothing(
    record_stack: Callable[[Mapping[str, object]], Recording],
) -> None:
    for each in _stateful(record_stack({"environment": "test", **REMOVABLE})):
        assert (each.protect, each.retain_on_delete) == (True, True), each.urn


def test_a_components_switch_alone_removes_nothing(
    record_stack: Callable[[Mapping[str, object]], Recording],
) -> None:
    sections = dict.fromkeys(("lake", "ingestion", "transform", "warehouse"), REMOVABLE)
    for each in _stateful(record_stack({"environment": "test", **sections})):
        assert (each.protect, each.retain_on_delete) == (True, True), each.urn


def test_both_switches_together_make_data_removable(
    record_stack: Callable[[Mapping[str, object]], Recording],
) -> None:
    sections = dict.fromkeys(("lake", "ingestion", "transform", "warehouse"), REMOVABLE)
    recording = record_stack({"environment": "test", **REMOVABLE, **sections})
    for each in _stateful(recording):
        assert (each.protect, each.retain_on_delete) == (False, False), each.urn
    assert all(each.inputs["forceDestroy"] for each in recording.of_type("aws:s3/bucket:Bucket"))


def test_names_of_the_environment_never_depend_on_the_stacks_name(stack: Recording) -> None:
    """So that a review can deploy the configuration of another stack."""
    for each in stack.of_type("aws:s3/bucket:Bucket"):
        assert each.inputs["bucket"].startswith("tarn-test-"), each.urn


def test_the_command_line_finds_its_way(stack: Recording) -> None:
    exported = stack.exports
    assert set(EXPORTED) == exported.keys()
    assert exported["accountId"] == ACCOUNT_ID
    assert exported["region"] == REGION
    assert exported["datasets"] == ["airlines", "airports", "flights", "planes", "weather"]


def _stateful(recording: Recording) -> list[Registration]:
    found = [each for each in recording.registrations if each.type in STATEFUL]
    assert found
    return found


def _accepts_tags(resource: Registration) -> bool:
    """Ask the provider's own class whether it has the input."""
    module_path, _, class_name = resource.type.removeprefix("aws:").partition(":")
    module_name = module_path.partition("/")[0]
    spelled = {"lambda": "lambda_"}.get(module_name, module_name)
    module = importlib.import_module(f"pulumi_aws.{spelled}")
    initialiser = getattr(module, class_name)._internal_init
    return "tags" in inspect.signature(initialiser).parameters
