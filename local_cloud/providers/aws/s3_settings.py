"""What is configured on an S3 bucket: one resource type for each setting.

All of them are named by their bucket, are put as a whole, and go when they are deleted; one base
class does that, and each setting says how its inputs are spelt.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from local_cloud.providers.adapter import (
    CheckFailure,
    CreateResult,
    Input,
    ReadResult,
    ResourceAdapter,
)
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws
from local_cloud.providers.aws.shapes import request, state
from local_cloud.providers.values import Properties, Value, flag, mapping, objects, text

BUCKET = Input(required=True, replace=True, rule=rules.length(1, 63))
_NO_BUCKET = ("NoSuchBucket", "404")


class BucketSetting(ResourceAdapter[Aws]):
    """A setting of a bucket; its id is the bucket's name."""

    computed: ClassVar[tuple[str, ...]] = ("region",)
    setting: ClassVar[str]
    """The operations are `put_`, `get_` and `delete_` this."""
    missing: ClassVar[tuple[str, ...]] = ()
    """Error codes that say the bucket does not have the setting."""

    @abstractmethod
    def spell(self, inputs: Properties) -> Mapping[str, object]:
        """The parameters of the put operation, without the bucket."""

    @abstractmethod
    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        """The inputs in the answer of the get operation; None when the setting is not there."""

    def create(self, backend: Aws, inputs: Properties) -> CreateResult:
        bucket = text(inputs, "bucket")
        backend.call("s3", f"put_{self.setting}", Bucket=bucket, **self.spell(inputs))
        return CreateResult(id=bucket)

    def read(self, backend: Aws, identity: str, known: Properties) -> ReadResult | None:
        codes = (*_NO_BUCKET, *self.missing)
        answer = backend.find("s3", f"get_{self.setting}", codes, Bucket=identity)
        found = None if answer is None else self.parse(answer, known)
        if found is None:
            return None
        live: Properties = {"bucket": identity, "region": backend.region, **found}
        return ReadResult(id=identity, state=live)

    def update(
        self, backend: Aws, identity: str, old: Properties, new: Properties
    ) -> Properties | None:
        backend.call("s3", f"put_{self.setting}", Bucket=identity, **self.spell(new))
        return None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        codes = (*_NO_BUCKET, *self.missing)
        backend.find("s3", f"delete_{self.setting}", codes, Bucket=identity)


class BucketVersioning(BucketSetting):
    """Versioning. It can be suspended but never taken off, so deleting it suspends it."""

    resource_type: ClassVar[str] = "aws:s3/bucketVersioning:BucketVersioning"
    source: ClassVar[str] = "internal/service/s3/bucket_versioning.go"
    setting: ClassVar[str] = "bucket_versioning"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "versioningConfiguration": Input(
            required=True,
            fields={
                "mfaDelete": Input(
                    computed=True, choices=("Enabled", "Disabled"), wire="MFADelete"
                ),
                "status": Input(required=True, choices=("Enabled", "Suspended", "Disabled")),
            },
        ),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        wire = request(inputs, self.inputs, without=("bucket",))
        configuration = mapping(wire, "VersioningConfiguration")
        # AWS has no word for "never enabled"; putting nothing leaves it so.
        if configuration.get("Status") == "Disabled":
            configuration = {}
        return {"VersioningConfiguration": configuration}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        found: Properties = {"status": answer.get("Status", "Disabled")}
        if "MFADelete" in answer:
            found["mfaDelete"] = answer["MFADelete"]
        return {"versioningConfiguration": found}

    def check_change(self, old: Properties, new: Properties) -> list[CheckFailure]:
        before = mapping(old, "versioningConfiguration").get("status")
        after = mapping(new, "versioningConfiguration").get("status")
        if old.get("bucket") != new.get("bucket") or after != "Disabled" or before == after:
            return []
        reason = f"cannot be changed from {before!r} to 'Disabled': suspend it instead"
        return [CheckFailure(property="versioningConfiguration.status", reason=reason)]

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        configuration = mapping(state, "versioningConfiguration")
        if configuration.get("status") == "Enabled":
            suspended = {"Status": "Suspended"}
            backend.find(
                "s3",
                "put_bucket_versioning",
                _NO_BUCKET,
                Bucket=identity,
                VersioningConfiguration=suspended,
            )


class BucketPublicAccessBlock(BucketSetting):
    """What keeps a bucket from being made public."""

    resource_type: ClassVar[str] = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    source: ClassVar[str] = "internal/service/s3/bucket_public_access_block.go"
    setting: ClassVar[str] = "public_access_block"
    missing: ClassVar[tuple[str, ...]] = ("NoSuchPublicAccessBlockConfiguration",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "blockPublicAcls": Input(default=False),
        "blockPublicPolicy": Input(default=False),
        "bucket": BUCKET,
        "ignorePublicAcls": Input(default=False),
        "restrictPublicBuckets": Input(default=False),
        "skipDestroy": Input(write_only=True, default=False),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        wire = request(inputs, self.inputs, without=("bucket", "skipDestroy"))
        return {"PublicAccessBlockConfiguration": wire}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        configuration = mapping(answer, "PublicAccessBlockConfiguration")
        return state(configuration, self.inputs, without=("bucket", "skipDestroy"))

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        if not flag(state, "skipDestroy"):
            super().delete(backend, identity, state)


class BucketOwnershipControls(BucketSetting):
    """Who owns what others upload."""

    resource_type: ClassVar[str] = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    source: ClassVar[str] = "internal/service/s3/bucket_ownership_controls.go"
    setting: ClassVar[str] = "bucket_ownership_controls"
    missing: ClassVar[tuple[str, ...]] = ("OwnershipControlsNotFoundError",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "rule": Input(
            required=True,
            fields={
                "objectOwnership": Input(
                    required=True,
                    choices=("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"),
                )
            },
        ),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        rule = mapping(inputs, "rule")
        return {"OwnershipControls": {"Rules": [{"ObjectOwnership": rule["objectOwnership"]}]}}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        found = objects(mapping(answer, "OwnershipControls"), "Rules")
        return {"rule": {"objectOwnership": found[0]["ObjectOwnership"]}} if found else None


class BucketPolicy(BucketSetting):
    """Who may do what with a bucket."""

    resource_type: ClassVar[str] = "aws:s3/bucketPolicy:BucketPolicy"
    source: ClassVar[str] = "internal/service/s3/bucket_policy.go"
    setting: ClassVar[str] = "bucket_policy"
    missing: ClassVar[tuple[str, ...]] = ("NoSuchBucketPolicy",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "policy": Input(required=True, policy=True, rule=rules.json_document),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        return {"Policy": text(inputs, "policy")}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        return {"policy": answer["Policy"]}


class BucketEncryption(BucketSetting):
    """How new objects are encrypted."""

    resource_type: ClassVar[str] = (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    )
    source: ClassVar[str] = "internal/service/s3/bucket_server_side_encryption_configuration.go"
    setting: ClassVar[str] = "bucket_encryption"
    missing: ClassVar[tuple[str, ...]] = ("ServerSideEncryptionConfigurationNotFoundError",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "rules": Input(
            required=True,
            at_least=1,
            unordered=True,
            fields={
                "applyServerSideEncryptionByDefault": Input(
                    fields={
                        "kmsMasterKeyId": Input(wire="KMSMasterKeyID"),
                        "sseAlgorithm": Input(
                            required=True,
                            wire="SSEAlgorithm",
                            choices=("AES256", "aws:kms", "aws:kms:dsse"),
                        ),
                    }
                ),
                "bucketKeyEnabled": Input(default=False),
            },
        ),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        wire = request(inputs, self.inputs, without=("bucket",))
        return {"ServerSideEncryptionConfiguration": wire}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        configuration = mapping(answer, "ServerSideEncryptionConfiguration")
        return state(configuration, self.inputs, without=("bucket",))


class BucketLogging(BucketSetting):
    """Where a bucket's access logs go. No logs are delivered on the local cloud."""

    resource_type: ClassVar[str] = "aws:s3/bucketLogging:BucketLogging"
    source: ClassVar[str] = "internal/service/s3/bucket_logging.go"
    setting: ClassVar[str] = "bucket_logging"
    inputs: ClassVar[Mapping[str, Input]] = {
        "bucket": BUCKET,
        "targetBucket": Input(required=True, stored=True),
        "targetPrefix": Input(required=True, stored=True),
    }

    def spell(self, inputs: Properties) -> Mapping[str, object]:
        wire: dict[str, Value] = request(inputs, self.inputs, without=("bucket",))
        return {"BucketLoggingStatus": {"LoggingEnabled": wire}}

    def parse(self, answer: Properties, known: Properties) -> Properties | None:
        enabled = mapping(answer, "LoggingEnabled")
        return state(enabled, self.inputs, without=("bucket",)) if enabled else None

    def delete(self, backend: Aws, identity: str, state: Properties) -> None:
        backend.find(
            "s3", "put_bucket_logging", _NO_BUCKET, Bucket=identity, BucketLoggingStatus={}
        )


ADAPTERS = (
    BucketVersioning(),
    BucketPublicAccessBlock(),
    BucketOwnershipControls(),
    BucketPolicy(),
    BucketEncryption(),
    BucketLogging(),
)
