"""The catalog: Iceberg tables that exist, and commits that do not overwrite each other."""

from __future__ import annotations

import json
import threading

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError
from pyiceberg.exceptions import CommitFailedException

from tarn.contract.model import Column, ColumnKind, ColumnType, Contract
from tests.functional.local_glue.conftest import Cloud
from tests.functional.local_glue.lake import catalog, create_table

NUMBERS = Contract(
    dataset="numbers",
    version="1.0.0",
    title="Numbers",
    description="",
    owner="tests",
    columns=(
        Column(name="number", type=ColumnType(kind=ColumnKind.INTEGER), description="Counted."),
        Column(name="seen_at", type=ColumnType(kind=ColumnKind.TIMESTAMP)),
        Column(name="price", type=ColumnType(kind=ColumnKind.DECIMAL, precision=9, scale=2)),
    ),
    key=("number",),
    produced_by="tests",
)
WRITERS = 2
COMMITS = 3


@pytest.fixture
def database(cloud: Cloud) -> str:
    name = cloud.database()
    create_table(cloud, NUMBERS, database=name, bucket=cloud.bucket())
    return name


def numbered(number: int) -> pa.Table:
    table = pa.table({"number": pa.array([number], pa.int64())})
    table = table.append_column("seen_at", pa.nulls(1, pa.timestamp("us", tz="UTC")))
    return table.append_column("price", pa.nulls(1, pa.decimal128(9, 2)))


def test_an_iceberg_table_is_created_with_its_metadata(cloud: Cloud, database: str) -> None:
    entry = cloud.client("glue").get_table(DatabaseName=database, Name="numbers")["Table"]
    assert entry["Parameters"]["table_type"] == "ICEBERG"
    assert entry["Parameters"]["metadata_location"].startswith(
        entry["StorageDescriptor"]["Location"] + "/metadata/00000-"
    )
    columns = {c["Name"]: c["Type"] for c in entry["StorageDescriptor"]["Columns"]}
    assert columns == {"number": "bigint", "seen_at": "timestamp", "price": "decimal(9,2)"}
    table = catalog(cloud).load_table((database, "numbers"))
    assert table.format_version == 2
    assert table.current_snapshot() is None
    assert [str(f.field_type) for f in table.schema().fields] == [
        "long",
        "timestamptz",
        "decimal(9, 2)",
    ]


def test_racing_commits_lose_nothing(cloud: Cloud, database: str) -> None:
    def write(writer: int) -> None:
        for commit in range(COMMITS):
            rows = numbered(writer * COMMITS + commit)
            while True:
                table = catalog(cloud).load_table((database, "numbers"))
                try:
                    table.append(rows)
                except CommitFailedException:
                    continue
                break

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    rows = catalog(cloud).load_table((database, "numbers")).scan().to_arrow()
    assert sorted(rows["number"].to_pylist()) == list(range(WRITERS * COMMITS))


def test_an_update_of_an_old_version_is_refused(cloud: Cloud, database: str) -> None:
    glue = cloud.client("glue")
    held = glue.get_table(DatabaseName=database, Name="numbers")["Table"]
    new = {name: held[name] for name in ("Name", "Parameters", "StorageDescriptor")}
    glue.update_table(DatabaseName=database, TableInput=new, VersionId=held["VersionId"])
    with pytest.raises(ClientError, match="ConcurrentModificationException"):
        glue.update_table(DatabaseName=database, TableInput=new, VersionId=held["VersionId"])


@pytest.mark.parametrize(("skip", "versions"), [(False, 2), (True, 1)])
def test_an_update_keeps_the_old_version_unless_told_to_skip_it(
    cloud: Cloud, database: str, skip: bool, versions: int
) -> None:
    glue = cloud.client("glue")
    glue.update_table(DatabaseName=database, TableInput={"Name": "numbers"}, SkipArchive=skip)
    answer = glue.get_table_versions(DatabaseName=database, TableName="numbers")
    assert len(answer["TableVersions"]) == versions


def test_optimizers_are_kept_and_given_back(cloud: Cloud, database: str) -> None:
    glue = cloud.client("glue")
    named = {
        "CatalogId": cloud.settings.account_id,
        "DatabaseName": database,
        "TableName": "numbers",
        "Type": "compaction",
    }
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_table_optimizer(**named)
    configuration = {"roleArn": cloud.role(), "enabled": True}
    glue.create_table_optimizer(**named, TableOptimizerConfiguration=configuration)
    assert glue.get_table_optimizer(**named)["TableOptimizer"]["configuration"] == configuration
    disabled = {**configuration, "enabled": False}
    glue.update_table_optimizer(**named, TableOptimizerConfiguration=disabled)
    assert not glue.get_table_optimizer(**named)["TableOptimizer"]["configuration"]["enabled"]
    glue.delete_table_optimizer(**named)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.delete_table_optimizer(**named)


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        ("compaction", "s3:PutObject"),
        ("retention", "glue:UpdateTable"),
        ("orphan_file_deletion", "s3:ListBucket"),
        ("orphan_file_deletion", "logs:CreateLogGroup"),
        ("orphan_file_deletion", None),
    ],
)
def test_an_optimizer_needs_what_its_work_does(
    cloud: Cloud, database: str, kind: str, lacking: str | None
) -> None:
    glue = cloud.client("glue")
    needed = {
        "glue:GetTable",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        *(() if kind == "orphan_file_deletion" else ("glue:UpdateTable", "s3:PutObject")),
    }
    arguments = {
        "CatalogId": cloud.settings.account_id,
        "DatabaseName": database,
        "TableName": "numbers",
        "Type": kind,
        "TableOptimizerConfiguration": {
            "enabled": True,
            "roleArn": cloud.role(*(needed - {str(lacking)})),
        },
    }
    if lacking is None:
        glue.create_table_optimizer(**arguments)
        return
    with pytest.raises(ClientError, match=f"not authorized to perform: {lacking}"):
        glue.create_table_optimizer(**arguments)


def test_an_optimizers_role_must_trust_glue(cloud: Cloud, database: str) -> None:
    role = cloud.role()
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    cloud.client("iam").update_assume_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    with pytest.raises(ClientError, match="unable to be assumed by our service"):
        cloud.client("glue").create_table_optimizer(
            CatalogId=cloud.settings.account_id,
            DatabaseName=database,
            TableName="numbers",
            Type="compaction",
            TableOptimizerConfiguration={"enabled": True, "roleArn": role},
        )


def test_a_table_without_a_bucket_is_refused(cloud: Cloud) -> None:
    name = cloud.database()
    with pytest.raises(ClientError, match="InvalidInputException"):
        create_table(cloud, NUMBERS, database=name, bucket="does-not-exist")
    assert cloud.client("glue").get_tables(DatabaseName=name)["TableList"] == []
