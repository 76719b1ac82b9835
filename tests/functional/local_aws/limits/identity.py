"""IAM: names, and how long documents may be."""

from __future__ import annotations

import json
from typing import Final

from tests.functional.local_aws.laboratory import Document, Laboratory, allow, policy
from tests.functional.local_aws.limits.row import MODEL, Row, long_name, named

QUOTAS: Final = "IAM/latest/UserGuide/reference_iam-quotas.html"
TRUST: Final = policy(
    {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
)
LIMIT: Final = "LimitExceeded"


def document(size: int, indent: int | None = None) -> str:
    """Return a policy of this many characters, those that are white space not counted."""
    empty = policy(allow("s3:GetObject", "arn:aws:s3:::"))
    missing = size - len("".join(empty.split()))
    return json.dumps(
        json.loads(policy(allow("s3:GetObject", "arn:aws:s3:::" + "x" * missing))), indent=indent
    )


def trust(size: int) -> str:
    """Return a trust policy of this many characters, those that are white space not counted."""
    statement: Document = json.loads(TRUST)["Statement"][0]
    missing = size - len("".join(TRUST.split())) - len('"Sid":"",')
    return policy({"Sid": "x" * missing, **statement})


def role(laboratory: Laboratory) -> None:
    """Make the role."""
    laboratory.client("iam").create_role(
        RoleName=f"role-{laboratory.suffix}", AssumeRolePolicyDocument=TRUST
    )


def half_full(laboratory: Laboratory) -> None:
    """Make the role, with half of what its inline policies may hold."""
    role(laboratory)
    laboratory.client("iam").put_role_policy(
        RoleName=f"role-{laboratory.suffix}", PolicyName="half", PolicyDocument=document(5_120)
    )


def nine_policies(laboratory: Laboratory) -> None:
    """Make the role with nine attached policies, and one and two more that are not attached."""
    role(laboratory)
    iam = laboratory.client("iam")
    for number in range(11):
        arn = iam.create_policy(
            PolicyName=f"{laboratory.suffix}-{number}", PolicyDocument=document(200)
        )["Policy"]["Arn"]
        if number < 9:
            iam.attach_role_policy(RoleName=f"role-{laboratory.suffix}", PolicyArn=arn)


def role_of_length(laboratory: Laboratory, length: int) -> Document:
    """Return a CreateRole call for a name of this length."""
    return {"RoleName": long_name(laboratory, length), "AssumeRolePolicyDocument": TRUST}


def spelled(laboratory: Laboratory, start: str) -> Document:
    """Return a CreateRole call for a name that begins so."""
    return {"RoleName": start + laboratory.suffix, "AssumeRolePolicyDocument": TRUST}


def attach(laboratory: Laboratory, numbers: list[int]) -> Document:
    """Attach all but the last of these policies, and return the call for the last."""
    *first, last = [
        {
            "RoleName": f"role-{laboratory.suffix}",
            "PolicyArn": f"arn:aws:iam::000000000000:policy/{laboratory.suffix}-{number}",
        }
        for number in numbers
    ]
    for call in first:
        laboratory.client("iam").attach_role_policy(**call)
    return last


PUT_ROLE: Final = {"RoleName": "role-{suffix}", "PolicyName": "policy"}

ROWS: Final = (
    Row(
        "role name length", "iam", "create_role", role_of_length, 64, 65, "ValidationError", QUOTAS
    ),
    Row(
        "role name pattern",
        "iam",
        "create_role",
        spelled,
        "a+b=c,d.e@f-g",
        "a b",
        "ValidationError",
        MODEL,
    ),
    Row(
        "role path",
        "iam",
        "create_role",
        named("Path", RoleName="role-{suffix}", AssumeRolePolicyDocument=TRUST),
        "/a/",
        "/a",
        "ValidationError",
        MODEL,
    ),
    Row(
        "role description",
        "iam",
        "create_role",
        named("Description", RoleName="role-{suffix}", AssumeRolePolicyDocument=TRUST),
        "x" * 1000,
        "x" * 1001,
        "ValidationError",
        MODEL,
    ),
    Row(
        "session duration",
        "iam",
        "create_role",
        named("MaxSessionDuration", RoleName="role-{suffix}", AssumeRolePolicyDocument=TRUST),
        43_200,
        43_201,
        "ValidationError",
        MODEL,
    ),
    Row(
        "policy name",
        "iam",
        "create_policy",
        lambda lab, length: {"PolicyName": long_name(lab, length), "PolicyDocument": document(200)},
        128,
        129,
        "ValidationError",
        QUOTAS,
    ),
    Row(
        "trust policy",
        "iam",
        "create_role",
        lambda lab, size: {
            "RoleName": f"role-{lab.suffix}",
            "AssumeRolePolicyDocument": trust(size),
        },
        2_048,
        2_049,
        LIMIT,
        QUOTAS,
    ),
    Row(
        "trust policy, changed",
        "iam",
        "update_assume_role_policy",
        lambda lab, size: {"RoleName": f"role-{lab.suffix}", "PolicyDocument": trust(size)},
        2_048,
        2_049,
        LIMIT,
        QUOTAS,
        role,
    ),
    Row(
        "inline policy",
        "iam",
        "put_role_policy",
        lambda _lab, size: {
            "RoleName": f"role-{_lab.suffix}",
            "PolicyName": "policy",
            "PolicyDocument": document(size),
        },
        10_240,
        10_241,
        LIMIT,
        QUOTAS,
        role,
    ),
    Row(
        "inline policies together",
        "iam",
        "put_role_policy",
        lambda _lab, size: {
            "RoleName": f"role-{_lab.suffix}",
            "PolicyName": "policy",
            "PolicyDocument": document(size),
        },
        5_120,
        5_121,
        LIMIT,
        QUOTAS,
        half_full,
    ),
    Row(
        "white space is free",
        "iam",
        "put_role_policy",
        lambda _lab, size: {
            "RoleName": f"role-{_lab.suffix}",
            "PolicyName": "policy",
            "PolicyDocument": document(size, indent=200),
        },
        10_240,
        10_241,
        LIMIT,
        QUOTAS,
        role,
    ),
    Row(
        "managed policy",
        "iam",
        "create_policy",
        lambda lab, size: {"PolicyName": lab.suffix, "PolicyDocument": document(size)},
        6_144,
        6_145,
        LIMIT,
        QUOTAS,
    ),
    Row(
        "attached policies",
        "iam",
        "attach_role_policy",
        attach,
        [9],
        [9, 10],
        LIMIT,
        QUOTAS,
        nine_policies,
    ),
    Row(
        "tags of a role",
        "iam",
        "tag_role",
        named("Tags", RoleName="role-{suffix}"),
        [{"Key": "a:b/c", "Value": "d e"}],
        [{"Key": "a*b", "Value": "c"}],
        "ValidationError",
        MODEL,
        role,
    ),
    Row(
        "session name",
        "sts",
        "assume_role",
        lambda lab, name: {
            "RoleArn": lab.role(trust={"Principal": {"AWS": "*"}}, name=f"r{len(name)}"),
            "RoleSessionName": name,
        },
        "s" * 64,
        "s" * 65,
        "ValidationError",
        MODEL,
    ),
)
