"""S3: objects with their keys, and what is configured on buckets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from moto.backends import get_backend

from local_cloud.aws.authorization.accounts import PARTITION
from local_cloud.aws.authorization.decisions import Need
from local_cloud.aws.authorization.resources import find_bucket
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.key_use import DECRYPT, GENERATE, key_needs
from local_cloud.aws.operations.rules import Operations, Rule, everything, on, only_root

if TYPE_CHECKING:
    from moto.s3.models import FakeBucket, FakeKey

_KMS: Final = "aws:kms"
_SSE: Final = "x-amz-server-side-encryption"
_SSE_KEY: Final = "x-amz-server-side-encryption-aws-kms-key-id"
_ACL_HEADERS: Final = ("x-amz-acl", "x-amz-grant-read", "x-amz-grant-full-control")


def _bucket_arn(request: ApiRequest) -> str:
    return f"arn:aws:s3:::{request.text('Bucket')}"


def _object_arn(request: ApiRequest) -> str:
    return f"arn:aws:s3:::{request.text('Bucket')}/{request.text('Key')}"


def _bucket(action: str) -> Rule:
    return on(_bucket_arn, f"s3:{action}")


def _list(action: str) -> Rule:
    """A listing can be allowed for a prefix only."""

    def rule(request: ApiRequest) -> Sequence[Need]:
        context = {
            f"s3:{name}": request.text(name)
            for name in ("prefix", "delimiter", "max-keys")
            if name in request.parameters
        }
        return [Need(action=f"s3:{action}", resource=_bucket_arn(request), context=context)]

    return rule


def _version(plain: str, versioned: str) -> Callable[[ApiRequest], Need]:
    def need(request: ApiRequest) -> Need:
        version = request.text("versionId")
        action = versioned if version else plain
        context = {"s3:VersionId": version} if version else {}
        return Need(action=f"s3:{action}", resource=_object_arn(request), context=context)

    return need


def _object(plain: str, versioned: str) -> Rule:
    need = _version(plain, versioned)
    return lambda request: [need(request)]


def _get_object(request: ApiRequest) -> Sequence[Need]:
    need = _version("GetObject", "GetObjectVersion")(request)
    stored = _addressed(request)
    return [need, *_missing_needs(request.text("Bucket"), stored), *_key_needs_of(request, stored)]


def _head_object(request: ApiRequest) -> Sequence[Need]:
    need = _version("GetObject", "GetObjectVersion")(request)
    return [need, *_missing_needs(request.text("Bucket"), _addressed(request))]


def _missing_needs(bucket: str, stored: tuple[FakeBucket, _Stored] | None) -> Sequence[Need]:
    """S3 says "not found" only to those who may list the bucket; to others it is forbidden.

    Source: the permissions of GetObject and HeadObject in the Amazon S3 API Reference.
    """
    if stored is not None or find_bucket(bucket) is None:
        return ()
    return [Need(action="s3:ListBucket", resource=f"arn:aws:s3:::{bucket}")]


def _addressed(request: ApiRequest) -> tuple[FakeBucket, _Stored] | None:
    return _stored(request.text("Bucket"), request.text("Key"), request.text("versionId"))


def _put_object(request: ApiRequest) -> Sequence[Need]:
    context = {
        f"s3:{name}": request.headers[name]
        for name in (_SSE, _SSE_KEY, "x-amz-acl")
        if name in request.headers
    }
    resource = _object_arn(request)
    needs = [Need(action="s3:PutObject", resource=resource, context=context)]
    if "x-amz-tagging" in request.headers:
        needs.append(Need(action="s3:PutObjectTagging", resource=resource))
    if any(name in request.headers for name in _ACL_HEADERS):
        needs.append(Need(action="s3:PutObjectAcl", resource=resource, context=context))
    return [*needs, *_new_object_key_needs(request, (GENERATE,))]


def _upload_part(request: ApiRequest) -> Sequence[Need]:
    """Parts of an encrypted upload are decrypted when they are put together."""
    put = Need(action="s3:PutObject", resource=_object_arn(request))
    return [put, *_new_object_key_needs(request, (GENERATE, DECRYPT))]


def _copy_object(request: ApiRequest) -> Sequence[Need]:
    return [*_copy_source(request), *_put_object(request), *_copied_tags(request)]


def _upload_part_copy(request: ApiRequest) -> Sequence[Need]:
    return [*_copy_source(request), *_upload_part(request)]


def _copy_source(request: ApiRequest) -> Sequence[Need]:
    bucket, key, version = _source(request)
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    need = Need(action=action, resource=f"arn:aws:s3:::{bucket}/{key}")
    stored = _stored(bucket, key, version)
    return [need, *_missing_needs(bucket, stored), *_key_needs_of(request, stored)]


def _copied_tags(request: ApiRequest) -> Sequence[Need]:
    """The copy takes the tags of an object along, so both sides need tagging, if it has any."""
    if request.headers.get("x-amz-tagging-directive") == "REPLACE":
        return ()
    bucket, key, version = _source(request)
    stored = _stored(bucket, key, version)
    if stored is None or not stored[1].tagged:
        return ()
    read = "s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging"
    return [
        Need(action=read, resource=f"arn:aws:s3:::{bucket}/{key}"),
        Need(action="s3:PutObjectTagging", resource=_object_arn(request)),
    ]


def _source(request: ApiRequest) -> tuple[str, str, str]:
    path, _, version = request.headers["x-amz-copy-source"].partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return bucket, key, version


def _delete_objects(request: ApiRequest) -> Sequence[Need]:
    """The gateway reads the keys from the body of this one operation."""
    bucket = request.text("Bucket")
    objects: Sequence[tuple[str, str]] = request.parameters["Objects"]
    return [
        Need(
            action="s3:DeleteObjectVersion" if version else "s3:DeleteObject",
            resource=f"arn:aws:s3:::{bucket}/{key}",
        )
        for key, version in objects
    ]


def _stored(bucket_name: str, key: str, version: str) -> tuple[FakeBucket, _Stored] | None:
    bucket = find_bucket(bucket_name)
    if bucket is None:
        return None
    versions = bucket.keys.getlist(key, [])
    if version:
        versions = [each for each in versions if str(each.version_id) == version]
    # A delete marker is no object: nothing in it is encrypted, and it hides what was there before.
    is_object = bool(versions) and hasattr(versions[-1], "encryption")
    return (bucket, _Stored(versions[-1])) if is_object else None


class _Stored:
    """The part of a stored object that permissions depend on."""

    def __init__(self, key: FakeKey) -> None:
        self.arn = f"arn:aws:s3:::{key.bucket_name}/{key.name}"
        self.key_id = key.kms_key_id if key.encryption == _KMS else None
        self.bucket_key = str(key.bucket_key_enabled).lower() == "true"
        self.tagged = get_backend("s3")[key.account_id][PARTITION].tagger.has_tags(key.arn)


def _key_needs_of(request: ApiRequest, stored: tuple[FakeBucket, _Stored] | None) -> Sequence[Need]:
    if stored is None:
        return ()
    bucket, item = stored
    return key_needs(
        request,
        item.key_id,
        service="s3",
        actions=(DECRYPT,),
        context={"aws:s3:arn": bucket.arn if item.bucket_key else item.arn},
        owner_account_id=bucket.account_id,
    )


def _new_object_key_needs(request: ApiRequest, actions: tuple[str, ...]) -> Sequence[Need]:
    bucket = find_bucket(request.text("Bucket"))
    if bucket is None:
        return ()
    rule = (bucket.encryption or {}).get("Rule", {})
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    algorithm = request.headers.get(_SSE) or default.get("SSEAlgorithm")
    if algorithm != _KMS:
        return ()
    bucket_key = str(rule.get("BucketKeyEnabled", "false")).lower() == "true"
    return key_needs(
        request,
        request.headers.get(_SSE_KEY) or default.get("KMSMasterKeyID"),
        service="s3",
        actions=actions,
        context={"aws:s3:arn": bucket.arn if bucket_key else _object_arn(request)},
        owner_account_id=bucket.account_id,
    )


OPERATIONS: Final[Operations] = {
    "AbortMultipartUpload": on(_object_arn, "s3:AbortMultipartUpload"),
    "CompleteMultipartUpload": _upload_part,
    "CopyObject": _copy_object,
    "CreateMultipartUpload": _put_object,
    "DeleteObject": _object("DeleteObject", "DeleteObjectVersion"),
    "DeleteObjectTagging": _object("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    "DeleteObjects": _delete_objects,
    "GetBucketLocation": _bucket("GetBucketLocation"),
    "GetBucketNotificationConfiguration": _bucket("GetBucketNotification"),
    "GetBucketVersioning": _bucket("GetBucketVersioning"),
    "GetObject": _get_object,
    "GetObjectAttributes": _get_object,
    "GetObjectTagging": _object("GetObjectTagging", "GetObjectVersionTagging"),
    "HeadBucket": _list("ListBucket"),
    "HeadObject": _head_object,
    "ListBuckets": on(everything, "s3:ListAllMyBuckets"),
    "ListMultipartUploads": _list("ListBucketMultipartUploads"),
    "ListObjectVersions": _list("ListBucketVersions"),
    "ListObjects": _list("ListBucket"),
    "ListObjectsV2": _list("ListBucket"),
    "ListParts": on(_object_arn, "s3:ListMultipartUploadParts"),
    "PutObject": _put_object,
    "PutObjectTagging": _object("PutObjectTagging", "PutObjectVersionTagging"),
    "UploadPart": _upload_part,
    "UploadPartCopy": _upload_part_copy,
    **only_root(
        "CreateBucket",
        "DeleteBucket",
        "DeleteBucketCors",
        "DeleteBucketEncryption",
        "DeleteBucketLifecycle",
        "DeleteBucketOwnershipControls",
        "DeleteBucketPolicy",
        "DeleteBucketTagging",
        "DeletePublicAccessBlock",
        "GetBucketAccelerateConfiguration",
        "GetBucketAcl",
        "GetBucketCors",
        "GetBucketEncryption",
        "GetBucketLifecycleConfiguration",
        "GetBucketLogging",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketReplication",
        "GetBucketRequestPayment",
        "GetBucketTagging",
        "GetBucketWebsite",
        "GetObjectAcl",
        "GetObjectLockConfiguration",
        "GetPublicAccessBlock",
        "PutBucketAcl",
        "PutBucketEncryption",
        "PutBucketLifecycleConfiguration",
        "PutBucketLogging",
        "PutBucketNotificationConfiguration",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutObjectAcl",
        "PutPublicAccessBlock",
    ),
}
