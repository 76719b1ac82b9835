"""S3 objects that a program uploads."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import CreateResult, Input, ReadResult
from local_cloud.providers.adapter import ResourceAdapter as Adapter
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.enumerations import STORAGE_CLASSES
from local_cloud.providers.aws.shapes import request
from local_cloud.providers.aws.tags import TAGS, Tagging, as_state
from local_cloud.providers.content import asset_bytes
from local_cloud.providers.errors import ProviderError
from local_cloud.providers.values import Properties, mapping, objects, text, text_map, text_or

_MISSING = ("NoSuchKey", "NoSuchBucket", "404")
_TAGGING = Tagging(service="s3", target="Key", answer="TagSet")
# Inputs that are one parameter of PutObject and one header of HeadObject each.
_HEADERS: dict[str, Input] = {
    "bucketKeyEnabled": Input(computed=True),
    "cacheControl": Input(),
    "contentDisposition": Input(),
    "contentEncoding": Input(),
    "contentLanguage": Input(),
    "contentType": Input(computed=True),
    "kmsKeyId": Input(computed=True, wire="SSEKMSKeyId", rule=rules.arn),
    "serverSideEncryption": Input(computed=True, choices=("AES256", "aws:kms", "aws:kms:dsse")),
    "storageClass": Input(computed=True, choices=STORAGE_CLASSES),
}


# Outputs that are one header of HeadObject each; empty unless the upload asked for one.
_CHECKSUMS = {
    "checksumCrc32": "ChecksumCRC32",
    "checksumCrc32c": "ChecksumCRC32C",
    "checksumCrc64nvme": "ChecksumCRC64NVME",
    "checksumSha1": "ChecksumSHA1",
    "checksumSha256": "ChecksumSHA256",
}


class BucketObject(Adapter[Aws]):
    """An object; its id is `<bucket>/<key>`. Content is compared by what the program gives."""

    resource_type: ClassVar[str] = "aws:s3/bucketObjectv2:BucketObjectv2"
    source: ClassVar[str] = "internal/service/s3/object.go"
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        *_CHECKSUMS,
        "etag",
        "region",
        "tagsAll",
        "versionId",
    )
    volatile: ClassVar[tuple[str, ...]] = ("etag", "versionId")
    inputs: ClassVar[Mapping[str, Input]] = {
        **_HEADERS,
        "bucket": Input(required=True, replace=True, rule=rules.length(1, 63)),
        "content": Input(write_only=True, conflicts=("contentBase64", "source")),
        "contentBase64": Input(write_only=True, conflicts=("source",), rule=rules.base64_text),
        "forceDestroy": Input(write_only=True, default=False),
        "key": Input(required=True, replace=True, rule=rules.length(1, 1024)),
        "metadata": Input(default={}, rule=rules.lower_case_keys),
        "source": Input(write_only=True),
        "sourceHash": Input(write_only=True),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        self._put(backend, inputs)
        return CreateResult(id=f"{text(inputs, 'bucket')}/{text(inputs, 'key')}")

    def _put(self, aws: Aws, inputs: Properties) -> None:
        parameters: dict[str, object] = {
            **request(inputs, _HEADERS),
            "Body": _content(inputs),
            "Bucket": text(inputs, "bucket"),
            "Key": text(inputs, "key"),
            "Metadata": text_map(inputs, "metadata"),
        }
        aws.call("s3", "put_object", **parameters)
        if mapping(inputs, "tags"):
            _put_tags(aws, inputs)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        bucket, key = _location(identity)
        head = backend.find("s3", "head_object", _MISSING, Bucket=bucket, Key=key)
        if head is None:
            return None
        tagging = backend.call("s3", "get_object_tagging", Bucket=bucket, Key=key)
        state: Properties = {
            "arn": f"arn:{backend.partition}:s3:::{bucket}/{key}",
            "bucket": bucket,
            **{name: head.get(wire, "") for name, wire in _CHECKSUMS.items()},
            "bucketKeyEnabled": head.get("BucketKeyEnabled"),
            "cacheControl": head.get("CacheControl"),
            "contentDisposition": head.get("ContentDisposition"),
            "contentEncoding": head.get("ContentEncoding"),
            "contentLanguage": head.get("ContentLanguage"),
            "contentType": head.get("ContentType"),
            "etag": text_or(head, "ETag", "").strip('"'),
            "key": key,
            "kmsKeyId": head.get("SSEKMSKeyId"),
            "metadata": head.get("Metadata", {}),
            "region": backend.region,
            "serverSideEncryption": head.get("ServerSideEncryption"),
            "storageClass": head.get("StorageClass", "STANDARD"),
            "versionId": head.get("VersionId"),
            **as_state(_TAGGING.parse(tagging)),
        }
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        # Tags have a call of their own; anything else means a new version of the object.
        names = [name for name in self.inputs if name not in ("tags", "forceDestroy")]
        if any(old.get(name) != new.get(name) for name in names):
            self._put(backend, new)
        elif old.get("tags") != new.get("tags"):
            _put_tags(backend, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        bucket, key = _location(identity)
        page = backend.find("s3", "list_object_versions", _MISSING, Bucket=bucket, Prefix=key)
        for version in [*objects(page or {}, "Versions"), *objects(page or {}, "DeleteMarkers")]:
            if version.get("Key") == key:
                backend.find(
                    "s3",
                    "delete_object",
                    _MISSING,
                    Bucket=bucket,
                    Key=key,
                    VersionId=text_or(version, "VersionId", "null"),
                )


def _location(identity: str) -> tuple[str, str]:
    bucket, separator, key = identity.removeprefix("s3://").partition("/")
    if not separator:
        message = f"the id of an S3 object is '<bucket>/<key>', not {identity!r}"
        raise ProviderError(message)
    return bucket, key


def _content(inputs: Properties) -> bytes:
    if "source" in inputs:
        return asset_bytes("source", inputs["source"])
    if "contentBase64" in inputs:
        return base64.b64decode(text(inputs, "contentBase64"))
    return text_or(inputs, "content", "").encode()


def _put_tags(aws: Aws, inputs: Properties) -> None:
    place = {"Bucket": text(inputs, "bucket"), "Key": text(inputs, "key")}
    if mapping(inputs, "tags"):
        tagging = {"TagSet": _TAGGING.given(inputs)}
        aws.call("s3", "put_object_tagging", Tagging=tagging, **place)
    else:
        aws.call("s3", "delete_object_tagging", **place)


ADAPTERS = (BucketObject(),)
