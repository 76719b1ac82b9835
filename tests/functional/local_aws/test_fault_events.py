"""Events that come twice, late and in another order, and functions that are killed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from tests.functional.local_aws.chaos import Chaos
from tests.functional.local_aws.laboratory import ACCOUNT, REGION, allow, eventually

WRITES_ITS_RECORDS = """
import json
import os
import urllib.request

def put(item):
    key = os.environ["AWS_ACCESS_KEY_ID"]
    scope = f"Credential={key}/20260101/us-east-1/dynamodb/aws4_request"
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"],
        data=json.dumps({"TableName": "TABLE", "Item": {"id": {"S": item}}}).encode(),
        headers={
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Security-Token": os.environ["AWS_SESSION_TOKEN"],
            "X-Amz-Target": "DynamoDB_20120810.PutItem",
        },
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()

def handler(event, context):
    for record in event["Records"]:
        put(record["body"])
"""
"""A function without libraries; the local cloud does not verify signatures."""


def receiver(chaos: Chaos, url: str) -> Callable[[], list[str]]:
    """Return what gives the keys that the queue has told of until now, in their order."""
    seen: list[str] = []

    def look() -> list[str]:
        for body in chaos.messages(url):
            records = json.loads(body).get("Records", [])
            seen.extend(record["s3"]["object"]["key"] for record in records)
        return seen

    return look


def put(chaos: Chaos, *keys: str) -> None:
    for key in keys:
        chaos.client("s3").put_object(Bucket=chaos.bucket, Key=key, Body=b"content")


def test_an_object_is_announced_again_as_often_as_asked(chaos: Chaos) -> None:
    look = receiver(chaos, chaos.announce())
    rule = chaos.fault("duplicate", "s3", resource=f"{chaos.bucket}/twice*", copies=2)

    put(chaos, "once", "twice")

    assert eventually(lambda: len(look()) >= 4)
    time.sleep(0.2)
    assert sorted(look()) == ["once", "twice", "twice", "twice"]
    assert [event["facts"]["resource"] for event in chaos.rules.told(rule)] == [
        f"{chaos.bucket}/twice"
    ]


def test_a_late_event_comes_late_or_when_the_rule_is_cleared(chaos: Chaos) -> None:
    look = receiver(chaos, chaos.announce())
    chaos.fault("late", "s3", resource=f"{chaos.bucket}/late", seconds=2)
    chaos.fault("late", "s3", resource=f"{chaos.bucket}/held", seconds=600)

    started = time.monotonic()
    put(chaos, "held", "late")
    assert eventually(lambda: look() == ["late"])
    assert time.monotonic() - started >= 2

    chaos.rules.clear()
    assert eventually(lambda: look() == ["late", "held"])


def test_events_change_places(chaos: Chaos) -> None:
    look = receiver(chaos, chaos.announce())
    rule = chaos.fault("reorder", "s3", resource=chaos.queue_name, events=3, seconds=600)

    def arrived(number: int) -> bool:
        return eventually(lambda: chaos.rules.counts(rule)[0] == number)

    for number, key in enumerate(("a", "b", "c", "d"), start=1):
        put(chaos, key)
        assert arrived(number)
    assert eventually(lambda: look() == ["c", "b", "a"])

    # The fourth waits for two more, until the rule is cleared or its time has passed.
    chaos.rules.clear()
    assert eventually(lambda: look() == ["c", "b", "a", "d"])
    chaos.fault("reorder", "s3", resource=chaos.queue_name, seconds=0.2)
    put(chaos, "e")
    assert eventually(lambda: look()[4:] == ["e"])


def test_an_event_of_a_rule_of_eventbridge_is_doubled(chaos: Chaos) -> None:
    sqs, events = chaos.client("sqs"), chaos.client("events")
    url = chaos.queue()
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": chaos.queue_arn,
    }
    sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})},
    )
    name = f"rule-{chaos.suffix}"
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [f"test.{chaos.suffix}"]}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": chaos.queue_arn}])
    chaos.fault("duplicate", "events", resource=name)

    events.put_events(
        Entries=[{"Source": f"test.{chaos.suffix}", "DetailType": "test", "Detail": "{}"}]
    )

    bodies: list[str] = []
    assert eventually(lambda: len(bodies.__iadd__(chaos.messages(url))) == 2)
    assert bodies[0] == bodies[1]


def deploy(chaos: Chaos) -> tuple[str, Callable[[], set[str]]]:
    """Make a function that writes what the queue holds into a table."""
    table = chaos.table()
    url = chaos.queue(VisibilityTimeout="2")
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    role = chaos.function_role(allow(["dynamodb:PutItem"], arn))
    chaos.deploy(WRITES_ITS_RECORDS.replace("TABLE", table), role, Timeout=2)

    def look() -> set[str]:
        items = chaos.client("dynamodb").scan(TableName=table)["Items"]
        return {item["id"]["S"] for item in items}

    return url, look


def test_a_function_dies_at_the_call_that_a_rule_names_and_its_message_comes_back(
    chaos: Chaos,
) -> None:
    url, look = deploy(chaos)
    rule = chaos.fault(
        "kill-caller",
        "dynamodb",
        operation="PutItem",
        principal=f"role-{chaos.suffix}",
        when="after",
        times=1,
    )
    event = {"Records": [{"body": "one"}]}

    answer, error = chaos.invoke(event)

    assert error == "Unhandled"
    assert "exited without a response" in str(answer)
    assert look() == {"one"}
    assert chaos.invoke(event) == (None, None)
    assert chaos.rules.counts(rule)[1] == 1

    chaos.rules.clear()
    chaos.fault("kill-caller", "dynamodb", resource=f"table-{chaos.suffix}", times=1)
    chaos.client("sqs").send_message(QueueUrl=url, MessageBody="two")
    chaos.feed()
    assert eventually(lambda: look() == {"one", "two"})


def test_a_mappings_own_calls_fail_and_the_message_comes_again(chaos: Chaos) -> None:
    url = chaos.queue(VisibilityTimeout="3")
    role = chaos.function_role()
    source = "def handler(event, context):\n    print('saw', event['Records'][0]['body'])\n"
    chaos.deploy(source, role, Timeout=3)
    chaos.invoke({"Records": [{"body": "warm up"}]})
    rules = [
        chaos.fault("error", "sqs", operation=operation, resource=chaos.queue_name, **fields)
        for operation, fields in (
            ("ReceiveMessage", {"when": "after", "nth": 1}),
            ("DeleteMessage", {"when": "before", "nth": 1}),
        )
    ]
    chaos.client("sqs").send_message(QueueUrl=url, MessageBody="one")
    chaos.feed()

    def seen() -> int:
        return sum("saw one" in line for line in chaos.log_lines())

    def left() -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counted = chaos.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(map(int, counted["Attributes"].values()))

    assert eventually(lambda: seen() >= 2)
    assert [chaos.rules.counts(rule)[1] for rule in rules] == [1, 1]
    assert eventually(lambda: left() == 0)


def test_an_invocation_is_killed_a_while_after_it_began(chaos: Chaos) -> None:
    chaos.deploy(
        "import time\ndef handler(event, context):\n    time.sleep(event['seconds'])\n",
        chaos.function_role(),
    )
    chaos.invoke({"seconds": 0})
    rule = chaos.fault("kill-run", "lambda", resource=chaos.function, seconds=2)

    assert chaos.invoke({"seconds": 0})[1] is None
    time.sleep(2.2)
    assert chaos.invoke({"seconds": 0})[1] is None, "a rule kills its own invocation only"
    started = time.monotonic()
    assert chaos.invoke({"seconds": 9})[1] == "Unhandled"
    assert time.monotonic() - started < 8
    assert chaos.rules.counts(rule) == (3, 3)
