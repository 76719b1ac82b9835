"""Commits of several processes to one Iceberg table: all rows there, none twice."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from pyiceberg.table import Table

from tests.functional.fault_rules import FaultRules
from tests.functional.local_glue.conftest import Cloud, policy
from tests.functional.local_glue.iceberg_writer import BATCH, WriterPlan
from tests.functional.local_glue.lake import PROJECT, catalog, create_table
from tests.functional.local_glue.test_catalog import NUMBERS, numbered

WRITERS = 4
ROWS = 3
SECONDS = 280
"""Patience for a machine that others use too; alone it takes well under a minute."""


@pytest.fixture
def database(cloud: Cloud) -> str:
    name = cloud.database()
    create_table(cloud, NUMBERS, database=name, bucket=cloud.bucket())
    return name


@pytest.fixture
def rules(cloud: Cloud) -> Iterator[FaultRules]:
    rules = FaultRules(cloud.settings)
    yield rules
    rules.clear()


def race(cloud: Cloud, database: str, *, commits: int, **properties: int) -> Counter[str]:
    """Let the writers append as fast as they can; return the trouble that they had."""
    plans = [
        WriterPlan(
            properties={**_connection(cloud), **properties},
            database=database,
            table=NUMBERS.dataset,
            writer=writer,
            commits=commits,
            rows=ROWS,
        )
        for writer in range(WRITERS)
    ]
    module = "tests.functional.local_glue.iceberg_writer"
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", module, plan.to_json()],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for plan in plans
    ]
    trouble: Counter[str] = Counter()
    try:
        for writer in writers:
            output, _ = writer.communicate(timeout=SECONDS)
            assert writer.returncode == 0
            trouble.update(json.loads(output))
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    return trouble


def _connection(cloud: Cloud) -> dict[str, str]:
    """Return how a user of their own, not root, reaches the catalog."""
    iam, name = cloud.client("iam"), f"writer-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    allowed = policy({"Effect": "Allow", "Action": ["glue:*", "s3:*"], "Resource": "*"})
    iam.put_user_policy(UserName=name, PolicyName="lake", PolicyDocument=allowed)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "type": "glue",
        "glue.endpoint": cloud.settings.aws_endpoint,
        "glue.region": cloud.settings.region,
        "s3.endpoint": cloud.settings.aws_endpoint,
        "s3.region": cloud.settings.region,
        "client.access-key-id": key["AccessKeyId"],
        "client.secret-access-key": key["SecretAccessKey"],
    }


def assert_every_commit_landed_once(table: Table, commits: int) -> None:
    """Look at the rows, and at the history that led to them."""
    numbers = sorted(table.scan().to_arrow().column("number").to_pylist())
    assert numbers == list(range(WRITERS * commits * ROWS))
    snapshots = sorted(table.metadata.snapshots, key=lambda each: each.sequence_number or 0)
    batches = [each.summary and each.summary.additional_properties[BATCH] for each in snapshots]
    assert len(set(batches)) == len(batches) == WRITERS * commits
    assert [each.sequence_number for each in snapshots] == list(range(1, len(snapshots) + 1))
    parents = [each.parent_snapshot_id for each in snapshots]
    assert parents == [None, *[each.snapshot_id for each in snapshots[:-1]]]
    files = [*(each.metadata_file for each in table.metadata.metadata_log), table.metadata_location]
    versions = [int(file.rpartition("/")[2].split("-")[0]) for file in files]
    assert versions == list(range(len(snapshots) + 1))[-len(files) :]
    assert all(table.io.new_input(file).exists() for file in files)


def test_a_hundred_racing_commits_of_four_writers_all_land_once(
    cloud: Cloud, database: str
) -> None:
    race(cloud, database, commits=25)

    table = catalog(cloud).load_table((database, NUMBERS.dataset))
    assert_every_commit_landed_once(table, 25)


def test_racing_commits_land_once_while_the_catalog_fails(
    cloud: Cloud, database: str, rules: FaultRules
) -> None:
    table = {"operation": "UpdateTable", "resource": f"{database}/{NUMBERS.dataset}"}
    acting = [
        rules.fault("error", "glue", when="after", **table, nth=[1, 5, 9]),
        rules.fault("cut", "glue", when="after", **table, nth=[2, 7]),
        rules.fault("throttle", "glue", **table, probability=0.1, seed=20261124),
        rules.fault("error", "glue", **{**table, "operation": "GetTable"}, nth=[2, 6, 11]),
    ]

    trouble = race(cloud, database, commits=3, **{"glue.max-retries": 0})

    acted = {rule: rules.counts(rule)[1] for rule in acting}
    rules.clear()
    loaded = catalog(cloud).load_table((database, NUMBERS.dataset))
    assert_every_commit_landed_once(loaded, 3)
    assert all(acted.values()), f"a rule has never acted: {acted}"
    assert trouble.keys() - {"conflict"}, "no fault reached a writer"


def test_an_answer_that_is_lost_leaves_the_writer_without_knowing(
    cloud: Cloud, database: str, rules: FaultRules
) -> None:
    """PyIceberg 0.12 passes Glue's error on: its commit is there, and it does not say so."""
    rules.fault("error", "glue", operation="UpdateTable", principal="root", when="after", times=1)
    writer = catalog(cloud, **{"glue.max-retries": 0})

    with pytest.raises(ClientError, match="InternalServiceException"):
        writer.load_table((database, NUMBERS.dataset)).append(numbered(1))

    assert len(catalog(cloud).load_table((database, NUMBERS.dataset)).metadata.snapshots) == 1


def test_a_client_that_tries_again_finds_its_own_commit(
    cloud: Cloud, database: str, rules: FaultRules
) -> None:
    """The second try meets its own first: refused as stale, and then found by PyIceberg."""
    rule = rules.fault(
        "error", "glue", operation="UpdateTable", principal="root", when="after", times=1
    )
    writer = catalog(cloud, **{"glue.max-retries": 3})

    writer.load_table((database, NUMBERS.dataset)).append(numbered(1))

    assert rules.counts(rule) == (2, 1)
    table = catalog(cloud).load_table((database, NUMBERS.dataset))
    assert len(table.metadata.snapshots) == 1
    assert table.scan().to_arrow().column("number").to_pylist() == [1]
