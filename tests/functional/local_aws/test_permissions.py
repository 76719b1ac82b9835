"""What the policies do not allow fails here too, with the reason that AWS gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.local_aws.laboratory import (
    ACCOUNT,
    REGION,
    Document,
    Laboratory,
    allow,
    policy,
)

SNOWFLAKE = "111111111111"


@pytest.fixture
def bucket(laboratory: Laboratory) -> str:
    """A bucket with one object."""
    s3 = laboratory.client("s3")
    s3.create_bucket(Bucket=laboratory.bucket)
    s3.put_object(Bucket=laboratory.bucket, Key="a/1", Body=b"x")
    return laboratory.bucket


def denied(call: Callable[[], object]) -> str:
    """Return the message of the refusal that a call must meet."""
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return str(caught.value.response["Error"].get("Message"))


def test_root_may_do_everything_known(laboratory: Laboratory, bucket: str) -> None:
    assert laboratory.client("s3").get_object(Bucket=bucket, Key="a/1")["Body"].read() == b"x"


def test_a_user_without_a_policy_may_do_nothing(laboratory: Laboratory, bucket: str) -> None:
    s3 = laboratory.client("s3", laboratory.user_key())
    message = denied(lambda: s3.get_object(Bucket=bucket, Key="a/1"))
    assert message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/user-{laboratory.suffix} is not authorized to perform: "
        f"s3:GetObject on resource: arn:aws:s3:::{bucket}/a/1 because no identity-based policy "
        "allows the s3:GetObject action"
    )


def test_a_denial_outweighs_what_is_allowed(laboratory: Laboratory, bucket: str) -> None:
    deny = {**allow("s3:*", f"arn:aws:s3:::{bucket}/a/*"), "Effect": "Deny"}
    s3 = laboratory.client("s3", laboratory.user_key(allow("s3:*", "*"), deny))
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    message = denied(lambda: s3.get_object(Bucket=bucket, Key="a/1"))
    assert "an explicit deny in an identity-based policy" in message


def test_a_listing_may_be_allowed_for_a_prefix_only(laboratory: Laboratory, bucket: str) -> None:
    statement = allow(
        "s3:ListBucket",
        f"arn:aws:s3:::{bucket}",
        Condition={"StringLike": {"s3:prefix": ["a/*"]}},
    )
    s3 = laboratory.client("s3", laboratory.user_key(statement))
    assert s3.list_objects_v2(Bucket=bucket, Prefix="a/")["KeyCount"] == 1
    denied(lambda: s3.list_objects_v2(Bucket=bucket))
    denied(lambda: s3.list_objects_v2(Bucket=bucket, Prefix="b/"))


def over_plain_http(client: Any) -> Any:  # noqa: ANN401 - boto3 is untyped
    """Let a client say of its requests that they came without TLS."""

    def mark(request: Any, **_: object) -> None:  # noqa: ANN401 - boto3 is untyped
        request.headers["X-Forwarded-Proto"] = "http"

    client.meta.events.register("before-sign", mark)
    return client


def test_loopback_counts_as_tls_until_the_client_says_otherwise(
    laboratory: Laboratory, bucket: str
) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3 = laboratory.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(statement))
    s3.put_object(Bucket=bucket, Key="a/2", Body=b"y")
    plain = over_plain_http(laboratory.client("s3"))
    message = denied(lambda: plain.put_object(Bucket=bucket, Key="a/3", Body=b"z"))
    assert "an explicit deny in a bucket policy" in message


def test_the_control_api_tells_which_statement_allowed_a_request(
    laboratory: Laboratory, bucket: str
) -> None:
    key = laboratory.user_key(
        allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"),
        allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"),
    )
    laboratory.client("s3", key).get_object(Bucket=bucket, Key="a/1")
    user = f"arn:aws:iam::{ACCOUNT}:user/user-{laboratory.suffix}"
    (decision,) = (
        each for each in laboratory.control("decisions") if each["caller"]["arn"] == user
    )
    assert decision["action"] == "s3:GetObject"
    assert decision["resource"] == f"arn:aws:s3:::{bucket}/a/1"
    assert decision["because"] is None
    assert decision["statements"] == [{"owner": user, "policy": "policy", "place": 1}]


def test_an_unknown_condition_is_refused_by_name(laboratory: Laboratory, bucket: str) -> None:
    statement = allow("s3:GetObject", "*", Condition={"StringEquals": {"aws:MoonPhase": "full"}})
    s3 = laboratory.client("s3", laboratory.user_key(statement))
    with pytest.raises(ClientError, match="does not know the condition key aws:MoonPhase"):
        s3.get_object(Bucket=bucket, Key="a/1")


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("s3", "put_bucket_website", {"Bucket": "b-b", "WebsiteConfiguration": {}}),
        ("athena", "list_work_groups", {}),
        ("sqs", "start_message_move_task", {"SourceArn": "arn:aws:sqs:us-east-1:0:q"}),
    ],
)
def test_what_is_not_known_is_refused_by_name_for_root_too(
    laboratory: Laboratory, service: str, operation: str, arguments: Document
) -> None:
    with pytest.raises(ClientError, match=re.escape("Tarn's local cloud does not know")) as caught:
        getattr(laboratory.client(service), operation)(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_what_only_root_may_call_is_denied_by_name(laboratory: Laboratory) -> None:
    sqs = laboratory.client("sqs", laboratory.user_key(allow("*", "*")))
    message = denied(lambda: sqs.create_queue(QueueName="any"))
    assert "does not know how to authorise sqs:CreateQueue" in message


def test_an_unknown_key_is_nobody(laboratory: Laboratory) -> None:
    key = {"AccessKeyId": "AKIA0000000000000000", "SecretAccessKey": "x"}
    assert "nobody in the local cloud" in denied(
        lambda: laboratory.client("sts", key).get_caller_identity()
    )


def test_a_session_needs_its_own_token(laboratory: Laboratory) -> None:
    user = laboratory.user_key()
    role = laboratory.role(
        allow("s3:ListAllMyBuckets", "*"),
        trust={"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/user-{laboratory.suffix}"}},
    )
    sts = laboratory.client("sts", user)
    session = sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    assert "Buckets" in laboratory.client("s3", session).list_buckets()
    denied(lambda: laboratory.client("s3", {**session, "SessionToken": "other"}).list_buckets())


class TestTrust:
    """Who may assume a role."""

    @pytest.fixture
    def stranger(self, laboratory: Laboratory) -> Document:
        """A user of another account, who may try to assume any role."""
        iam = laboratory.client("iam", {"AccessKeyId": SNOWFLAKE, "SecretAccessKey": "x"})
        name = f"snowflake-{laboratory.suffix}"
        iam.create_user(UserName=name)
        iam.put_user_policy(
            UserName=name, PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole", "*"))
        )
        return iam.create_access_key(UserName=name)["AccessKey"]

    @pytest.fixture
    def role(self, laboratory: Laboratory) -> str:
        """A role that trusts the stranger when they know the external id."""
        user = f"arn:aws:iam::{SNOWFLAKE}:user/snowflake-{laboratory.suffix}"
        return laboratory.role(
            allow("s3:ListAllMyBuckets", "*"),
            trust={
                "Principal": {"AWS": user},
                "Condition": {"StringEquals": {"sts:ExternalId": "secret-word"}},
            },
        )

    def test_the_external_id_opens(
        self, laboratory: Laboratory, stranger: Document, role: str
    ) -> None:
        sts = laboratory.client("sts", stranger)
        answer = sts.assume_role(RoleArn=role, RoleSessionName="session", ExternalId="secret-word")
        identity = laboratory.client("sts", answer["Credentials"]).get_caller_identity()
        assert identity["Account"] == ACCOUNT
        assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]

    @pytest.mark.parametrize("external_id", [{}, {"ExternalId": "guessed"}])
    def test_nothing_else_does(
        self, laboratory: Laboratory, stranger: Document, role: str, external_id: Document
    ) -> None:
        sts = laboratory.client("sts", stranger)
        message = denied(
            lambda: sts.assume_role(RoleArn=role, RoleSessionName="session", **external_id)
        )
        assert "no role trust policy allows the sts:AssumeRole action" in message

    def test_a_role_that_does_not_exist_is_denied(
        self, laboratory: Laboratory, stranger: Document
    ) -> None:
        sts = laboratory.client("sts", stranger)
        role = f"arn:aws:iam::{ACCOUNT}:role/absent"
        denied(lambda: sts.assume_role(RoleArn=role, RoleSessionName="session"))


class TestEncryptedBucket:
    """A bucket with a key of its own: reading and writing need the key too."""

    @pytest.fixture
    def key_arn(self, laboratory: Laboratory, bucket: str) -> str:
        """The key with which the bucket encrypts."""
        kms = laboratory.client("kms")
        everything = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        arn = kms.create_key(Policy=policy(everything))["KeyMetadata"]["Arn"]
        rule = {
            "ApplyServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": arn,
            },
            "BucketKeyEnabled": True,
        }
        s3 = laboratory.client("s3")
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.put_object(Bucket=bucket, Key="a/encrypted", Body=b"secret")
        return arn

    def key_use(self, laboratory: Laboratory, key_arn: str, *actions: str) -> Document:
        """Allow the key through S3, for the bucket."""
        return allow(
            list(actions),
            key_arn,
            Condition={
                "StringEquals": {
                    "kms:ViaService": f"s3.{REGION}.amazonaws.com",
                    "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{laboratory.bucket}",
                }
            },
        )

    def test_reading_needs_decrypt(self, laboratory: Laboratory, bucket: str, key_arn: str) -> None:
        objects = allow("s3:*", f"arn:aws:s3:::{bucket}/*")
        reader = laboratory.user_key(objects, name="reader")
        message = denied(
            lambda: laboratory.client("s3", reader).get_object(Bucket=bucket, Key="a/encrypted")
        )
        assert f"kms:Decrypt on resource: {key_arn}" in message
        use = self.key_use(laboratory, key_arn, "kms:Decrypt")
        allowed = laboratory.client("s3", laboratory.user_key(objects, use, name="trusted"))
        assert allowed.get_object(Bucket=bucket, Key="a/encrypted")["Body"].read() == b"secret"
        assert "kms:GenerateDataKey" in denied(
            lambda: allowed.put_object(Bucket=bucket, Key="a/new", Body=b"x")
        )

    def test_the_permission_does_not_reach_beyond_the_service(
        self, laboratory: Laboratory, key_arn: str
    ) -> None:
        use = self.key_use(laboratory, key_arn, "kms:GenerateDataKey")
        kms = laboratory.client("kms", laboratory.user_key(use))
        denied(lambda: kms.generate_data_key(KeyId=key_arn, KeySpec="AES_256"))

    def test_a_key_policy_without_the_account_shuts_everybody_out(
        self, laboratory: Laboratory, bucket: str, key_arn: str
    ) -> None:
        nobody = {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "kms:*",
            "Resource": "*",
        }
        laboratory.client("kms").put_key_policy(
            KeyId=key_arn, PolicyName="default", Policy=policy(nobody)
        )
        message = denied(
            lambda: laboratory.client("s3").get_object(Bucket=bucket, Key="a/encrypted")
        )
        assert "no key policy allows the kms:Decrypt action" in message


def test_deleting_many_needs_each(laboratory: Laboratory, bucket: str) -> None:
    s3 = laboratory.client(
        "s3", laboratory.user_key(allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/a/*"))
    )
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/1"}]})
    message = denied(lambda: s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b/1"}]}))
    assert f"arn:aws:s3:::{bucket}/b/1" in message


def test_a_policy_on_an_index_is_not_one_on_its_table(laboratory: Laboratory) -> None:
    table = f"table-{laboratory.suffix}"
    laboratory.client("dynamodb").create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    dynamodb = laboratory.client(
        "dynamodb", laboratory.user_key(allow("dynamodb:Query", f"{arn}/index/*"))
    )
    condition = {
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "1"}},
    }
    message = denied_json(lambda: dynamodb.query(TableName=table, **condition))
    assert f"on resource: {arn} because" in message


def denied_json(call: Callable[[], object]) -> str:
    """Return the message of a refusal in a JSON protocol."""
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    return str(caught.value.response["Error"]["Message"])


def test_metrics_may_be_allowed_for_a_namespace_only(laboratory: Laboratory) -> None:
    statement = allow(
        "cloudwatch:PutMetricData",
        "*",
        Condition={"StringEquals": {"cloudwatch:namespace": "Tarn"}},
    )
    cloudwatch = laboratory.client("cloudwatch", laboratory.user_key(statement))
    data = [{"MetricName": "m", "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="Tarn", MetricData=data)
    denied(lambda: cloudwatch.put_metric_data(Namespace="Other", MetricData=data))


def test_overlapping_notifications_are_refused(laboratory: Laboratory, bucket: str) -> None:
    laboratory.queue()
    entries = [
        {
            "Id": name,
            "QueueArn": laboratory.queue_arn,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}},
        }
        for name, prefix in (("one", "a/"), ("other", "a/b/"))
    ]
    with pytest.raises(ClientError, match="Configurations overlap"):
        laboratory.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": entries}
        )


def test_the_control_api_lists_what_is_refused(laboratory: Laboratory) -> None:
    names = {limit["name"] for limit in laboratory.control("limits")}
    assert "aws: request signatures" in names
    assert "cloudwatch: alarms and dashboards" in names
