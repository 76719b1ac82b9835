"""Keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.documents import allowing, statements
from guardrails.resources import Resource, StackFacts
from guardrails.rule import ResourceRule, Rule
from guardrails.rules.s3 import NARROWING

KEY: Final = "aws:kms/key:Key"
LONGEST_WAIT_DAYS: Final = 30
_CONTROLS: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html"


def _rotating(key: Resource) -> bool:
    """Only symmetric keys for encryption can: AWS refuses rotation for the others."""
    encrypts = key.text("keyUsage") in ("", "ENCRYPT_DECRYPT")
    return encrypts and key.text("customerMasterKeySpec") in ("", "SYMMETRIC_DEFAULT")


def _unrotated(key: Resource) -> Iterator[str]:
    if _rotating(key) and not key.enabled("enableKeyRotation"):
        yield f"Key {key.name} never rotates."


def _hasty(key: Resource) -> Iterator[str]:
    days = key.number("deletionWindowInDays")
    if days is not None and days < LONGEST_WAIT_DAYS:
        yield f"Key {key.name} is gone {days:.0f} days after somebody deletes it."


def _public(key: Resource) -> Iterator[str]:
    for one in allowing(statements(key, "policy")):
        if one.is_for_anyone and not one.condition_keys() & NARROWING:
            yield f"Statement {one.sid!r} lets anyone use key {key.name}."


def _keeps_data(facts: StackFacts) -> bool:
    return not facts.data_removal_allowed


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule(
        name="key-rotates",
        types=(KEY,),
        summary="A key for encryption rotates.",
        reason="The more one key encrypts, the more its loss gives away.",
        fix="Set enableKeyRotation to true.",
        source=_CONTROLS,
        reference="KMS.4, CIS AWS 3.6",
        check=_unrotated,
    ),
    ResourceRule(
        name="key-waits-before-deletion",
        types=(KEY,),
        summary=f"A deleted key can be had back for {LONGEST_WAIT_DAYS} days.",
        reason="With the key goes everything that it encrypted, backups included.",
        fix=f"Set deletionWindowInDays to {LONGEST_WAIT_DAYS}.",
        source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
        reference="KMS.3",
        holds_for=_keeps_data,
        only="stacks that keep their data",
        check=_hasty,
    ),
    ResourceRule(
        name="key-policy-not-public",
        types=(KEY,),
        summary="No key policy allows anything to everybody.",
        reason="Anybody who gets hold of a ciphertext could decrypt it.",
        fix="Name the principals, or narrow the statement by kms:CallerAccount.",
        source=_CONTROLS,
        reference="KMS.5",
        check=_public,
    ),
)
