"""What a function may use and is held to: /tmp, concurrency, the size of its answer, its tries."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_cloud.aws.functions.environment import supported_runtime
from local_cloud.aws.functions.model import FunctionCode, FunctionConfiguration
from local_cloud.aws.functions.runtime_api import Invocation
from local_cloud.aws.functions.worker import Answer, Worker
from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    LocalCloudSettings,
)
from tests.functional.local_aws.laboratory import REGION, Document, Laboratory, allow, eventually

WRITES = """
import os, tempfile, time
def handler(event, context):
    path = os.path.join(event.get("directory") or tempfile.gettempdir(), "written")
    with open(path, "ab", buffering=0) as file:
        for _ in range(event["mib"]):
            file.write(bytes(1024 * 1024))
    time.sleep(event.get("rest", 0))
    return {"pid": os.getpid(), "size": os.path.getsize(path)}
"""
SLEEPS = """
import time
def handler(event, context):
    time.sleep(event["seconds"])
    return "slept"
"""
FAILS = "def handler(event, context):\n    raise ValueError('no good')\n"


def once(laboratory: Laboratory) -> Any:  # noqa: ANN401 - boto3 is untyped
    """Return a client that does not try again."""
    return boto3.client(
        "lambda",
        endpoint_url=laboratory.settings.aws_endpoint,
        region_name=REGION,
        aws_access_key_id=ROOT_ACCESS_KEY_ID,
        aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def kernel_gives_mounts() -> bool:
    """Whether this machine lets us have mounts of our own."""
    commands = (["unshare", "-m", "true"], ["unshare", "-U", "-m", "true"])
    return any(subprocess.run(each, capture_output=True).returncode == 0 for each in commands)


def test_tmp_is_as_large_as_declared_and_kept_between_calls(laboratory: Laboratory) -> None:
    laboratory.deploy(WRITES, laboratory.function_role(), MemorySize=128)
    first, _ = laboratory.invoke({"mib": 200})
    second, _ = laboratory.invoke({"mib": 300})
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (second["size"], second["pid"]) == (500 << 20, first["pid"])
    third, error = laboratory.invoke({"mib": 20})
    assert error == "Unhandled"
    message = str(third)
    assert "No space left on device" in message or "512 MB that it may" in message


def test_a_larger_tmp_starts_a_new_process(laboratory: Laboratory) -> None:
    laboratory.deploy(WRITES, laboratory.function_role())
    first, _ = laboratory.invoke({"mib": 1})
    laboratory.client("lambda").update_function_configuration(
        FunctionName=laboratory.function, EphemeralStorage={"Size": 600}
    )
    second, error = laboratory.invoke({"mib": 550})
    assert error is None
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["pid"] != second["pid"]


def test_a_literal_tmp_is_the_functions_own_where_the_kernel_gives_mounts(
    laboratory: Laboratory,
) -> None:
    laboratory.deploy(WRITES, laboratory.function_role())
    answer, error = laboratory.invoke({"mib": 1, "directory": "/tmp"})
    assert error is None
    assert isinstance(answer, dict)
    seen = Path("/proc", str(answer["pid"]), "root", "tmp")
    own = seen.stat().st_dev != Path("/tmp").stat().st_dev
    assert own == kernel_gives_mounts()
    assert not (own and Path("/tmp/written").exists())


def work(
    settings: LocalCloudSettings,
    directory: Path,
    event: Document,
    *,
    runtime: Path | None = None,
    own_tmp: bool = False,
) -> Answer:
    """Run one event in a process, by default one that is not given a /tmp of its own."""
    task, scratch = directory / "task", directory / "scratch"
    task.mkdir()
    scratch.mkdir()
    (task / "module.py").write_text(WRITES)
    worker = Worker(
        FunctionConfiguration(
            arn="arn",
            name="writes",
            version="1",
            account_id="0",
            region=REGION,
            handler="module.handler",
            runtime=supported_runtime(),
            role="role",
            timeout=10,
            memory_mb=256,
            storage_mb=8,
            environment=(),
            code_sha256="",
            layers=(),
            log_group="group",
        ),
        FunctionCode(task=task, layers=()),
        runtime=runtime or settings.tool_directory / "lambda_runtime",
        environment={
            "_HANDLER": "module.handler",
            "TMPDIR": str(scratch),
            "AWS_LAMBDA_FUNCTION_NAME": "writes",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_LOG_GROUP_NAME": "group",
            "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        },
        scratch=scratch,
        log_stream="stream",
        own_tmp=own_tmp,
    )
    try:
        return worker.invoke(
            Invocation(
                request_id="id",
                payload=json.dumps(event).encode(),
                function_arn="arn",
                trace_id="trace",
            )
        )
    finally:
        worker.kill()


def test_a_runtime_that_is_linked_below_tmp_is_found(
    settings: LocalCloudSettings, tmp_path: Path
) -> None:
    linked = Path(tempfile.mkdtemp(dir="/tmp")) / "lambda_runtime"
    linked.symlink_to(settings.tool_directory / "lambda_runtime")
    try:
        answer = work(settings, tmp_path, {"mib": 1}, runtime=linked, own_tmp=True)
    finally:
        linked.unlink()
        linked.parent.rmdir()
    assert json.loads(answer.payload)["size"] == 1 << 20


@pytest.mark.parametrize("rest", [0, 30])
def test_without_mounts_a_process_that_writes_too_much_is_ended(
    settings: LocalCloudSettings, tmp_path: Path, rest: int
) -> None:
    answer = work(settings, tmp_path, {"mib": 10, "rest": rest})
    assert not answer.reusable
    assert "its /tmp held more than the 8 MB that it may" in str(answer.note)
    assert answer.duration_ms < 5_000


def test_without_mounts_a_process_that_writes_little_goes_on(
    settings: LocalCloudSettings, tmp_path: Path
) -> None:
    answer = work(settings, tmp_path, {"mib": 8})
    assert answer.error is None


def test_calls_beyond_the_reserved_concurrency_are_throttled(laboratory: Laboratory) -> None:
    laboratory.deploy(SLEEPS, laboratory.function_role())
    laboratory.client("lambda").put_function_concurrency(
        FunctionName=laboratory.function, ReservedConcurrentExecutions=1
    )
    slow = threading.Thread(target=laboratory.invoke, args=[{"seconds": 2}])
    slow.start()
    counts = eventually(
        lambda: [
            each
            for arn, each in laboratory.control("status")["services"]["aws"]["functions"].items()
            if arn.endswith(laboratory.function) and each["busy"]
        ]
    )
    assert counts
    with pytest.raises(ClientError) as throttled:
        once(laboratory).invoke(FunctionName=laboratory.function, Payload=b'{"seconds": 0}')
    slow.join()
    assert throttled.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert throttled.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert laboratory.invoke({"seconds": 0}) == ("slept", None)
    once(laboratory).delete_function_concurrency(FunctionName=laboratory.function)


def test_an_account_keeps_100_of_its_1000_unreserved(laboratory: Laboratory) -> None:
    laboratory.deploy(SLEEPS, laboratory.function_role())
    client, name = once(laboratory), laboratory.function
    with pytest.raises(ClientError, match=r"below its minimum value of \[100\]"):
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=901)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=900)
    # The account is shared with every other test of this folder.
    client.delete_function_concurrency(FunctionName=name)


def test_a_reserved_concurrency_of_0_stops_a_function_and_is_told(laboratory: Laboratory) -> None:
    laboratory.deploy(SLEEPS, laboratory.function_role())
    client = once(laboratory)
    client.put_function_concurrency(
        FunctionName=laboratory.function, ReservedConcurrentExecutions=0
    )
    with pytest.raises(ClientError, match="Rate Exceeded"):
        client.invoke(FunctionName=laboratory.function, Payload=b"{}")
    told = client.get_function(FunctionName=laboratory.function)["Concurrency"]
    assert told == {"ReservedConcurrentExecutions": 0}
    client.delete_function_concurrency(FunctionName=laboratory.function)
    assert laboratory.invoke({"seconds": 0}) == ("slept", None)


def test_an_event_that_fails_goes_to_the_dead_letters_after_its_tries(
    laboratory: Laboratory,
) -> None:
    url = laboratory.queue()
    laboratory.deploy(
        FAILS,
        laboratory.function_role(allow("sqs:SendMessage", laboratory.queue_arn)),
        DeadLetterConfig={"TargetArn": laboratory.queue_arn},
    )
    client = laboratory.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=laboratory.function, MaximumRetryAttempts=0
    )
    client.put_function_event_invoke_config(
        FunctionName=laboratory.function, MaximumRetryAttempts=1
    )
    client.invoke(FunctionName=laboratory.function, InvocationType="Event", Payload=b'{"a": 1}')

    [letter] = eventually(
        lambda: (
            laboratory.client("sqs")
            .receive_message(QueueUrl=url, MessageAttributeNames=["All"])
            .get("Messages", [])
        )
    )
    assert json.loads(letter["Body"]) == {"a": 1}
    assert "no good" in letter["MessageAttributes"]["ErrorMessage"]["StringValue"]
    starts = [line for line in laboratory.log_lines() if line.startswith("START")]
    assert len(starts) == 2


def test_a_stopped_function_tells_its_destination_of_events(laboratory: Laboratory) -> None:
    url = laboratory.queue()
    laboratory.deploy(
        SLEEPS, laboratory.function_role(allow("sqs:SendMessage", laboratory.queue_arn))
    )
    client = laboratory.client("lambda")
    client.put_function_concurrency(
        FunctionName=laboratory.function, ReservedConcurrentExecutions=0
    )
    client.put_function_event_invoke_config(
        FunctionName=laboratory.function,
        DestinationConfig={"OnFailure": {"Destination": laboratory.queue_arn}},
    )
    client.invoke(FunctionName=laboratory.function, InvocationType="Event", Payload=b'{"a": 1}')
    [message] = eventually(lambda: laboratory.messages(url))
    record = json.loads(message)
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestPayload"] == {"a": 1}


def test_an_answer_may_have_6_mib(laboratory: Laboratory) -> None:
    laboratory.deploy(
        "def handler(event, context):\n    return 'x' * (event['size'] - 2)\n",
        laboratory.function_role(),
    )
    answer, error = laboratory.invoke({"size": 6_291_556})
    assert (len(str(answer)), error) == (6_291_554, None)
    answer, error = laboratory.invoke({"size": 6_291_557})
    assert error == "Unhandled"
    assert isinstance(answer, dict)
    assert answer["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_functions_timeout_cannot_outgrow_its_queue(laboratory: Laboratory) -> None:
    url = laboratory.queue(VisibilityTimeout="10")
    laboratory.deploy(SLEEPS, laboratory.function_role(), Timeout=10)
    laboratory.feed()
    client = laboratory.client("lambda")
    with pytest.raises(ClientError, match="10 seconds is less than Function timeout: 11 seconds"):
        client.update_function_configuration(FunctionName=laboratory.function, Timeout=11)
    laboratory.client("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"VisibilityTimeout": "9"}
    )
    [mapping] = client.list_event_source_mappings(FunctionName=laboratory.function)[
        "EventSourceMappings"
    ]
    with pytest.raises(ClientError, match="9 seconds is less than Function timeout: 10 seconds"):
        client.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=5)
