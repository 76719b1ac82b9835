"""From an object in S3 through a queue to a function, and back, under the function's role."""

from __future__ import annotations

import json
import os

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_aws.laboratory import (
    Document,
    Laboratory,
    allow,
    archive,
    eventually,
    policy,
)

COUNTS_ITS_CALLS = """
import os
calls = 0
def handler(event, context):
    global calls
    calls += 1
    return {"pid": os.getpid(), "calls": calls}
"""

FAILS_BAD_RECORDS = """
def handler(event, context):
    bad = [each["messageId"] for each in event["Records"] if "bad" in each["body"]]
    print("saw", sorted(each["body"] for each in event["Records"]))
    return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
"""

GLUE_TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "glue.amazonaws.com"},
    "Action": "sts:AssumeRole",
}

RAISES = """
def handler(event, context):
    raise ValueError("this record is poison")
"""


def notify(laboratory: Laboratory, prefix: str = "") -> None:
    """Make the bucket announce its objects to the queue."""
    s3 = laboratory.client("s3")
    s3.create_bucket(Bucket=laboratory.bucket)
    rules = [{"Name": "prefix", "Value": prefix}] if prefix else []
    queue: Document = {"QueueArn": laboratory.queue_arn, "Events": ["s3:ObjectCreated:*"]}
    if rules:
        queue["Filter"] = {"Key": {"FilterRules": rules}}
    s3.put_bucket_notification_configuration(
        Bucket=laboratory.bucket, NotificationConfiguration={"QueueConfigurations": [queue]}
    )


def test_an_object_reaches_the_function_with_its_key_encoded(laboratory: Laboratory) -> None:
    laboratory.queue()
    laboratory.deploy(
        "def handler(event, context):\n    print('body', event['Records'][0]['body'])\n",
        laboratory.function_role(),
    )
    notify(laboratory)
    laboratory.feed()
    laboratory.client("s3").put_object(Bucket=laboratory.bucket, Key="flights/a b+ü.csv", Body=b"x")

    lines = eventually(
        lambda: [line for line in laboratory.log_lines() if "ObjectCreated:Put" in line]
    )

    record = json.loads(lines[0].removeprefix("body "))["Records"][0]
    assert record["s3"]["object"]["key"] == "flights/a+b%2B%C3%BC.csv"
    assert record["s3"]["object"]["size"] == 1
    assert len(record["s3"]["object"]["sequencer"]) == 18


def test_a_destination_is_told_that_it_was_configured(laboratory: Laboratory) -> None:
    url = laboratory.queue()
    notify(laboratory)
    [message] = eventually(lambda: laboratory.messages(url))
    assert json.loads(message)["Event"] == "s3:TestEvent"


def test_without_the_queue_policy_s3_delivers_nothing(laboratory: Laboratory) -> None:
    url = laboratory.queue(Policy="")
    notify(laboratory)
    laboratory.client("s3").put_object(Bucket=laboratory.bucket, Key="a/b", Body=b"x")
    refused = eventually(
        lambda: [
            entry
            for entry in laboratory.control("events?last=200")
            if entry["facts"].get("to") == laboratory.queue_arn
        ]
    )
    assert "no queue policy allows the sqs:SendMessage action" in refused[0]["message"]
    assert laboratory.messages(url) == []


def test_only_the_failed_records_of_a_batch_come_back(laboratory: Laboratory) -> None:
    dead_name = f"dead-{laboratory.suffix}"
    sqs = laboratory.client("sqs")
    dead = sqs.create_queue(QueueName=dead_name)["QueueUrl"]
    redrive = {
        "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:000000000000:{dead_name}",
        "maxReceiveCount": 2,
    }
    url = laboratory.queue(VisibilityTimeout="2", RedrivePolicy=json.dumps(redrive))
    laboratory.deploy(FAILS_BAD_RECORDS, laboratory.function_role(), Timeout=2)
    sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": name, "MessageBody": name} for name in ("good-1", "bad", "good-2")],
    )
    laboratory.feed(BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"])

    poisoned = eventually(lambda: laboratory.messages(dead))

    assert poisoned == ["bad"]
    saw = [line for line in laboratory.log_lines() if line.startswith("saw")]
    assert saw == ["saw ['bad', 'good-1', 'good-2']", "saw ['bad']"]


def test_a_function_that_raises_loses_nothing(laboratory: Laboratory) -> None:
    dead_name = f"dead-{laboratory.suffix}"
    dead = laboratory.client("sqs").create_queue(QueueName=dead_name)["QueueUrl"]
    redrive = {
        "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:000000000000:{dead_name}",
        "maxReceiveCount": 1,
    }
    url = laboratory.queue(VisibilityTimeout="2", RedrivePolicy=json.dumps(redrive))
    laboratory.deploy(RAISES, laboratory.function_role(), Timeout=2)
    laboratory.feed()
    laboratory.client("sqs").send_message(QueueUrl=url, MessageBody="poison")
    assert eventually(lambda: laboratory.messages(dead)) == ["poison"]


def test_a_role_that_may_not_receive_is_not_fed(laboratory: Laboratory) -> None:
    url = laboratory.queue()
    laboratory.deploy(COUNTS_ITS_CALLS, laboratory.function_role())
    laboratory.feed()
    laboratory.client("iam").delete_role_policy(
        RoleName=f"role-{laboratory.suffix}", PolicyName="policy"
    )
    laboratory.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    refused = eventually(
        lambda: [
            entry
            for entry in laboratory.control("events?last=200")
            if entry["facts"].get("queue") == laboratory.queue_name
        ]
    )
    assert "is not authorized to perform: sqs:ReceiveMessage" in refused[0]["message"]


def test_a_mapping_needs_a_role_that_may_receive(laboratory: Laboratory) -> None:
    laboratory.queue()
    laboratory.deploy(COUNTS_ITS_CALLS, laboratory.role(allow("logs:*", "*")))
    with pytest.raises(ClientError, match="does not have permissions to call ReceiveMessage"):
        laboratory.feed()


def test_a_mapping_needs_a_queue_that_hides_long_enough(laboratory: Laboratory) -> None:
    laboratory.queue(VisibilityTimeout="5")
    laboratory.deploy(COUNTS_ITS_CALLS, laboratory.function_role(), Timeout=10)
    with pytest.raises(ClientError, match="5 seconds is less than Function timeout: 10"):
        laboratory.feed()


def test_calls_share_a_warm_process(laboratory: Laboratory) -> None:
    laboratory.deploy(COUNTS_ITS_CALLS, laboratory.function_role())
    first, _ = laboratory.invoke()
    second, _ = laboratory.invoke()
    assert isinstance(first, dict)
    assert second == {"pid": first["pid"], "calls": 2}


def test_a_changed_function_runs_its_new_code(laboratory: Laboratory) -> None:
    laboratory.deploy(COUNTS_ITS_CALLS, laboratory.function_role())
    laboratory.invoke()
    laboratory.client("lambda").update_function_code(
        FunctionName=laboratory.function,
        ZipFile=archive({"module.py": "def handler(event, context):\n    return 'new'\n"}),
    )
    assert laboratory.invoke() == ("new", None)


@pytest.mark.parametrize("module", ["moto", "boto3", "local_cloud", "tarn"])
def test_a_dependency_left_out_of_the_archive_is_missing(
    laboratory: Laboratory, module: str
) -> None:
    source = f"import {module}\ndef handler(event, context):\n    return 1\n"
    laboratory.deploy(source, laboratory.function_role())
    answer, error = laboratory.invoke()
    assert error == "Unhandled"
    assert isinstance(answer, dict)
    assert answer["errorType"] == "Runtime.ImportModuleError"
    assert f"No module named '{module}'" in answer["errorMessage"]


def test_a_layer_is_on_the_path(laboratory: Laboratory) -> None:
    layer = laboratory.client("lambda").publish_layer_version(
        LayerName=f"layer-{laboratory.suffix}",
        Content={"ZipFile": archive({"python/shared.py": "answer = 42\n"})},
    )
    laboratory.deploy(
        "import shared\ndef handler(event, context):\n    return shared.answer\n",
        laboratory.function_role(),
        Layers=[layer["LayerVersionArn"]],
    )
    assert laboratory.invoke() == (42, None)


def test_a_timeout_ends_the_process_and_the_next_call_gets_a_fresh_one(
    laboratory: Laboratory,
) -> None:
    source = (
        "import os, time\n"
        "def handler(event, context):\n"
        "    if event.get('slow'):\n        time.sleep(60)\n"
        "    return os.getpid()\n"
    )
    laboratory.deploy(source, laboratory.function_role(), Timeout=1)
    before, _ = laboratory.invoke()
    answer, error = laboratory.invoke({"slow": True})
    after, _ = laboratory.invoke()
    assert error == "Unhandled"
    assert isinstance(answer, dict)
    assert "Task timed out after 1.00 seconds" in answer["errorMessage"]
    assert isinstance(before, int)
    assert before != after
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_more_memory_than_configured_ends_the_process(laboratory: Laboratory) -> None:
    source = "def handler(event, context):\n    return len(bytearray(200 * 1024 * 1024))\n"
    laboratory.deploy(source, laboratory.function_role(), MemorySize=128)
    answer, error = laboratory.invoke()
    assert error == "Unhandled"
    assert isinstance(answer, dict)
    assert answer["errorType"] == "Runtime.ExitError"
    assert "of 128 MB" in answer["errorMessage"]


def test_the_environment_holds_nothing_of_the_host(laboratory: Laboratory) -> None:
    source = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    laboratory.deploy(
        source, laboratory.function_role(), Environment={"Variables": {"DECLARED": "yes"}}
    )
    environment, _ = laboratory.invoke()
    assert isinstance(environment, dict)
    assert environment["DECLARED"] == "yes"
    assert environment["AWS_ENDPOINT_URL"] == laboratory.settings.aws_endpoint
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "USER"} & set(environment)


def test_the_log_has_lambdas_lines_around_the_functions(laboratory: Laboratory) -> None:
    laboratory.deploy(
        "def handler(event, context):\n    print('hello')\n    return 1\n",
        laboratory.function_role(),
    )
    laboratory.invoke()
    start, hello, end, report = laboratory.log_lines()
    assert start.startswith("START RequestId: ")
    assert hello == "hello"
    assert end.startswith("END RequestId: ")
    assert "Memory Size: 256 MB" in report


def test_metrics_in_the_log_become_metrics(laboratory: Laboratory) -> None:
    namespace = f"Test-{laboratory.suffix}"
    document = {
        "_aws": {
            "Timestamp": 1_700_000_000_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": namespace,
                    "Dimensions": [["dataset"]],
                    "Metrics": [{"Name": "RowsRead", "Unit": "Count"}],
                }
            ],
        },
        "dataset": "flights",
        "RowsRead": [7],
    }
    laboratory.deploy(
        f"import json\ndef handler(event, context):\n    print(json.dumps({document!r}))\n",
        laboratory.function_role(),
    )
    laboratory.invoke()
    [metric] = laboratory.client("cloudwatch").list_metrics(Namespace=namespace)["Metrics"]
    assert metric["MetricName"] == "RowsRead"
    assert metric["Dimensions"] == [{"Name": "dataset", "Value": "flights"}]


def test_a_role_that_may_not_write_logs_has_none(laboratory: Laboratory) -> None:
    laboratory.deploy("def handler(event, context):\n    return 1\n", laboratory.role())
    assert laboratory.invoke() == (1, None)
    assert laboratory.log_lines() == []


def test_a_role_that_lambda_may_not_assume_runs_nothing(laboratory: Laboratory) -> None:
    role = laboratory.role(trust={"Principal": {"Service": "glue.amazonaws.com"}})
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        laboratory.deploy("def handler(event, context):\n    return 1\n", role)


def test_a_role_that_no_longer_trusts_lambda_runs_nothing(laboratory: Laboratory) -> None:
    laboratory.deploy("def handler(event, context):\n    return 1\n", laboratory.role())
    laboratory.client("iam").update_assume_role_policy(
        RoleName=f"role-{laboratory.suffix}", PolicyDocument=policy(GLUE_TRUST)
    )
    with pytest.raises(ClientError, match="sts:AssumeRole"):
        laboratory.client("lambda").invoke(FunctionName=laboratory.function)


def test_a_topic_reaches_a_function(laboratory: Laboratory) -> None:
    function = laboratory.deploy(
        "def handler(event, context):\n    print(event['Records'][0]['Sns']['Message'])\n",
        laboratory.function_role(),
    )
    sns = laboratory.client("sns")
    topic = sns.create_topic(Name=f"topic-{laboratory.suffix}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    sns.publish(TopicArn=topic, Message="hello from the topic")
    assert eventually(
        lambda: [line for line in laboratory.log_lines() if line == "hello from the topic"]
    )
