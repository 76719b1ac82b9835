"""Messages of the ingest queue to the object versions that they name."""

from __future__ import annotations

import json
from typing import cast
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes import S3Event
from aws_lambda_powertools.utilities.data_classes.s3_event import S3EventRecord

from lambdas.ingest.errors import UnusableEventError
from tarn.keys import SourceObject


def sources_of(body: str) -> list[SourceObject]:
    """Return the object versions of one message; none for the test event of a new notification.

    UnusableEventError when the message is anything else.
    """
    try:
        event: object = json.loads(body)
    except ValueError as error:
        raise UnusableEventError(problem=f"its body is not JSON ({error})") from error
    if not isinstance(event, dict):
        raise UnusableEventError(problem="its body is no object")
    fields = cast("dict[str, object]", event)
    if fields.get("Event") == "s3:TestEvent":
        return []
    if not fields.get("Records"):
        raise UnusableEventError(problem="its body has no Records")
    try:
        return [_source_of(record) for record in S3Event(fields).records]
    except (KeyError, TypeError, AttributeError) as error:
        raise UnusableEventError(problem=f"it lacks {error}") from error


def _source_of(record: S3EventRecord) -> SourceObject:
    version = record.s3.get_object.version_id
    if not version:
        problem = "it names no version: the landing bucket has to be versioned"
        raise UnusableEventError(problem=problem)
    return SourceObject(
        bucket=record.s3.bucket.name,
        # S3 writes keys as in a URL's query, and Powertools decodes the first record's only.
        key=unquote_plus(record.s3.get_object.key),
        version=version,
    )
