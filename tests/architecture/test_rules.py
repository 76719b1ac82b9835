"""Each rule, broken once and kept once: a rule that cannot fail holds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

import pytest

from tests.architecture import imports, names
from tests.architecture.source import SourceFile

Rule = Callable[[Iterable[SourceFile]], Iterator[str]]


class Case(NamedTuple):
    """A file that breaks a rule, or keeps it."""

    label: str
    rule: Rule
    path: str
    text: str


def hiding(files: Iterable[SourceFile]) -> Iterator[str]:
    return names.names_of_packages(files, {"snowflake"})


BROKEN = (
    Case("tarn is imported, not importing", imports.import_directions, "tarn/x.py", "import infra"),
    Case("also later", imports.import_directions, "tarn/x.py", "def f():\n    import infra"),
    Case("function and job", imports.import_directions, "lambdas/x.py", "import glue_jobs.curate"),
    Case("job and program", imports.import_directions, "glue_jobs/x.py", "from infra import iam"),
    Case("program and cloud", imports.import_directions, "infra/x.py", "import local_cloud"),
    Case("cloud and function", imports.import_directions, "local_cloud/x.py", "import lambdas"),
    Case("cloud and way in", imports.import_directions, "local_cloud/x.py", "import cli.main"),
    Case("product and test", imports.import_directions, "cli/x.py", "from tests import rooms"),
    Case("a room without a rule", imports.import_directions, "extras/x.py", ""),
    Case(
        "a function's adapters in a way in",
        imports.ways_in_use_cores_only,
        "cli/x.py",
        "def f():\n    from lambdas.ingest.adapters import S3ObjectStore",
    ),
    Case("tarn with boto3", imports.light_tarn, "tarn/x.py", "import boto3"),
    Case("tarn with pyarrow", imports.light_tarn, "tarn/contract/x.py", "import pyarrow as pa"),
    Case(
        "compilation from tarn",
        imports.light_tarn,
        "tarn/contract/x.py",
        "def f():\n    from tarn.contract.compilation import compile_contracts",
    ),
    Case("core with boto3", imports.pure_cores, "lambdas/ingest/core.py", "import boto3"),
    Case("job's core", imports.pure_cores, "glue_jobs/a/transform.py", "import botocore"),
    Case(
        "framework in core",
        imports.pure_cores,
        "lambdas/ingest/core.py",
        "from aws_lambda_powertools import Logger",
    ),
    Case(
        "awsglue in a transform",
        imports.awsglue_in_entries_only,
        "glue_jobs/curate/transform.py",
        "from awsglue.utils import getResolvedOptions",
    ),
    Case("set-up with a library", imports.tools_need_nothing, "tools/setup/x.py", "import rich"),
    Case("utils", names.shapeless_names, "infra/utils.py", ""),
    Case("helpers, as a package", names.shapeless_names, "cli/s3_helpers/__init__.py", ""),
    Case("manager", names.shapeless_names, "local_cloud/queue_manager.py", ""),
    Case("a package's name", hiding, "infra/snowflake.py", ""),
    Case("a standard module's name", hiding, "infra/secrets.py", ""),
    Case("a long file", names.long_files, "cli/x.py", "x = 1\n" * 401),
    Case("a long function", names.long_files, "cli/x.py", "def f():\n" + "    x = 1\n" * 60),
    Case("address", names.known_targets, "infra/x.py", "HOST = '127.0.0.1'"),
    Case("endpoint", names.known_targets, "lambdas/x.py", "boto3.client('s3', endpoint_url=url)"),
    Case("endpoints", names.known_targets, "infra/x.py", "aws.Provider('p', endpoints=[e])"),
    Case("branch", names.known_targets, "infra/x.py", "if settings.is_local: pass"),
    Case("branch in SQL", names.known_targets, "warehouse/x.sql", "-- on the local cloud"),
    Case("a home", names.machine_words, "README.md", "run /home/" + "ann/tarn/bin"),
    Case("a registry", names.machine_words, "Makefile", "--index-url https://pypi" + ".org/simple"),
    Case("an answer in a report", names.known_answers, "cli/x.py", "EXPECTED = 336" + "_776"),
    Case("an answer in SQL", names.known_answers, "warehouse/x.sql", "-- F9: 20." + "2155"),
)

KEPT = (
    Case("tarn for all", imports.import_directions, "infra/x.py", "from tarn import zones"),
    Case("the way in", imports.import_directions, "cli/x.py", "import local_cloud.process"),
    Case(
        "a core in a way in",
        imports.ways_in_use_cores_only,
        "cli/x.py",
        "from lambdas.ingest.core import judge_file",
    ),
    Case("pyarrow later", imports.light_tarn, "tarn/x.py", "def f():\n    import pyarrow"),
    Case(
        "pyarrow for types",
        imports.light_tarn,
        "tarn/x.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pyarrow",
    ),
    Case("compilation", imports.light_tarn, "tarn/contract/compilation/x.py", "import yaml"),
    Case("adapters", imports.pure_cores, "lambdas/ingest/adapters.py", "import boto3"),
    Case("entry", imports.awsglue_in_entries_only, "glue_jobs/curate/main.py", "import awsglue"),
    Case("deeper down", hiding, "infra/iam/snowflake.py", ""),
    Case("a docstring", names.known_targets, "infra/x.py", '"""For the local cloud too."""'),
    Case("an e-mail's", names.known_targets, "infra/x.py", "Subscription(endpoint=address)"),
    Case("an address of ours", names.machine_words, "docs/x.md", "s3://lake/home/ and ./work/x"),
    Case("tests may know", names.known_answers, "tests/x.py", "EXPECTED = 336" + "_776"),
)


def file_of(case: Case) -> SourceFile:
    return SourceFile(PurePosixPath(case.path), case.text)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.rule.__name__}: {case.label}")
def test_a_broken_rule_is_seen_and_names_the_file(case: Case) -> None:
    complaints = list(case.rule([file_of(case)]))
    assert len(complaints) == 1
    assert complaints[0].startswith(case.path)


@pytest.mark.parametrize("case", KEPT, ids=lambda case: f"{case.rule.__name__}: {case.label}")
def test_a_rule_that_is_kept_is_silent(case: Case) -> None:
    assert list(case.rule([file_of(case)])) == []


def test_a_core_is_as_pure_as_what_it_imports() -> None:
    files = [
        SourceFile(PurePosixPath("lambdas/a/core.py"), "from lambdas.a.rows import split"),
        SourceFile(PurePosixPath("lambdas/a/rows.py"), "import lambdas.a.core, lambdas.a.store"),
        SourceFile(PurePosixPath("lambdas/a/store.py"), "x = 1\nimport boto3"),
    ]
    assert list(imports.pure_cores(files)) == [
        "lambdas/a/core.py: reaches boto3 in lambdas/a/store.py:2"
    ]


@pytest.mark.parametrize(
    "call", ["aws.s3.BucketNotification('n', bucket=b)", "BucketNotification('n', bucket=b)"]
)
def test_an_owner_of_notifications_is_found(call: str) -> None:
    files = [
        SourceFile(PurePosixPath("infra/a.py"), call),
        SourceFile(PurePosixPath("infra/b.py"), "aws.s3.Bucket('b')"),
    ]
    assert names.notification_owners(files) == ["infra/a.py"]
