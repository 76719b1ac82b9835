"""The lake: exactly the buckets it declares, each of them safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.components.lake.lake import Lake, LakeArgs
from infra.settings import LakeSettings
from tarn.zones import Zone
from tests.infra.environments import make_deployment
from tests.infra.policies import statements_of
from tests.infra.recording import ACCOUNT_ID, Recording, record

if TYPE_CHECKING:
    from infra.deployment import Deployment

EVERY_BUCKET = (*(zone.value for zone in Zone), "access-logs")
IN_EVERY_BUCKET = {
    ("aws:s3/bucket:Bucket", ""),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "-public-access"),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "-ownership"),
    ("aws:s3/bucketPolicy:BucketPolicy", "-policy"),
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "-encryption",
    ),
    ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "-lifecycle"),
}
LOGGING = ("aws:s3/bucketLogging:BucketLogging", "-logging")
VERSIONING = ("aws:s3/bucketVersioning:BucketVersioning", "-versioning")


def record_lake(deployment: Deployment, settings: LakeSettings | None = None) -> Recording:
    """Record a lake of its own."""
    args = LakeArgs(deployment=deployment, settings=settings or LakeSettings())
    return record(lambda: Lake("lake", args))


@pytest.fixture(scope="module")
def lake() -> Recording:
    """A lake with every default."""
    return record_lake(make_deployment())


def test_the_lake_is_a_key_a_bucket_a_zone_and_the_access_logs(lake: Recording) -> None:
    assert lake.children(lake.only("tarn:lake:Lake")) == {
        ("tarn:lake:LakeKey", "lake-key"),
        *(("tarn:lake:LakeBucket", f"lake-{zone}") for zone in EVERY_BUCKET),
    }


@pytest.mark.parametrize("zone", EVERY_BUCKET)
def test_a_bucket_has_exactly_what_makes_it_safe(lake: Recording, zone: str) -> None:
    expected = set(IN_EVERY_BUCKET)
    if zone != "access-logs":
        expected.add(LOGGING)
    if zone == Zone.LANDING:
        expected.add(VERSIONING)
    found = lake.children(lake.only("tarn:lake:LakeBucket", f"lake-{zone}"))
    assert found == {(kind, f"lake-{zone}{suffix}") for kind, suffix in expected}


@pytest.mark.parametrize("zone", EVERY_BUCKET)
def test_a_bucket_is_closed_to_the_public_and_has_one_owner(lake: Recording, zone: str) -> None:
    block = _inputs(lake, "PublicAccessBlock", f"lake-{zone}-public-access")
    assert {name: value for name, value in block.items() if name != "bucket"} == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    ownership = _inputs(lake, "OwnershipControls", f"lake-{zone}-ownership")
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


@pytest.mark.parametrize("zone", [zone.value for zone in Zone])
def test_a_zone_is_encrypted_with_the_lakes_key_through_a_bucket_key(
    lake: Recording, zone: str
) -> None:
    assert _encryption(lake, zone) == {
        "applyServerSideEncryptionByDefault": {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": f"arn:aws:kms:eu-central-1:{ACCOUNT_ID}:key/lake-key",
        },
        "bucketKeyEnabled": True,
    }


def test_access_logs_are_encrypted_by_s3_itself(lake: Recording) -> None:
    """Delivery into a bucket with a key of one's own is disputed (aws-cdk#23513, #25350)."""
    assert _encryption(lake, "access-logs") == {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
        "bucketKeyEnabled": False,
    }


def test_every_zone_logs_its_accesses_under_a_prefix_of_its_own(lake: Recording) -> None:
    logged = lake.of_type(LOGGING[0])
    assert {each.inputs["targetPrefix"] for each in logged} == {f"{zone}/" for zone in Zone}
    assert {each.inputs["targetBucket"] for each in logged} == {"lake-access-logs-id"}


def test_log_delivery_may_write_logs_of_the_zones_only(lake: Recording) -> None:
    policy = _inputs(lake, "BucketPolicy", "lake-access-logs-policy")["policy"]
    (delivery,) = (each for each in statements_of(policy) if each["Effect"] == "Allow")
    assert delivery["Principal"] == {"Service": ["logging.s3.amazonaws.com"]}
    assert delivery["Action"] == ["s3:PutObject"]
    assert delivery["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        f"arn:aws:s3:::tarn-test-{zone}-{ACCOUNT_ID}" for zone in Zone
    ]


def test_the_key_rotates(lake: Recording) -> None:
    key = lake.only("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == LakeSettings().key_deletion_days


def test_the_key_serves_logs_only_for_our_log_groups(lake: Recording) -> None:
    statements = {
        each["Sid"]: each for each in statements_of(lake.only("aws:kms/key:Key").inputs["policy"])
    }
    logs = statements["LogsEncrypt"]
    assert logs["Principal"] == {"Service": ["logs.eu-central-1.amazonaws.com"]}
    assert logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"] == [
        f"arn:aws:logs:eu-central-1:{ACCOUNT_ID}:log-group:/aws/lambda/tarn-test-*",
        f"arn:aws:logs:eu-central-1:{ACCOUNT_ID}:log-group:/aws-glue/*",
    ]


def test_s3_may_use_the_key_only_to_announce_landed_objects(lake: Recording) -> None:
    statements = {
        each["Sid"]: each for each in statements_of(lake.only("aws:kms/key:Key").inputs["policy"])
    }
    assert statements["S3NotifiesQueues"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT_ID},
        "ArnEquals": {"aws:SourceArn": [f"arn:aws:s3:::tarn-test-landing-{ACCOUNT_ID}"]},
    }


@pytest.mark.parametrize("zone", [zone.value for zone in Zone])
def test_nothing_in_a_zone_ever_expires(lake: Recording, zone: str) -> None:
    """Everything downstream is rebuilt from landing, and rejected rows never vanish."""
    for rule in _rules(lake, zone):
        assert not {"expiration", "noncurrentVersionExpiration"} & rule.keys(), rule


@pytest.mark.parametrize("zone", EVERY_BUCKET)
def test_unfinished_uploads_are_cleared_everywhere(lake: Recording, zone: str) -> None:
    days = LakeSettings().incomplete_upload_days
    aborting = [r for r in _rules(lake, zone) if "abortIncompleteMultipartUpload" in r]
    assert [r["abortIncompleteMultipartUpload"] for r in aborting] == [
        {"daysAfterInitiation": days}
    ]


def test_old_landing_versions_age_like_current_ones(lake: Recording) -> None:
    (archive,) = (rule for rule in _rules(lake, "landing") if rule["id"] == "archive")
    days = LakeSettings().archive_days
    assert archive["transitions"] == [{"days": days, "storageClass": "GLACIER_IR"}]
    assert archive["noncurrentVersionTransitions"] == [
        {"noncurrentDays": days, "storageClass": "GLACIER_IR"}
    ]


def test_access_logs_expire_when_the_settings_say(deployment: Deployment) -> None:
    lake = record_lake(deployment, LakeSettings(access_log_expiry_days=7))
    (expire,) = (rule for rule in _rules(lake, "access-logs") if rule["id"] == "expire")
    assert expire["expiration"] == {"days": 7}


def test_a_component_that_may_remove_data_keeps_it_until_the_stack_agrees(
    deployment: Deployment,
) -> None:
    lake = record_lake(deployment, LakeSettings(data_removal_allowed=True))
    buckets = lake.of_type("aws:s3/bucket:Bucket")
    assert all(each.protect and not each.inputs["forceDestroy"] for each in buckets)


def _inputs(lake: Recording, kind: str, name: str) -> dict[str, Any]:
    (found,) = (r for r in lake.registrations if r.type.endswith(kind) and r.name == name)
    return dict(found.inputs)


def _encryption(lake: Recording, zone: str) -> dict[str, Any]:
    (rule,) = _inputs(lake, "SideEncryptionConfiguration", f"lake-{zone}-encryption")["rules"]
    return rule


def _rules(lake: Recording, zone: str) -> list[dict[str, Any]]:
    return _inputs(lake, "LifecycleConfiguration", f"lake-{zone}-lifecycle")["rules"]
