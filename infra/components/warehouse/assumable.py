"""Wait, bounded, until a role that Snowflake was just given can be assumed.

IAM is eventually consistent: a new role is readable before every region lets it be assumed, and
Snowflake does not try again. So what uses a role is created only after IAM shows the role with
exactly the trust policy that was asked for, and after the role has reached a settling age.
Nothing waits in a preview, nor for a role that has been there for longer (docs/adr/0034).
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

import pulumi
import pulumi_aws as aws

from infra.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOOK_AGAIN_SECONDS: Final = 2.0
GIVE_UP_SECONDS: Final = 120.0


class RoleNotAssumableError(InfraError):
    """IAM does not show a role's new trust policy within the bound."""

    def __init__(self, *, role: str, shown: str, waited_seconds: float) -> None:
        self.role = role
        self.shown = shown
        super().__init__(
            f"The role {role} was created, but after {waited_seconds:.0f} s IAM still shows "
            f"another trust policy than the one that lets Snowflake assume it: {shown}\n"
            "Nothing that reads through it was created. If the policy names a principal by an id "
            "(AIDA...), Snowflake's user was replaced: run `pulumi refresh`, then `pulumi up`. "
            "Otherwise run `pulumi up` again; it goes on from here."
        )


@dataclass(frozen=True, kw_only=True)
class ShownRole:
    """What IAM answers about a role."""

    trust: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait, and by which clock; tests bring their own."""

    settle_seconds: float
    """Age a role must have. Zero where a role can be assumed at once."""
    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


async def wait_until_shown(
    role: str, *, trust: str, look: Callable[[], Awaitable[ShownRole]], patience: Patience
) -> None:
    """Return when IAM shows the trust policy and the role is old enough.

    Raises RoleNotAssumableError when the policy does not appear within GIVE_UP_SECONDS.
    """
    began = patience.now()
    shown = await look()
    while not same_policy(shown.trust, trust):
        waited = patience.now() - began
        if waited >= GIVE_UP_SECONDS:
            raise RoleNotAssumableError(role=role, shown=shown.trust, waited_seconds=waited)
        await patience.sleep(LOOK_AGAIN_SECONDS)
        shown = await look()
    age = patience.now() - shown.created_at.timestamp()
    if age < patience.settle_seconds:
        # Bounded even when this machine's clock is behind IAM's.
        await patience.sleep(min(patience.settle_seconds - age, patience.settle_seconds))


def assumable(
    role: aws.iam.Role, *, permissions: aws.iam.RolePolicy, patience: Patience
) -> pulumi.Output[pulumi.Resource]:
    """Return the role's permissions, but only once the role can be assumed.

    Meant for ``depends_on``, so that the wait orders resources without becoming an input of one.
    """

    async def wait(known: list[str]) -> pulumi.Resource:
        name, trust = known[:2]
        if not pulumi.runtime.is_dry_run():
            await wait_until_shown(
                name, trust=trust, look=lambda: _look_up(role, name), patience=patience
            )
        return permissions

    return pulumi.Output.all(role.name, role.assume_role_policy, permissions.id).apply(wait)


async def _look_up(role: aws.iam.Role, name: str) -> ShownRole:
    output = aws.iam.get_role_output(name=name, opts=pulumi.InvokeOutputOptions(parent=role))
    answer = cast("aws.iam.GetRoleResult", await output.future())
    return ShownRole(
        trust=answer.assume_role_policy,
        created_at=datetime.fromisoformat(answer.create_date).astimezone(UTC),
    )


def same_policy(one: str, other: str) -> bool:
    """Compare policy texts by meaning: IAM writes a list of one as a plain value."""
    return _comparable(json.loads(one)) == _comparable(json.loads(other))


def _comparable(value: object) -> object:
    if isinstance(value, dict):
        return {name: _comparable(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        members = [_comparable(each) for each in cast("list[object]", value)]
        return members[0] if len(members) == 1 else sorted(members, key=repr)
    return value
