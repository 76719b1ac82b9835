"""Sessions of the program's roles for the test, which no trust policy lets in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

import boto3

from tests.e2e.checkout import Checkout
from tests.e2e.permissions.replay import PROBER

PERSON: Final = "somebody"


class Sessions:
    """Lets the test's own user into a role for the moment in which it assumes it.

    A session lives on when the trust is put back; what it may do is decided by the role's policies.
    """

    def __init__(self, cloud: Checkout) -> None:
        self._cloud = cloud
        self._user = f"{PROBER}-{secrets.token_hex(4)}"
        self._key: Mapping[str, str] = {}
        self._person: Mapping[str, str] = {}
        self._credentials: dict[str, Mapping[str, str]] = {}

    def client(self, service: str, role: str) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
        """Return a client that acts as a role of the program, given by name."""
        if role not in self._credentials:
            self._credentials[role] = self._assume(role)
        return self._client(service, self._credentials[role])

    def person(self, service: str, *, allowed: Mapping[str, str]) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
        """Return a client of a person of the account, who may do one action on one resource."""
        if not self._person:
            iam = self._cloud.client("iam")
            iam.create_user(UserName=PERSON)
            document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **allowed}]}
            iam.put_user_policy(
                UserName=PERSON, PolicyName="own", PolicyDocument=json.dumps(document)
            )
            self._person = iam.create_access_key(UserName=PERSON)["AccessKey"]
        return self._client(service, self._person)

    def _assume(self, role: str) -> Mapping[str, str]:
        iam = self._cloud.client("iam")
        held = iam.get_role(RoleName=role)["Role"]
        trust = held["AssumeRolePolicyDocument"]
        user = f"arn:aws:iam::{held['Arn'].split(':')[4]}:user/{self._user}"
        lets_in = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sts:AssumeRole"}
        key = self._user_key()
        opened = {**trust, "Statement": [*trust["Statement"], lets_in]}
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(opened))
        try:
            sts = self._client("sts", key)
            answer = sts.assume_role(RoleArn=held["Arn"], RoleSessionName="session")
        finally:
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
        return answer["Credentials"]

    def _user_key(self) -> Mapping[str, str]:
        if not self._key:
            iam = self._cloud.client("iam")
            iam.create_user(UserName=self._user)
            self._key = iam.create_access_key(UserName=self._user)["AccessKey"]
        return self._key

    def _client(self, service: str, key: Mapping[str, str]) -> Any:  # noqa: ANN401 - boto3 makes its types at run time
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self._cloud.aws_port}",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            aws_session_token=key.get("SessionToken"),
            region_name="us-east-1",
        )
