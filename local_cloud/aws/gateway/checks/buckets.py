"""S3: names of buckets and keys, and the sizes of what is configured.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from xml.etree import ElementTree

from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

_NAME: Final = re.compile(r"[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_RESERVED_STARTS: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_KEY_BYTES: Final = 1_024
_METADATA: Final = "x-amz-meta-"
_METADATA_BYTES: Final = 2 * 1_024
_POLICY_BYTES: Final = 20 * 1_024
_RULES: Final = 1_000
_DELETED: Final = 1_000


def check_bucket_name(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The name of a new bucket."""
    name = request.text("Bucket")
    reserved = name.startswith(_RESERVED_STARTS) or name.endswith(_RESERVED_ENDS)
    if reserved or not _NAME.fullmatch(name) or _ADDRESS.fullmatch(name):
        refuse("InvalidBucketName", f"The specified bucket is not valid: {name}.")


def check_key(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """The key and the metadata of an object that is written."""
    if len(request.text("Key").encode()) > _KEY_BYTES:
        refuse("KeyTooLongError", "Your key is too long")
    metadata = {
        name.removeprefix(_METADATA): value
        for name, value in request.headers.items()
        if name.startswith(_METADATA)
    }
    if sum(len(name) + len(value) for name, value in metadata.items()) > _METADATA_BYTES:
        refuse("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")


def check_bucket_policy(_request: ApiRequest, body: Callable[[], bytes]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html"""
    if len(body()) > _POLICY_BYTES:
        refuse("PolicyTooLarge", "Policy exceeds the maximum allowed document size.")


def check_lifecycle(_request: ApiRequest, body: Callable[[], bytes]) -> None:
    """A bucket has 1,000 lifecycle rules at most."""
    _check_count(body(), "Rule", _RULES)


def check_deletions(_request: ApiRequest, body: Callable[[], bytes]) -> None:
    """One request deletes 1,000 objects at most."""
    _check_count(body(), "Object", _DELETED)


def _check_count(document: bytes, element: str, most: int) -> None:
    root = ElementTree.fromstring(document)  # noqa: S314 - loopback clients only
    if sum(each.tag.rpartition("}")[2] == element for each in root) > most:
        message = (
            "The XML you provided was not well-formed or did not validate against our published "
            f"schema (more than {most} of {element})"
        )
        refuse("MalformedXML", message)
