"""Which files a pipe or a COPY takes, and what they remember."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.snowflake.aws import RoleTrust
from local_cloud.snowflake.copy_statement import read_copy
from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.load_history import FileLoad, LoadHistory
from local_cloud.snowflake.pipe_queue import announcements
from local_cloud.snowflake.show import like
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import ExternalStage, StagedFile, matching

TRUST = RoleTrust(role_arn="arn:aws:iam::000000000000:role/r", external_id="x", used_by="i")
TABLE, PIPE = ("D", "RAW", "T"), ("D", "RAW", "P")


def _stage(prefix: str) -> ExternalStage:
    return ExternalStage(name="S", bucket="b", prefix=prefix, trust=TRUST)


@pytest.mark.parametrize(
    ("stage", "path", "wanted"),
    [
        ("", "t/", "t/"),
        ("lake/", "t/", "lake/t/"),
        ("lake", "t/", "lake/t/"),
        ("lake/", "", "lake/"),
        ("lake", "", "lake"),
    ],
)
def test_a_stages_path_is_a_prefix_of_keys(stage: str, path: str, wanted: str) -> None:
    assert _stage(stage).key_prefix(path) == wanted


COPY = (
    "INTO D.RAW.T FROM @D.RAW.S/t/ FILE_FORMAT = (FORMAT_NAME = 'D.RAW.PARQUET') "
    "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE "
    "INCLUDE_METADATA = (_LOADED_AT = METADATA$START_SCAN_TIME)"
)


def test_the_platforms_copy_statement_is_understood() -> None:
    copy = read_copy(SqlReader(COPY), in_pipe=True)
    assert (copy.table, copy.stage, copy.prefix) == (TABLE, ("D", "RAW", "S"), "t/")
    assert copy.file_format == ("D", "RAW", "PARQUET")
    assert copy.metadata == {"_LOADED_AT": "METADATA$START_SCAN_TIME"}
    assert copy.skip_bad_files


def test_by_hand_a_bad_file_stops_the_copy() -> None:
    assert not read_copy(SqlReader(COPY)).skip_bad_files


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("ON_ERROR = CONTINUE", "ON_ERROR"),
        ("VALIDATION_MODE = RETURN_ERRORS", "VALIDATION_MODE"),
        ("SIZE_LIMIT = 10", "SIZE_LIMIT"),
        ("PURGE = TRUE", "PURGE"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(option: str, words: str) -> None:
    with pytest.raises(SnowflakeSqlError, match=words):
        read_copy(SqlReader(f"{COPY} {option}"))


def _load(file: str, *, etag: str = "e", age: timedelta = timedelta(), error: str = "") -> FileLoad:
    return FileLoad(
        table=TABLE,
        file=file,
        stage="S",
        etag=etag,
        rows=1,
        size=1,
        loaded_at=datetime.now(UTC) - age,
        error=error,
        pipe=PIPE,
    )


def test_a_pipe_remembers_a_path_for_fourteen_days_and_no_longer() -> None:
    history = LoadHistory()
    history.record(_load("new", age=timedelta(days=13)), _load("old", age=timedelta(days=15)))
    assert history.pipe_loaded(PIPE, "new")
    assert not history.pipe_loaded(PIPE, "old")


def test_a_failed_file_may_be_tried_again() -> None:
    history = LoadHistory()
    history.record(_load("bad", error="not Parquet"))
    assert not history.pipe_loaded(PIPE, "bad")
    assert [one.error for one in history.of_table(TABLE)] == ["not Parquet"]


def test_a_recreated_pipe_forgets_while_copy_by_hand_remembers() -> None:
    history = LoadHistory()
    history.record(_load("f", etag="1"))
    history.forget_pipe(PIPE)
    assert not history.pipe_loaded(PIPE, "f")
    assert history.copy_loaded(TABLE, "f", "1")


@given(st.text(max_size=5), st.text(max_size=5))
def test_copy_by_hand_loads_again_only_what_has_other_content(first: str, second: str) -> None:
    history = LoadHistory()
    history.record(_load("f", etag=first))
    assert history.copy_loaded(TABLE, "f", second) == (first == second)


def test_a_pattern_matches_the_whole_path() -> None:
    files = [
        StagedFile(bucket="b", key=key, name=key, size=1, etag="e", modified_at=datetime.now(UTC))
        for key in ("t/a.parquet", "t/b.csv")
    ]
    assert [one.key for one in matching(files, ".*[.]parquet")] == ["t/a.parquet"]
    assert matching(files, "parquet") == []


def _event(name: str, key: str) -> Mapping[str, object]:
    return {
        "Records": [
            {
                "eventName": name,
                "eventTime": "2026-11-23T10:00:00.000Z",
                "s3": {"bucket": {"name": "b"}, "object": {"key": key, "size": 3, "eTag": "e"}},
            }
        ]
    }


def test_a_created_object_is_announced_with_its_key_decoded() -> None:
    (one,) = announcements(_event("ObjectCreated:Put", "t/a+b%3D1.parquet"), "receipt")
    assert (one.bucket, one.key, one.size) == ("b", "t/a b=1.parquet", 3)


@pytest.mark.parametrize(
    "body", [{"Event": "s3:TestEvent"}, _event("ObjectRemoved:Delete", "t/a")], ids=["test", "gone"]
)
def test_nothing_else_is_announced(body: Mapping[str, object]) -> None:
    assert list(announcements(body, "receipt")) == []


@pytest.mark.parametrize(
    ("pattern", "name", "wanted"),
    [("%", "X", True), ("a_c", "ABC", True), (r"a\_c", "ABC", False), (r"a\_c", "A_C", True)],
)
def test_show_patterns(pattern: str, name: str, wanted: bool) -> None:
    assert like(pattern, name) is wanted
