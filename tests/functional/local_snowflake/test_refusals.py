"""Whatever is sent gets one of Snowflake's errors, at once: no HTTP 500, no fault of our own."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snowflake.connector.errors import DatabaseError, ProgrammingError

from local_cloud.settings import SNOWFLAKE_ADMIN, SNOWFLAKE_ADMIN_PASSWORD
from tests.functional.local_snowflake.account import User
from tests.functional.local_snowflake.alone import AccountAlone
from tests.functional.local_snowflake.statements import STATEMENTS, mutated
from tests.functional.local_snowflake.wire import Wire

PROOF = {"LOGIN_NAME": SNOWFLAKE_ADMIN, "PASSWORD": SNOWFLAKE_ADMIN_PASSWORD}
AT_MOST_SECONDS = 10.0
INTERNAL = "000603"
QUERY = "/queries/v1/query-request"
UNKNOWN_SESSION = "390104"


class Target:
    """A service of these tests' own: what is sent to it may break whatever it wants to."""

    def __init__(self, alone: AccountAlone, user: User) -> None:
        self.settings = alone.settings
        self.user = user
        self.wire = Wire(alone.settings)
        self.begin()
        for statement in (
            "CREATE DATABASE D",
            "CREATE SCHEMA D.RAW",
            "CREATE TABLE D.RAW.T (ID INT)",
            "CREATE VIEW D.RAW.V AS SELECT 1 AS ID",
        ):
            assert self.wire.query({"sqlText": statement})["success"]

    def begin(self) -> None:
        """Log in anew."""
        assert self.wire.log_in(PROOF, {"warehouse": "COMPUTE_WH"})["success"]

    def judge(self, statement: str) -> None:
        """Run a statement: it succeeds or is refused with an error of Snowflake's, soon."""
        started = time.monotonic()
        answer = self.wire.query({"sqlText": statement})
        assert time.monotonic() - started < AT_MOST_SECONDS, statement
        assert answer["success"] or answer["code"] != INTERNAL, (statement, answer["message"])
        if answer.get("code") == UNKNOWN_SESSION:
            self.begin()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The service that anything may happen to."""
    alone = AccountAlone(tmp_path_factory.mktemp("refusals"))
    with alone as user:
        yield Target(alone, user)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A service that only sees what its tests say."""
    alone = AccountAlone(tmp_path_factory.mktemp("calm"))
    with alone as user:
        yield Target(alone, user)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_each_kind_of_statement_is_run_or_refused(target: Target, statement: str) -> None:
    target.judge(statement)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(statement=mutated())
def test_a_mutated_statement_is_run_or_refused(target: Target, statement: str) -> None:
    target.judge(statement)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(statement=st.text(max_size=40))
def test_any_text_is_run_or_refused(target: Target, statement: str) -> None:
    target.judge(statement)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("SELEC 1", 1003),
        ("SELECT (1", 1003),
        ("SHOW", 2),
        ("CREATE STREAM S ON TABLE T", 2),
        ("EXECUTE IMMEDIATE 'SELECT 1'", 2),
        ("CALL P(1)", 2),
        (
            "MERGE INTO D.RAW.T t USING D.RAW.V v ON t.ID = v.ID WHEN NOT MATCHED THEN INSERT",
            2,
        ),
        ("SELECT * FROM D.RAW.NONE_SUCH", 2003),
        ("DROP TABLE D.RAW.NONE_SUCH", 2003),
        ("SELECT NONE_SUCH FROM D.RAW.T", 904),
        ("SELECT 'x'::INT", 100038),
        ("SELECT " + "(" * 3000 + "1" + ")" * 3000, 2),
    ],
)
def test_what_is_not_understood_is_refused_in_snowflakes_class(
    calm: Target, statement: str, number: int
) -> None:
    with pytest.raises(ProgrammingError) as caught:
        calm.user.rows(statement)
    assert caught.value.errno == number


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
fields = st.sampled_from(["sqlText", "bindings", "describeOnly", "asyncExec", "parameters"])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(document=st.dictionaries(fields, json_values) | json_values)
def test_an_odd_request_is_refused(target: Target, document: object) -> None:
    answer = target.wire.ask(QUERY, json.dumps(document).encode())
    assert answer["success"] or answer["code"] != INTERNAL, answer["message"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", {}),
        (b"\xff\xfe", {}),
        (b"[]", {}),
        (b"no gzip", {"Content-Encoding": "gzip"}),
        (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}),
        (b"[" * 100_000, {}),
    ],
    ids=["half a document", "no text", "a list", "not packed", "cut off", "nested"],
)
@pytest.mark.parametrize("path", [QUERY, "/session/v1/login-request", "/queries/v1/abort-request"])
def test_a_body_that_is_no_document_is_refused(
    target: Target, path: str, body: bytes, headers: Mapping[str, str]
) -> None:
    answer = target.wire.ask(path, body, headers)
    assert (answer["success"], answer["code"] == INTERNAL) == (False, False)


@pytest.mark.parametrize(
    "path", [QUERY, "/session", "/session/heartbeat", "/queries/v1/abort-request"]
)
@pytest.mark.parametrize("token", ["", "Basic x", 'Snowflake Token="none"', "Snowflake Token"])
def test_an_unknown_session_has_to_log_in(target: Target, path: str, token: str) -> None:
    answer = target.wire.ask(path, b'{"sqlText": "SELECT 1"}', {"Authorization": token})
    assert (answer["success"], answer["code"]) == (False, UNKNOWN_SESSION)


def test_an_unknown_page_is_unsupported(target: Target) -> None:
    assert target.wire.ask("/queries/x/result", b"")["code"] == "000002"


@pytest.mark.parametrize(
    ("bindings", "code"),
    [
        ({"2": {"type": "FIXED", "value": "1"}}, "002049"),
        ({"1": {}}, "002049"),
        ({"1": None}, "002049"),
        ({"1": {"type": "FIXED", "value": "x"}}, "100038"),
        ({"1": {"type": "GEOGRAPHY", "value": "x"}}, "000002"),
        ({"1": {"type": "FIXED", "value": ["1"]}, "2": {"type": "FIXED", "value": "1"}}, "391917"),
        ([], "391917"),
    ],
)
def test_bindings_that_are_missing_or_wrong_are_refused(
    calm: Target,
    bindings: object,
    code: str,
) -> None:
    answer = calm.wire.query({"sqlText": "SELECT ?", "bindings": bindings or [1]})
    assert (answer["success"], answer["code"]) == (False, code)


@pytest.mark.parametrize(
    ("binding", "column", "shown"),
    [
        ({"type": "ANY", "value": None}, "VARCHAR", None),
        ({"type": "FIXED", "value": None}, "INT", None),
        ({"type": "FIXED", "value": "7"}, "NUMBER(9,0)", 7),
        ({"type": "FIXED", "value": "1.5"}, "NUMBER(9,1)", 1.5),
        ({"type": "TEXT", "value": "it's"}, "VARCHAR", "it's"),
    ],
)
def test_bindings_of_all_values_are_taken(
    calm: Target, binding: dict[str, Any], column: str, shown: object
) -> None:
    calm.judge(f"CREATE OR REPLACE TABLE D.RAW.BOUND (V {column})")
    statement = {"sqlText": "INSERT INTO D.RAW.BOUND VALUES (?)", "bindings": {"1": binding}}
    assert calm.wire.query(statement)["success"]
    assert calm.user.value("SELECT V FROM D.RAW.BOUND") == shown


def test_a_statement_without_its_bindings_is_refused(calm: Target) -> None:
    answer = calm.wire.query({"sqlText": "SELECT ?, ?", "bindings": {}})
    assert answer["success"] is False
    assert answer["code"] != INTERNAL


def test_describing_runs_nothing(calm: Target) -> None:
    calm.judge("CREATE OR REPLACE TABLE D.RAW.DESCRIBED (ID INT)")
    described = {"describeOnly": True}
    insert = {"sqlText": "INSERT INTO D.RAW.DESCRIBED VALUES (1)", **described}
    assert calm.wire.query(insert)["code"] == "000002"
    answer = calm.wire.query({"sqlText": "SELECT ID, 'x' AS B FROM D.RAW.DESCRIBED", **described})
    assert [column["name"] for column in answer["data"]["rowtype"]] == ["ID", "B"]
    assert calm.user.value("SELECT COUNT(*) FROM D.RAW.DESCRIBED") == 0


def test_a_cancelled_query_ends_as_cancelled(calm: Target) -> None:
    calm.judge(
        "CREATE OR REPLACE TABLE D.RAW.MANY AS SELECT SEQ4() AS ID "
        "FROM TABLE(GENERATOR(ROWCOUNT => 20000))"
    )
    long = "SELECT COUNT(*) FROM D.RAW.MANY A, D.RAW.MANY B, D.RAW.MANY C WHERE A.ID*B.ID<>C.ID"
    wire = Wire(calm.settings)
    wire.log_in(PROOF, {"warehouse": "COMPUTE_WH"})
    answers: list[dict[str, Any]] = []

    def run() -> None:
        body = json.dumps({"sqlText": long}).encode()
        answers.append(wire.ask(f"{QUERY}?requestId=the-long-one", body))

    running = threading.Thread(target=run)
    running.start()
    pause = threading.Event()
    for _ in range(100):
        pause.wait(0.1)
        wire.ask("/queries/v1/abort-request", b'{"requestId": "the-long-one"}')
        if not running.is_alive():
            break
    running.join(20)
    assert [answer["code"] for answer in answers] == ["000604"]
    assert wire.query({"sqlText": "SELECT 1"})["success"]


def test_the_driver_does_not_retry_a_refusal(calm: Target) -> None:
    started = time.monotonic()
    for statement in ("SELEC 1", "EXECUTE IMMEDIATE 'X'", "SELECT * FROM D.RAW.NONE_SUCH"):
        with pytest.raises(DatabaseError):
            calm.user.rows(statement)
    assert time.monotonic() - started < AT_MOST_SECONDS
