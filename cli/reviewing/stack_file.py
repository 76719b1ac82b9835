"""The configuration of a stack, made fit for a throw-away local cloud.

The stack's own settings stay as they are: names, sizes, switches and the region decide what is
reviewed. What would lead to a real account (profiles, roles, endpoints) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml

from cli.engine import PASSPHRASE
from cli.reviewing.errors import NoStackError
from cli.reviewing.secrets import Cipher, new_salt, own_cipher, placeholder

LEADS_ELSEWHERE: Final = frozenset(
    {
        "aws:accessKey", "aws:assumeRole", "aws:assumeRoles", "aws:assumeRoleWithWebIdentity",
        "aws:endpoints", "aws:profile", "aws:secretKey", "aws:sharedConfigFiles",
        "aws:sharedCredentialsFiles", "aws:token",
        "snowflake:accountName", "snowflake:authenticator", "snowflake:host",
        "snowflake:organizationName", "snowflake:password", "snowflake:port",
        "snowflake:privateKey", "snowflake:privateKeyPassphrase", "snowflake:profile",
        "snowflake:protocol", "snowflake:role", "snowflake:token", "snowflake:user",
    }
)  # fmt: skip
"""Settings of the providers that say who they are and whom they ask."""
WAREHOUSE: Final = "tarn:warehouse"
AT_ONCE: Final = {"roleSettleSeconds": 0}
"""How long an account takes to know new roles everywhere. No resource says it, and a deployment to
a local cloud need not wait for it: half a minute in prod."""
DEFAULT_REGION: Final = "us-east-1"
DEFAULT_ACCOUNT: Final = "000000000000"
_SALT: Final = b"tarn rev"
"""Not random: the stack is thrown away, and what it keeps lies in a folder of its owner only."""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """What the run needs to know of a stack. ``placeholders`` are keys whose secret is unknown."""

    region: str
    account_id: str
    placeholders: tuple[str, ...]


def prepare(tree: Path, stack: str, *, side: str) -> StackFile:
    """Rewrite the stack's file in a copy of a commit; ``side`` is base or head, for the error.

    Raises NoStackError when the commit does not have it.
    """
    path = tree / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = [file.name.split(".")[1] for file in tree.glob("Pulumi.*.yaml")]
        raise NoStackError(stack=stack, side=side, known=known)
    document = cast("dict[str, Any]", yaml.safe_load(path.read_text()) or {})
    given = cast("dict[str, Any]", document.get("config") or {})
    kept = {key: value for key, value in given.items() if key not in LEADS_ELSEWHERE}
    salt, cipher = new_salt(PASSPHRASE, _SALT)
    reader = own_cipher(document.get("encryptionsalt")) if _has_secret(kept) else None
    placeholders: list[str] = []
    config = {
        key: _without_unknown_secrets(value, key, reader, cipher, placeholders)
        for key, value in kept.items()
    }
    warehouse = config.get(WAREHOUSE) or {}
    if isinstance(warehouse, dict):
        config[WAREHOUSE] = {**cast("dict[str, Any]", warehouse), **AT_ONCE}
    path.write_text(yaml.safe_dump({"config": config, "encryptionsalt": salt}, sort_keys=False))
    return StackFile(
        region=str(config.get("aws:region", DEFAULT_REGION)),
        account_id=account_of(config),
        placeholders=tuple(sorted(placeholders)),
    )


def account_of(config: Mapping[str, Any]) -> str:
    """The first account that the stack allows, so that its own guard lets the local cloud pass."""
    allowed = config.get("aws:allowedAccountIds") or []
    accounts = json.loads(allowed) if isinstance(allowed, str) else allowed
    return str(accounts[0]) if accounts else DEFAULT_ACCOUNT


def _has_secret(value: object) -> bool:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return set(fields) == {"secure"} or any(_has_secret(one) for one in fields.values())
    return isinstance(value, list) and any(_has_secret(one) for one in cast("list[object]", value))


def _without_unknown_secrets(
    value: Any,  # noqa: ANN401 - whatever YAML holds
    key: str,
    reader: Cipher | None,
    writer: Cipher,
    placeholders: list[str],
) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [
            _without_unknown_secrets(one, f"{key}[{position}]", reader, writer, placeholders)
            for position, one in enumerate(items)
        ]
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, Any]", value)
    if set(fields) != {"secure"}:
        return {
            name: _without_unknown_secrets(one, f"{key}.{name}", reader, writer, placeholders)
            for name, one in fields.items()
        }
    ciphertext = str(fields["secure"])
    text = reader.decrypt(ciphertext) if reader is not None else None
    if text is None:
        placeholders.append(key)
        text = placeholder(ciphertext)
    return {"secure": writer.encrypt(text)}
