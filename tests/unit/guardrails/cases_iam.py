"""Roles and permissions."""

from __future__ import annotations

from typing import Any

from guardrails.resources import Resource, StackFacts
from guardrails.rules.iam import ATTACHMENTS, ROLE, ROLE_POLICY
from tests.unit.guardrails.case import Case, policy, resource

BUCKET_OBJECTS = "arn:aws:s3:::lake/*"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def may(action: str, on: str, **more: Any) -> Resource:  # noqa: ANN401
    return resource(
        ROLE_POLICY,
        policy=policy({"Effect": "Allow", "Action": action, "Resource": [on], **more}),
    )


def trusting(principal: object, **more: Any) -> Resource:  # noqa: ANN401
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return resource(ROLE, assumeRolePolicy=policy(statement))


def of_tokens(**condition: Any) -> Resource:  # noqa: ANN401
    return trusting(
        {"Federated": PROVIDER},
        Action=["sts:AssumeRoleWithWebIdentity"],
        Condition={"StringEquals": condition},
    )


CASES = (
    Case(
        rule="iam-names-actions",
        passing=[may("s3:GetObject", BUCKET_OBJECTS)],
        failing=[may("s3:*", BUCKET_OBJECTS)],
        says="allows s3:*",
    ),
    Case(
        rule="iam-names-actions",
        label="everything but",
        passing=[may("s3:Get*", BUCKET_OBJECTS)],
        failing=[
            resource(
                ROLE_POLICY,
                policy=policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            )
        ],
        says="everything but iam:*",
    ),
    Case(
        rule="iam-names-resources",
        passing=[may("s3:GetObject", BUCKET_OBJECTS)],
        failing=[may("s3:GetObject", "*")],
        says="s3:GetObject on every resource",
    ),
    Case(
        rule="iam-names-resources",
        label="an action without resources is narrowed by its condition",
        passing=[
            may(
                "cloudwatch:PutMetricData",
                "*",
                Condition={"StringEquals": {"cloudwatch:namespace": "Glue"}},
            )
        ],
        failing=[may("cloudwatch:PutMetricData", "*")],
        says="cloudwatch:PutMetricData on every resource",
    ),
    Case(
        rule="iam-passes-named-roles",
        passing=[
            may(
                "iam:PassRole",
                "arn:aws:iam::123456789012:role/tarn-dev-curate",
                Condition={"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}},
            )
        ],
        failing=[may("iam:PassRole", "arn:aws:iam::123456789012:role/tarn-dev-curate")],
        says="passes a role to any service",
    ),
    Case(
        rule="iam-passes-named-roles",
        label="any role",
        passing=[may("iam:GetRole", "arn:aws:iam::123456789012:role/*")],
        failing=[
            may(
                "iam:PassRole",
                "arn:aws:iam::123456789012:role/*",
                Condition={"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}},
            )
        ],
        says="passes roles that it does not name",
    ),
    Case(
        rule="iam-attaches-no-full-access",
        passing=[
            resource(
                ATTACHMENTS[0],
                policyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            )
        ],
        failing=[resource(ATTACHMENTS[0], policyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")],
        says="attaches AWS's AmazonS3FullAccess",
    ),
    Case(
        rule="role-trusts-named-principals",
        passing=[trusting({"Service": "glue.amazonaws.com"})],
        failing=[trusting({"AWS": "*"})],
        says="lets anyone assume",
    ),
    Case(
        rule="role-trusts-users-by-external-id",
        passing=[
            trusting(
                {"AWS": "arn:aws:iam::999999999999:user/snowflake"},
                Condition={"StringEquals": {"sts:ExternalId": "id"}},
            )
        ],
        failing=[trusting({"AWS": "arn:aws:iam::999999999999:user/snowflake"})],
        says="without an external id",
    ),
    Case(
        rule="role-trusts-named-subjects",
        passing=[
            of_tokens(
                **{"token.actions.githubusercontent.com:sub": "repo:acme/lake:environment:dev"}
            )
        ],
        failing=[of_tokens(**{"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"})],
        says="trusts every subject",
    ),
    Case(
        rule="role-has-boundary",
        passing=[resource(ROLE, permissionsBoundary="arn:aws:iam::123456789012:policy/b")],
        failing=[resource(ROLE)],
        says="has no permissions boundary",
        facts=StackFacts(environment="prod"),
    ),
)
