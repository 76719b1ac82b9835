"""Secrets of a stack's configuration, for a stack that is thrown away.

What this machine can decrypt (PULUMI_CONFIG_PASSPHRASE) is used as it is. Anything else becomes a
placeholder of the same length that differs when the ciphertext differs. Either stays a secret.
The format is that of pulumi/pulumi, pkg/secrets/passphrase and sdk/go/common/resource/config:
AES-256-GCM under PBKDF2 (SHA-256, 1,000,000 rounds), written ``v1:<nonce>:<ciphertext>``.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ROUNDS: Final = 1_000_000
_TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_PROOF: Final = b"pulumi"
"""What a salt carries encrypted, to tell a right passphrase from a wrong one."""


@dataclass(frozen=True, kw_only=True)
class Cipher:
    """Encrypts and decrypts values of one stack."""

    key: bytes

    @classmethod
    @lru_cache
    def of(cls, passphrase: str, salt: bytes) -> Cipher:
        """Derive the key, which takes a good part of a second by design."""
        return cls(key=hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, _ROUNDS))

    def encrypt(self, text: str) -> str:
        """Return the text as a stack's file holds it after ``secure:``."""
        # A nonce from the text: the same configuration is the same file.
        nonce = hashlib.sha256(self.key + text.encode()).digest()[:_NONCE_BYTES]
        sealed = AESGCM(self.key).encrypt(nonce, text.encode(), None)
        return f"v1:{_written(nonce)}:{_written(sealed)}"

    def decrypt(self, ciphertext: str) -> str | None:
        """Return the text, or None when this key does not open it."""
        version, _, rest = ciphertext.partition(":")
        nonce, _, sealed = rest.partition(":")
        if version != "v1" or not sealed:
            return None
        try:
            opened = AESGCM(self.key).decrypt(
                base64.b64decode(nonce), base64.b64decode(sealed), None
            )
        except (InvalidTag, ValueError):
            return None
        return opened.decode()


def new_salt(passphrase: str, salt: bytes) -> tuple[str, Cipher]:
    """Return what a stack's file holds as ``encryptionsalt``, and the cipher of that stack."""
    cipher = Cipher.of(passphrase, salt)
    return f"v1:{_written(salt)}:{cipher.encrypt(_PROOF.decode())}", cipher


def own_cipher(encryption_salt: str | None) -> Cipher | None:
    """Return the cipher for a stack of this user's, or None without the right passphrase."""
    passphrase = _passphrase()
    if passphrase is None or not encryption_salt:
        return None
    version, salt, proof = [*encryption_salt.split(":", 2), "", ""][:3]
    if version != "v1":
        return None
    cipher = Cipher.of(passphrase, base64.b64decode(salt))
    return cipher if cipher.decrypt(proof) == _PROOF.decode() else None


def placeholder(ciphertext: str) -> str:
    """Return text as long as what is encrypted; another ciphertext gives another text."""
    try:
        sealed = len(base64.b64decode(ciphertext.rsplit(":", 1)[-1], validate=True))
    except ValueError:
        sealed = len(ciphertext)
    length = max(1, sealed - _TAG_BYTES)
    digest = hashlib.sha256(ciphertext.encode()).hexdigest()
    return (digest * (length // len(digest) + 1))[:length]


def _passphrase() -> str | None:
    given = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
    file = os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if given is None and file:
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - a name from the environment
            return opened.read().strip()
    return given


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()
