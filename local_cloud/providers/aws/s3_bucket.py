"""The S3 bucket itself; what is configured on a bucket has resource types of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CreateResult,
    Input,
    Naming,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.tags import TAGS, Tagging, as_state
from local_cloud.providers.errors import BackendRefusedError
from local_cloud.providers.values import Properties, Value, flag, mapping, objects, text, text_or

_MISSING = ("NoSuchBucket", "404")
_TAGGING = Tagging(service="s3", target="Bucket", answer="TagSet")

# S3's own rule for general purpose buckets; the provider checks it when it creates one.
_NAME = rules.pattern(
    r"(?!.*\.\.)(?!(\d{1,3}\.){3}\d{1,3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "3 to 63 lower-case letters, digits, dots and hyphens, from letter or digit to the same,"
    " without two dots in a row and not like an IP address",
)

# The hosted zone of S3's website endpoints per region
# (terraform-provider-aws, internal/service/s3/hosted_zones.go).
_HOSTED_ZONES = {
    "af-south-1": "Z11KHD8FBVPUYU",
    "ap-east-1": "ZNB98KWMFR0R6",
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-northeast-2": "Z3W03O7B5YMIYP",
    "ap-northeast-3": "Z2YQB5RD63NC85",
    "ap-south-1": "Z11RGJOFQNVJUP",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ca-central-1": "Z1QDHH18159H29",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-south-1": "Z3IXVV8C73GIO3",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "me-south-1": "Z1MPMWCPA7YB62",
    "sa-east-1": "Z7KQH4QJS55SO",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-gov-east-1": "Z31GFT0UA1I2HV",
    "us-gov-west-1": "Z31GFT0UA1I2HV",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}


class Bucket(ResourceAdapter[Aws]):
    """A bucket; its id is its name."""

    resource_type: ClassVar[str] = "aws:s3/bucket:Bucket"
    source: ClassVar[str] = "internal/service/s3/bucket.go"
    naming: ClassVar[Naming | None] = Naming(input="bucket", longest=63, lower=True)
    computed: ClassVar[tuple[str, ...]] = (
        "arn",
        "bucketDomainName",
        "bucketRegion",
        "bucketRegionalDomainName",
        "hostedZoneId",
        "region",
        "tagsAll",
        # Only a website has these, and it is configured by a type of its own.
        "websiteDomain",
        "websiteEndpoint",
    )
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": Input(replace=True, rule=_NAME),
        "forceDestroy": Input(write_only=True, default=False),
        "objectLockEnabled": Input(replace=True, computed=True, default=False),
        "tags": TAGS,
    }

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        name = text(inputs, "bucket")
        parameters: dict[str, object] = {"Bucket": name}
        if backend.region != "us-east-1":
            parameters["CreateBucketConfiguration"] = {"LocationConstraint": backend.region}
        elif backend.find("s3", "head_bucket", _MISSING, Bucket=name) is not None:
            # CreateBucket succeeds there for a bucket of one's own and resets its ACL, so the
            # provider looks first (hashicorp/terraform-provider-aws, pull request 26011).
            raise BackendRefusedError(
                operation="s3:create_bucket",
                code="BucketAlreadyExists",
                message=f"the account has a bucket {name!r}",
            )
        if flag(inputs, "objectLockEnabled"):
            parameters["ObjectLockEnabledForBucket"] = True
        backend.call("s3", "create_bucket", **parameters)
        if mapping(inputs, "tags"):
            _put_tags(backend, name, inputs)
        return CreateResult(id=name)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        if backend.find("s3", "head_bucket", _MISSING, Bucket=identity) is None:
            return None
        tagging = backend.find("s3", "get_bucket_tagging", ("NoSuchTagSet",), Bucket=identity)
        lock = backend.find(
            "s3",
            "get_object_lock_configuration",
            ("ObjectLockConfigurationNotFoundError",),
            Bucket=identity,
        )
        state: Properties = {
            "bucket": identity,
            "objectLockEnabled": lock is not None,
            "region": backend.region,
            **as_state(_TAGGING.parse(tagging or {})),
            **_addresses(backend, identity),
        }
        return ReadResult(id=identity, state=state)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        if mapping(old, "tags") != mapping(new, "tags"):
            _put_tags(backend, identity, new)
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        if flag(state, "forceDestroy"):
            empty_bucket(backend, identity)
        backend.find("s3", "delete_bucket", _MISSING, Bucket=identity)


def _put_tags(aws: Aws, bucket: str, inputs: Properties) -> None:
    """A bucket's tags are put as a whole."""
    if mapping(inputs, "tags"):
        tagging = {"TagSet": _TAGGING.given(inputs)}
        aws.call("s3", "put_bucket_tagging", Bucket=bucket, Tagging=tagging)
    else:
        aws.call("s3", "delete_bucket_tagging", Bucket=bucket)


def _addresses(aws: Aws, bucket: str) -> Properties:
    suffix = "amazonaws.com.cn" if aws.partition == "aws-cn" else "amazonaws.com"
    return {
        "arn": f"arn:{aws.partition}:s3:::{bucket}",
        "bucketDomainName": f"{bucket}.s3.{suffix}",
        "bucketRegion": aws.region,
        "bucketRegionalDomainName": f"{bucket}.s3.{aws.region}.{suffix}",
        "hostedZoneId": _HOSTED_ZONES.get(aws.region),
    }


def empty_bucket(aws: Aws, bucket: str) -> None:
    """Delete every version of every object; a bucket that is gone is empty."""
    while True:
        page = aws.find("s3", "list_object_versions", _MISSING, Bucket=bucket)
        if page is None:
            return
        versions = [*objects(page, "Versions"), *objects(page, "DeleteMarkers")]
        if not versions:
            return
        identifiers: list[Value] = [_version(version) for version in versions]
        request = {"Objects": identifiers, "Quiet": True}
        aws.call("s3", "delete_objects", Bucket=bucket, Delete=request)


def _version(version: Properties) -> Properties:
    return {"Key": text(version, "Key"), "VersionId": text_or(version, "VersionId", "null")}


ADAPTERS = (Bucket(),)
