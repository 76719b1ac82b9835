"""What the conformance table cannot try with one object: other shapes of the same types."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.providers.errors import ConfigurationRefusedError
from local_cloud.providers.values import Archive, Asset, Properties, Value
from local_cloud.settings import LocalCloudSettings
from tests.functional.providers.conftest import plugin_environment
from tests.functional.providers.engine import CheckFailedError, Engine, Managed, urn_of
from tests.functional.providers.world import World


def _create(engine: Engine, resource_type: str, inputs: Properties) -> Managed:
    urn = urn_of(resource_type)
    managed = engine.create(urn, engine.check(urn, inputs))
    live = engine.read(managed)
    assert live is not None
    assert live.inputs == managed.inputs
    return managed


def _file(text: str) -> Asset:
    return Asset(digest=text, text=text)


def _digest_of(world: World, function: str) -> str:
    answer = world.client("lambda").get_function(FunctionName=function)
    return str(answer["Configuration"]["CodeSha256"])


def _function(world: World, **code: Value) -> Properties:
    return {
        "name": world.name("inline"),
        "role": world.role_arn,
        "runtime": "python3.11",
        "handler": "app.handler",
        **code,
    }


def test_a_function_takes_its_code_from_an_archive(engine: Engine, world: World) -> None:
    files = (("app.py", _file("def handler(event, context): return 1")),)
    first = Archive(digest="one", assets=files)
    managed = _create(engine, "aws:lambda/function:Function", _function(world, code=first))
    before = _digest_of(world, managed.id)
    second = Archive(digest="two", assets=(*files, ("more.py", _file("x = 1"))))
    inputs: Properties = {**managed.inputs, "code": second}
    assert engine.diff(managed, inputs).changed == {"code"}
    engine.update(managed, inputs)
    assert _digest_of(world, managed.id) != before


def test_the_same_files_make_the_same_code(engine: Engine, world: World, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1")
    of_a_directory = Archive(digest="one", path=str(tmp_path))
    of_assets = Archive(digest="two", assets=(("app.py", _file("x = 1")),))
    managed = _create(engine, "aws:lambda/function:Function", _function(world, code=of_a_directory))
    before = _digest_of(world, managed.id)
    engine.update(managed, {**managed.inputs, "code": of_assets})
    assert _digest_of(world, managed.id) == before


def test_a_packed_archive_is_taken_as_it_is(engine: Engine, world: World, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "x = 1")
    path = tmp_path / "code.zip"
    path.write_bytes(packed.getvalue())
    code = Archive(digest="one", path=str(path))
    managed = _create(engine, "aws:lambda/function:Function", _function(world, code=code))
    assert managed.state["sourceCodeSize"] == len(packed.getvalue())


@pytest.mark.parametrize(
    ("code", "property_"),
    [
        ({}, "code"),
        ({"code": Archive(digest="1", path="/x"), "s3Bucket": "b", "s3Key": "k"}, "code"),
        ({"s3Bucket": "b", "s3Key": "k", "handler": None}, "handler"),
    ],
    ids=["no code", "two codes", "no handler"],
)
def test_a_function_needs_its_code_once_and_a_handler(
    engine: Engine, world: World, code: dict[str, Value], property_: str
) -> None:
    given = _function(world, **code)
    inputs: Properties = {key: value for key, value in given.items() if value is not None}
    with pytest.raises(CheckFailedError) as failed:
        engine.check(urn_of("aws:lambda/function:Function"), inputs)
    assert property_ in failed.value.reasons


def test_a_missing_file_is_named(engine: Engine, world: World) -> None:
    code = Archive(digest="1", path="/nowhere/code.zip")
    with pytest.raises(Exception, match=r"/nowhere/code\.zip.*cannot be read"):
        _create(engine, "aws:lambda/function:Function", _function(world, code=code))


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"source": Asset(digest="1", text="from text")}, b"from text"),
        ({"contentBase64": "ZnJvbSBiYXNlNjQ="}, b"from base64"),
        ({}, b""),
    ],
    ids=["asset", "base64", "nothing"],
)
def test_an_object_takes_its_content_from_where_it_is_given(
    engine: Engine, world: World, given: Properties, body: bytes
) -> None:
    inputs: Properties = {"bucket": world.bucket, "key": "some/key", **given}
    _create(engine, "aws:s3/bucketObjectv2:BucketObjectv2", inputs)
    stored = world.client("s3").get_object(Bucket=world.bucket, Key="some/key")
    assert stored["Body"].read() == body


def test_a_bucket_with_objects_goes_only_when_it_may(engine: Engine, world: World) -> None:
    inputs: Properties = {"bucket": world.name("full")}
    managed = _create(engine, "aws:s3/bucket:Bucket", inputs)
    client = world.client("s3")
    client.put_bucket_versioning(Bucket=managed.id, VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket=managed.id, Key="k", Body=b"1")
    client.put_object(Bucket=managed.id, Key="k", Body=b"2")
    client.delete_object(Bucket=managed.id, Key="k")
    with pytest.raises(Exception, match="BucketNotEmpty"):
        engine.delete(managed)
    allowed = engine.update(managed, {**managed.inputs, "forceDestroy": True})
    engine.delete(allowed)
    assert engine.read(allowed) is None


def test_a_fifo_queue_is_a_fifo_queue(engine: Engine, world: World) -> None:
    inputs: Properties = {
        "name": world.name("fifo") + ".fifo",
        "fifoQueue": True,
        "contentBasedDeduplication": True,
        "deduplicationScope": "messageGroup",
        "fifoThroughputLimit": "perMessageGroupId",
    }
    managed = _create(engine, "aws:sqs/queue:Queue", inputs)
    answer = world.client("sqs").get_queue_attributes(QueueUrl=managed.id, AttributeNames=["All"])
    assert answer["Attributes"]["FifoQueue"] == "true"
    assert answer["Attributes"]["ContentBasedDeduplication"] == "true"


def test_only_a_fifo_queue_is_named_like_one(engine: Engine) -> None:
    with pytest.raises(CheckFailedError) as failed:
        engine.check(urn_of("aws:sqs/queue:Queue"), {"name": "plain.fifo"})
    assert "name" in failed.value.reasons


def test_a_trigger_waits_for_another_job(engine: Engine, world: World) -> None:
    condition: Properties = {"jobName": world.job, "state": "SUCCEEDED"}
    inputs: Properties = {
        "name": world.name("after"),
        "type": "CONDITIONAL",
        "workflowName": world.workflow,
        "actions": [{"jobName": world.glue_job("next")}],
        "predicate": {"conditions": [condition]},
    }
    managed = _create(engine, "aws:glue/trigger:Trigger", inputs)
    trigger = world.client("glue").get_trigger(Name=managed.id)["Trigger"]
    assert trigger["Predicate"]["Conditions"][0]["JobName"] == world.job


def test_a_scheduled_trigger_is_switched_off_and_on(engine: Engine, world: World) -> None:
    inputs: Properties = {
        "name": world.name("nightly"),
        "type": "SCHEDULED",
        "schedule": "cron(0 3 * * ? *)",
        "actions": [{"jobName": world.job}],
    }
    managed = _create(engine, "aws:glue/trigger:Trigger", inputs)
    client = world.client("glue")
    assert client.get_trigger(Name=managed.id)["Trigger"]["State"] == "ACTIVATED"
    stopped = engine.update(managed, {**managed.inputs, "enabled": False})
    assert client.get_trigger(Name=managed.id)["Trigger"]["State"] == "DEACTIVATED"
    engine.update(stopped, managed.inputs)
    assert client.get_trigger(Name=managed.id)["Trigger"]["State"] == "ACTIVATED"


@pytest.mark.parametrize(
    ("kind", "lacks"),
    [("SCHEDULED", "schedule"), ("CONDITIONAL", "predicate"), ("EVENT", "workflowName")],
)
def test_each_type_of_trigger_needs_what_starts_it(engine: Engine, kind: str, lacks: str) -> None:
    inputs: Properties = {"type": kind, "actions": [{"jobName": "j"}]}
    with pytest.raises(CheckFailedError) as failed:
        engine.check(urn_of("aws:glue/trigger:Trigger"), inputs)
    assert list(failed.value.reasons) == [lacks]


def test_an_alarm_over_an_expression(engine: Engine, world: World) -> None:
    metric: Properties = {
        "metricName": "RowsRead",
        "namespace": "Tarn",
        "period": 300,
        "stat": "Sum",
        "dimensions": {"dataset": "flights"},
    }
    inputs: Properties = {
        "name": world.name("share"),
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "threshold": 0.5,
        "metricQueries": [
            {"id": "read", "metric": metric},
            {"id": "share", "expression": "read * 2", "label": "Share", "returnData": True},
        ],
    }
    managed = _create(engine, "aws:cloudwatch/metricAlarm:MetricAlarm", inputs)
    alarms = world.client("cloudwatch").describe_alarms(AlarmNames=[managed.id])["MetricAlarms"]
    assert {query["Id"] for query in alarms[0]["Metrics"]} == {"read", "share"}
    assert alarms[0]["Threshold"] == 0.5


def test_an_empty_iceberg_table_has_metadata(engine: Engine, world: World) -> None:
    fields: list[Value] = [{"id": 1, "name": "carrier", "type": '"string"', "required": True}]
    inputs: Properties = {
        "name": "flights",
        "databaseName": world.database,
        "openTableFormatInput": {
            "icebergInput": {
                "metadataOperation": "CREATE",
                "version": "2",
                "icebergTableInput": {
                    "location": f"s3://{world.bucket}/flights/",
                    "schema": {"type": "struct", "fields": fields},
                },
            }
        },
    }
    managed = _create(engine, "aws:glue/catalogTable:CatalogTable", inputs)
    table = world.client("glue").get_table(DatabaseName=world.database, Name="flights")["Table"]
    location = str(table["Parameters"]["metadata_location"])
    key = location.removeprefix(f"s3://{world.bucket}/")
    metadata = json.loads(
        world.client("s3").get_object(Bucket=world.bucket, Key=key)["Body"].read()
    )
    assert metadata["schemas"][0]["fields"][0]["name"] == "carrier"
    parameters = managed.state["parameters"]
    assert isinstance(parameters, dict)
    assert "metadata_location" not in parameters


def test_a_commit_to_an_iceberg_table_is_no_drift(engine: Engine, world: World) -> None:
    fields: list[Value] = [{"id": 1, "name": "carrier", "type": '"string"', "required": True}]
    iceberg: Properties = {
        "metadataOperation": "CREATE",
        "version": "2",
        "icebergTableInput": {
            "location": f"s3://{world.bucket}/planes/",
            "schema": {"type": "struct", "fields": fields},
        },
    }
    inputs: Properties = {
        "name": "planes",
        "databaseName": world.database,
        "openTableFormatInput": {"icebergInput": iceberg},
    }
    managed = _create(engine, "aws:glue/catalogTable:CatalogTable", inputs)
    client = world.client("glue")
    table = client.get_table(DatabaseName=world.database, Name="planes")["Table"]
    kept = ("Name", "TableType", "StorageDescriptor", "Parameters")
    definition = {name: table[name] for name in kept if name in table}
    definition["Description"] = "a job was here"
    definition["Parameters"] = {**table["Parameters"], "metadata_location": "s3://elsewhere"}
    client.update_table(DatabaseName=world.database, TableInput=definition)
    live = engine.read(managed)
    assert live is not None
    assert engine.diff(live, managed.inputs).changed == frozenset()


def test_an_index_that_changes_with_its_keys(engine: Engine, world: World) -> None:
    inputs: Properties = {
        "name": world.name("ledger"),
        "billingMode": "PROVISIONED",
        "readCapacity": 3,
        "writeCapacity": 4,
        "hashKey": "file",
        "attributes": [{"name": "file", "type": "S"}],
    }
    managed = _create(engine, "aws:dynamodb/table:Table", inputs)
    index: Properties = {"name": "pending", "hashKey": "pending", "projectionType": "KEYS_ONLY"}
    attributes: list[Value] = [{"name": name, "type": "S"} for name in ("file", "pending")]
    changed: Properties = {
        **managed.inputs,
        "billingMode": "PAY_PER_REQUEST",
        "attributes": attributes,
        "globalSecondaryIndexes": [index],
    }
    changed = {name: value for name, value in changed.items() if "Capacity" not in name}
    engine.update(managed, engine.check(managed.urn, changed))
    table = world.client("dynamodb").describe_table(TableName=managed.id)["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "pending"


@pytest.mark.parametrize(
    ("names", "problem"),
    [(("file", "other"), "'other' is not a key"), ((), "'file' is not defined")],
    ids=["unused attribute", "undefined key"],
)
def test_the_attributes_of_a_table_are_its_keys(
    engine: Engine, names: tuple[str, ...], problem: str
) -> None:
    attributes: list[Value] = [{"name": name, "type": "S"} for name in names]
    inputs: Properties = {"name": "ledger", "hashKey": "file", "attributes": attributes}
    with pytest.raises(CheckFailedError) as failed:
        engine.check(urn_of("aws:dynamodb/table:Table"), inputs)
    assert problem in failed.value.reasons["attributes"].replace("the key ", "")


def test_default_tags_lie_under_a_resources_own(
    settings: LocalCloudSettings, world: World, tmp_path: Path
) -> None:
    tags = json.dumps({"tags": {"project": "tarn", "team": "lake"}})
    provider = AwsProvider(plugin_environment(settings, tmp_path))
    engine = Engine(provider, {"region": World.region, "defaultTags": tags})
    inputs: Properties = {"bucket": world.name("tagged"), "tags": {"team": "shore"}}
    managed = _create(engine, "aws:s3/bucket:Bucket", inputs)
    engine.close()
    pairs = world.client("s3").get_bucket_tagging(Bucket=managed.id)["TagSet"]
    assert {pair["Key"]: pair["Value"] for pair in pairs} == {"project": "tarn", "team": "shore"}


def test_a_resource_may_be_in_another_region(engine: Engine, world: World) -> None:
    inputs: Properties = {"name": world.name("far"), "region": "eu-west-1"}
    managed = _create(engine, "aws:sqs/queue:Queue", inputs)
    assert str(managed.state["arn"]).split(":")[3] == "eu-west-1"
    assert engine.diff(managed, {"name": managed.inputs["name"]}).replaces == {"region"}


def test_an_account_that_is_not_allowed_is_refused(
    settings: LocalCloudSettings, tmp_path: Path
) -> None:
    provider = AwsProvider(plugin_environment(settings, tmp_path))
    with pytest.raises(ConfigurationRefusedError, match="allowedAccountIds only allows 999"):
        provider.configure({"region": World.region, "allowedAccountIds": '["999999999999"]'})
    provider.configure({"region": World.region, "allowedAccountIds": f'["{World.account}"]'})


def test_nobody_listening_is_said_plainly(tmp_path: Path, settings: LocalCloudSettings) -> None:
    environment = plugin_environment(settings, tmp_path)
    environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    provider = AwsProvider(environment)
    provider.configure({"region": World.region})
    with pytest.raises(Exception, match=r"no local cloud answers at .*tarn local up"):
        provider.function("aws:index/getCallerIdentity:getCallerIdentity")(provider.backend({}), {})


def test_a_role_is_found_by_name_and_a_missing_one_named(engine: Engine, world: World) -> None:
    name = world.role_arn.rsplit("/", 1)[-1]
    found = engine.invoke("aws:iam/getRole:getRole", {"name": name})
    assert (found["arn"], found["id"]) == (world.role_arn, name)
    assert str(found["createDate"]).endswith("Z")
    with pytest.raises(Exception, match="nobody-has-it cannot be found"):
        engine.invoke("aws:iam/getRole:getRole", {"name": "nobody-has-it"})


def test_the_functions_tell_where_the_program_is(engine: Engine) -> None:
    identity = engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert identity["accountId"] == World.account
    assert engine.invoke("aws:index/getRegion:getRegion")["region"] == World.region
    assert engine.invoke("aws:index/getPartition:getPartition")["dnsSuffix"] == "amazonaws.com"
