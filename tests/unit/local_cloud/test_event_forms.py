"""The forms of events: S3's records, schedules, inputs of targets, and what overlaps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.aws.authorization.errors import ApiRefusalError, NotKnownError
from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.events.s3_records import ObjectEvent, Sequencer
from local_cloud.aws.events.schedules import seconds_until_next
from local_cloud.aws.events.target_input import check_target_input, target_input
from local_cloud.aws.gateway.checks.request_checks import RequestChecks
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.journal import Journal


def event(key: str = "flights/1.csv", name: str = "s3:ObjectCreated:Put") -> ObjectEvent:
    """Return an event of a versioned bucket."""
    return ObjectEvent(
        name=name,
        account_id="000000000000",
        region="us-east-1",
        bucket="landing",
        bucket_arn="arn:aws:s3:::landing",
        key=key,
        size=7,
        etag="abc",
        version_id="v1",
    )


@given(st.text(min_size=1))
def test_a_consumer_gets_back_the_key_that_was_put(key: str) -> None:
    record = json.loads(json.dumps(event(key).to_notification("id")))["Records"][0]
    assert unquote_plus(record["s3"]["object"]["key"]) == key
    assert " " not in record["s3"]["object"]["key"]


@given(st.integers(min_value=2, max_value=50))
def test_sequence_numbers_only_grow(count: int) -> None:
    sequencer = Sequencer()
    numbers = [sequencer.next() for _ in range(count)]
    assert numbers == sorted(set(numbers))


def test_a_removal_has_no_size() -> None:
    removed = event(name="s3:ObjectRemoved:DeleteMarkerCreated")
    bus = removed.to_bus_event()
    assert bus is not None
    assert bus["detail-type"] == "Object Deleted"
    detail = json.loads(json.dumps(bus["detail"]))
    assert detail["deletion-type"] == "Delete Marker Created"
    assert "size" not in detail["object"]


def test_tagging_is_not_told_to_the_bus() -> None:
    assert event(name="s3:ObjectTagging:Put").to_bus_event() is None


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        (None, None),
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(1 day)", 86400),
        ("cron(0 13 * * ? *)", 3600),
        ("cron(0/15 * * * ? *)", 900),
    ],
)
def test_a_schedule_says_how_long_until_it_fires(
    expression: str | None, seconds: float | None
) -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert seconds_until_next(expression, noon) == seconds


def test_a_quoted_placeholder_stays_one_string() -> None:
    target = {
        "InputTransformer": {
            "InputPathsMap": {"name": "$.detail.name", "all": "$.detail"},
            "InputTemplate": '{"text": "<name>", "whole": <all>}',
        }
    }
    message = target_input(target, {"detail": {"name": 'say "hi"\n'}})
    assert json.loads(message) == {"text": 'say "hi"\n', "whole": {"name": 'say "hi"\n'}}


@pytest.mark.parametrize("path", ["$.detail[0]", "$..x", "detail", "$.detail.*"])
def test_a_path_that_is_not_plain_is_refused(path: str) -> None:
    with pytest.raises(NotKnownError, match="input path"):
        check_target_input({"InputPath": path})


def put(operation: str, service: str, **parameters: object) -> ApiRequest:
    """Return a call as the gateway reads it."""
    return ApiRequest(
        service=service,
        operation=operation,
        region="us-east-1",
        account_id="000000000000",
        parameters=parameters,
        headers={},
    )


def notifications(*entries: tuple[str, str, str]) -> bytes:
    """Write (event, prefix, suffix) as a bucket's notification configuration."""
    queues = "".join(
        f"<QueueConfiguration><Id>{number}</Id><Queue>arn</Queue><Event>{name}</Event>"
        "<Filter><S3Key>"
        f"<FilterRule><Name>prefix</Name><Value>{prefix}</Value></FilterRule>"
        f"<FilterRule><Name>suffix</Name><Value>{suffix}</Value></FilterRule>"
        "</S3Key></Filter></QueueConfiguration>"
        for number, (name, prefix, suffix) in enumerate(entries)
    )
    space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    bridge = "<EventBridgeConfiguration></EventBridgeConfiguration>"
    text = f"<NotificationConfiguration {space}>{queues}{bridge}</NotificationConfiguration>"
    return text.encode()


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (("s3:ObjectCreated:*", "a/", ""), ("s3:ObjectCreated:*", "b/", ""), False),
        (("s3:ObjectCreated:*", "a/", ""), ("s3:ObjectCreated:*", "a/b/", ""), True),
        (("s3:ObjectCreated:*", "", ""), ("s3:ObjectCreated:Put", "a/", ""), True),
        (("s3:ObjectCreated:Copy", "", ""), ("s3:ObjectCreated:Put", "", ""), False),
        (("s3:ObjectCreated:*", "", ""), ("s3:ObjectRemoved:*", "", ""), False),
        (("s3:ObjectCreated:*", "a/", ".csv"), ("s3:ObjectCreated:*", "a/", ".gz"), False),
        (("s3:ObjectCreated:*", "a/", ".gz"), ("s3:ObjectCreated:*", "a/", "csv.gz"), True),
    ],
)
def test_notifications_that_one_object_could_meet_twice_are_refused(
    one: tuple[str, str, str], other: tuple[str, str, str], overlap: bool
) -> None:
    checks = RequestChecks(Destinations(Journal()))
    request = put("PutBucketNotificationConfiguration", "s3")
    if overlap:
        with pytest.raises(ApiRefusalError, match="Configurations overlap"):
            checks.check(request, lambda: notifications(one, other))
    else:
        checks.check(request, lambda: notifications(one, other))


@pytest.mark.parametrize("name", ["regex", "starts-with"])
def test_an_unknown_filter_of_a_pattern_is_refused(name: str) -> None:
    pattern = json.dumps({"$or": [{"detail": {"key": [{name: "x"}]}}]})
    checks = RequestChecks(Destinations(Journal()))
    with pytest.raises(NotKnownError, match=name):
        checks.check(put("PutRule", "events", EventPattern=pattern), lambda: b"")


def test_known_filters_of_a_pattern_pass() -> None:
    pattern = json.dumps({"detail": {"object": {"key": [{"prefix": "a"}, {"suffix": "b"}]}}})
    RequestChecks(Destinations(Journal())).check(
        put("PutRule", "events", EventPattern=pattern), lambda: b""
    )
