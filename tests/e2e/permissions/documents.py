"""Every policy of the program, read from the deployed cloud, and put back changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tests.e2e.checkout import Checkout

Document = Mapping[str, Any]

TRUST = "role trust policy"


@dataclass(frozen=True, kw_only=True, order=True)
class PolicyName:
    """A policy: the ARN of what it is attached to, and its name there.

    Resource policies have the name of their kind, e.g. ``bucket policy``.
    """

    owner: str
    policy: str

    @property
    def holder(self) -> str:
        """The owner without account and environment: ``ingest``, ``landing``, ``lake key``."""
        if ":key/" in self.owner:
            return "lake"
        last = self.owner.rpartition(":")[2].rpartition("/")[2]
        return last.removeprefix("tarn-local-").removesuffix("-000000000000")

    @property
    def kind(self) -> str:
        """What kind of policy it is, in words."""
        return self.policy if self.policy.endswith(" policy") else "role policy"


def read_documents(cloud: Checkout) -> dict[PolicyName, Document]:
    """Return every document of the account."""
    return {**_roles(cloud), **_buckets(cloud), **_queues(cloud), **_topics(cloud), **_keys(cloud)}


def write_document(cloud: Checkout, name: PolicyName, document: Document) -> None:
    """Put a document in the place of the one that is attached."""
    text = json.dumps(document)
    last = name.owner.rpartition(":")[2].rpartition("/")[2]
    match name.policy:
        case "role trust policy":
            cloud.client("iam").update_assume_role_policy(RoleName=last, PolicyDocument=text)
        case "bucket policy":
            cloud.client("s3").put_bucket_policy(Bucket=last, Policy=text)
        case "queue policy":
            sqs = cloud.client("sqs")
            url = sqs.get_queue_url(QueueName=last)["QueueUrl"]
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
        case "topic policy":
            cloud.client("sns").set_topic_attributes(
                TopicArn=name.owner, AttributeName="Policy", AttributeValue=text
            )
        case "key policy":
            cloud.client("kms").put_key_policy(KeyId=name.owner, PolicyName="default", Policy=text)
        case inline:
            cloud.client("iam").put_role_policy(
                RoleName=last, PolicyName=inline, PolicyDocument=text
            )


def _roles(cloud: Checkout) -> dict[PolicyName, Document]:
    iam = cloud.client("iam")
    found: dict[PolicyName, Document] = {}
    for role in iam.list_roles()["Roles"]:
        arn, name = role["Arn"], role["RoleName"]
        found[PolicyName(owner=arn, policy=TRUST)] = role["AssumeRolePolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            answer = iam.get_role_policy(RoleName=name, PolicyName=policy)
            found[PolicyName(owner=arn, policy=policy)] = answer["PolicyDocument"]
    return found


def _buckets(cloud: Checkout) -> dict[PolicyName, Document]:
    s3 = cloud.client("s3")
    names = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    return {
        PolicyName(owner=f"arn:aws:s3:::{name}", policy="bucket policy"): _parsed(
            s3.get_bucket_policy(Bucket=name)["Policy"]
        )
        for name in names
    }


def _queues(cloud: Checkout) -> dict[PolicyName, Document]:
    sqs = cloud.client("sqs")
    found: dict[PolicyName, Document] = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        names = ["Policy", "QueueArn"]
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        name = PolicyName(owner=held["QueueArn"], policy="queue policy")
        found[name] = _parsed(held["Policy"])
    return found


def _topics(cloud: Checkout) -> dict[PolicyName, Document]:
    sns = cloud.client("sns")
    arns = [each["TopicArn"] for each in sns.list_topics()["Topics"]]
    return {
        PolicyName(owner=arn, policy="topic policy"): _parsed(
            sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
        )
        for arn in arns
    }


def _keys(cloud: Checkout) -> dict[PolicyName, Document]:
    kms = cloud.client("kms")
    held = kms.list_keys()["Keys"]
    return {
        PolicyName(owner=each["KeyArn"], policy="key policy"): _parsed(
            kms.get_key_policy(KeyId=each["KeyId"], PolicyName="default")["Policy"]
        )
        for each in held
    }


def _parsed(text: str) -> Document:
    return cast("Document", json.loads(text))
