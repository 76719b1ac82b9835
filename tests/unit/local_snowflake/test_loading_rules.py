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
from local_cloud.snowflake.load_history import (
    FileLoad,
    FirstError,
    LoadHistory,
    LoadStatus,
    PipeId,
)
from local_cloud.snowflake.on_error import ABORT_STATEMENT, SKIP_FILE, Verdict
from local_cloud.snowflake.pipe_queue import announcements
from local_cloud.snowflake.pipe_state import PipeState
from local_cloud.snowflake.show import like
from local_cloud.snowflake.sql_reader import SqlReader
from local_cloud.snowflake.stages import ExternalStage, StagedFile, matching, matching_below

TRUST = RoleTrust(role_arn="arn:aws:iam::000000000000:role/r", external_id="x", used_by="i")
TABLE = ("D", "RAW", "T")
PIPE = PipeId(path=("D", "RAW", "P"), created_on=datetime(2025, 1, 1, tzinfo=UTC))


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
    assert copy.on_error == SKIP_FILE


def test_by_hand_a_bad_file_stops_the_copy() -> None:
    assert read_copy(SqlReader(COPY)).on_error == ABORT_STATEMENT


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("VALIDATION_MODE = RETURN_ERRORS", "VALIDATION_MODE"),
        ("TRUNCATECOLUMNS = TRUE", "TRUNCATECOLUMNS"),
        ("NONSENSE = 1", "invalid property 'NONSENSE'"),
        ("ON_ERROR = SKIP_ROW", "ON_ERROR"),
        ("ON_ERROR = SKIP_FILE_0", "ON_ERROR"),
        ("ON_ERROR = 'SKIP_FILE_101%'", "ON_ERROR"),
        ("SIZE_LIMIT = 0", "SIZE_LIMIT"),
        ("PURGE = MAYBE", "PURGE"),
        ("PATTERN = '('", "PATTERN"),
        ("FORCE = TRUE LOAD_UNCERTAIN_FILES = TRUE", "LOAD_UNCERTAIN_FILES"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(option: str, words: str) -> None:
    with pytest.raises(SnowflakeSqlError, match=words):
        read_copy(SqlReader(f"{COPY} {option}"))


# Source: CREATE PIPE, usage notes on copy options.
@pytest.mark.parametrize(
    "option",
    [
        "FILES = ('a')",
        "FORCE = FALSE",
        "ON_ERROR = ABORT_STATEMENT",
        "PURGE = FALSE",
        "RETURN_FAILED_ONLY = TRUE",
        "SIZE_LIMIT = 5",
        "VALIDATION_MODE = RETURN_ERRORS",
    ],
)
def test_a_pipe_takes_no_option_that_only_a_statement_has(option: str) -> None:
    with pytest.raises(SnowflakeSqlError, match=option.split()[0]):
        read_copy(SqlReader(f"{COPY} {option}"), in_pipe=True)


# Source: COPY INTO table, copy option ON_ERROR: SKIP_FILE_<n> skips from n errors on ("equal to or
# exceeds"), a percentage only above it ("exceeds").
@pytest.mark.parametrize(
    ("choice", "errors", "wanted", "limit"),
    [
        ("CONTINUE", 0, Verdict.WHOLE, 10),
        ("CONTINUE", 10, Verdict.SOUND_ROWS, 10),
        ("SKIP_FILE", 1, Verdict.SKIPPED, 1),
        ("SKIP_FILE_3", 2, Verdict.SOUND_ROWS, 3),
        ("SKIP_FILE_3", 3, Verdict.SKIPPED, 3),
        ("SKIP_FILE_30%", 3, Verdict.SOUND_ROWS, 3),
        ("SKIP_FILE_30%", 4, Verdict.SKIPPED, 3),
        ("ABORT_STATEMENT", 0, Verdict.WHOLE, 1),
        ("ABORT_STATEMENT", 1, Verdict.ABORTED, 1),
    ],
)
def test_on_error_judges_a_file_of_ten_rows(
    choice: str, errors: int, wanted: Verdict, limit: int
) -> None:
    on_error = read_copy(SqlReader(f"{COPY} ON_ERROR = '{choice}'")).on_error
    assert on_error.verdict(parsed=10, errors=errors) is wanted
    assert on_error.limit(10) == limit


NOW = datetime(2026, 1, 1, tzinfo=UTC)
BAD = FirstError(message="not Parquet")


def _load(
    file: str,
    *,
    etag: str = "e",
    days_ago: float = 0,
    error: FirstError | None = None,
    rows: int = 1,
    pipe: PipeId | None = PIPE,
) -> FileLoad:
    return FileLoad(
        table=TABLE,
        file=file,
        stage="S",
        etag=etag,
        rows=0 if error else rows,
        parsed=1,
        size=1,
        loaded_at=NOW - timedelta(days=days_ago),
        first_error=error,
        pipe=pipe,
    )


@pytest.fixture
def history() -> LoadHistory:
    return LoadHistory(now=lambda: NOW)


def test_a_pipe_remembers_a_path_for_fourteen_days_and_no_longer(history: LoadHistory) -> None:
    history.record(_load("new", days_ago=13.9), _load("old", days_ago=14.1))
    assert history.pipe_knows(PIPE, "new")
    assert not history.pipe_knows(PIPE, "old")


# Source: data-load-snowpipe-ts, "Load missed files": failed files stay in the pipe's metadata.
def test_a_pipe_does_not_try_a_failed_file_again_but_copy_by_hand_does(
    history: LoadHistory,
) -> None:
    history.record(_load("bad", error=BAD), _load("bad", error=BAD, pipe=None))
    assert history.pipe_knows(PIPE, "bad")
    assert not _skips(history, "bad")
    assert [one.status for one in history.of_table(TABLE)] == [LoadStatus.LOAD_FAILED] * 2


def test_another_pipe_of_the_same_name_remembers_nothing(history: LoadHistory) -> None:
    history.record(_load("f"))
    later = PipeId(path=PIPE.path, created_on=PIPE.created_on + timedelta(microseconds=1))
    assert not history.pipe_knows(later, "f")


def test_a_pipe_that_is_gone_takes_its_loads_with_it(history: LoadHistory) -> None:
    history.record(_load("f"), _load("g", pipe=None))
    history.forget_pipe(PIPE)
    assert not history.pipe_knows(PIPE, "f")
    assert [one.file for one in history.of_table(TABLE)] == ["g"]


# Source: data-load-snowpipe-intro, "Load history": pipe and table remember apart, so a file that
# both load is there twice.
def test_pipe_and_copy_by_hand_know_nothing_of_each_other(history: LoadHistory) -> None:
    history.record(_load("by pipe"), _load("by hand", pipe=None))
    assert not _skips(history, "by pipe")
    assert not history.pipe_knows(PIPE, "by hand")


def _skips(
    history: LoadHistory,
    file: str,
    *,
    etag: str = "e",
    modified_days_ago: float = 0,
    load_uncertain: bool = False,
) -> bool:
    modified_at = NOW - timedelta(days=modified_days_ago)
    return history.copy_skips(TABLE, file, etag, modified_at, load_uncertain=load_uncertain)


@given(st.text(max_size=5), st.text(max_size=5))
def test_copy_by_hand_loads_again_only_what_has_other_content(first: str, second: str) -> None:
    history = LoadHistory(now=lambda: NOW)
    history.record(_load("f", etag=first, pipe=None))
    assert _skips(history, "f", etag=second) == (first == second)


# Source: data-load-considerations-load, "Load metadata": the status is unknown when the file was
# modified, the table first loaded and the file loaded more than 64 days ago.
@pytest.mark.parametrize(
    ("first_load", "modified", "loaded", "skipped"),
    [
        (70, 65, 65, True),
        (70, 65, None, True),
        (70, 63, 65, False),
        (63, 65, None, False),
        (70, 65, 63, True),
    ],
)
def test_copy_by_hand_leaves_what_it_cannot_know_unless_told(
    history: LoadHistory, first_load: float, modified: float, loaded: float | None, skipped: bool
) -> None:
    history.record(_load("first", days_ago=first_load, pipe=None))
    if loaded is not None:
        history.record(_load("f", days_ago=loaded, pipe=None))
    known = loaded is not None and loaded < 64
    assert _skips(history, "f", modified_days_ago=modified) == skipped
    assert _skips(history, "f", modified_days_ago=modified, load_uncertain=True) == known


def test_a_truncated_table_can_be_loaded_again_and_shows_nothing(history: LoadHistory) -> None:
    history.record(_load("f", pipe=None))
    history.forget_table(TABLE)
    assert not _skips(history, "f")
    assert history.of_table(TABLE) == []


def test_copy_history_reaches_fourteen_days_back(history: LoadHistory) -> None:
    history.record(_load("new", days_ago=13.9), _load("old", days_ago=14.1))
    assert [one.file for one in history.of_table(TABLE)] == ["new"]


def _staged(key: str, prefix: str = "") -> StagedFile:
    return StagedFile(
        bucket="b", key=key, name=key.removeprefix(prefix), size=1, etag="e", modified_at=NOW
    )


# Source: COPY INTO table, PATTERN: COPY by hand applies it to the entire location, Snowpipe to
# what follows the location of its FROM clause.
@pytest.mark.parametrize(
    ("pattern", "by_hand", "in_pipe"),
    [
        (".*[.]parquet", True, True),
        ("parquet", False, False),
        ("a[.]parquet", False, True),
        ("lake/t/a[.]parquet", False, False),
        ("s3://b/lake/t/a[.]parquet", True, False),
    ],
)
def test_a_pattern_matches_the_whole_path(pattern: str, by_hand: bool, in_pipe: bool) -> None:
    files = [_staged("lake/t/a.parquet", "lake/")]
    assert bool(matching(files, pattern)) is by_hand
    assert bool(matching_below(files, pattern, "lake/t/")) is in_pipe


def _pipe_state() -> PipeState:
    return PipeState(id=PIPE)


def test_a_paused_pipe_keeps_events_for_fourteen_days() -> None:
    state = _pipe_state()
    state.pause(NOW - timedelta(days=14.5))
    state.offer(_staged("old"), NOW - timedelta(days=14.1))
    state.offer(_staged("new"), NOW - timedelta(days=13.9))
    assert state.stale(NOW)
    state.resume(NOW)
    assert [one.name for one in state.take()] == ["new"]


def test_a_file_that_waits_or_is_being_loaded_is_not_queued_twice() -> None:
    state = _pipe_state()
    state.offer(_staged("f"), NOW)
    state.offer(_staged("f"), NOW)
    (file,) = state.take()
    state.offer(_staged("f"), NOW)
    assert state.take() == []
    state.done([file])
    state.offer(_staged("f"), NOW)
    assert state.take() == [file]


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
