"""Key-pair login: the token that proves, for a minute, who holds a private key."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from local_cloud.providers.errors import ConfigurationRefusedError
from local_cloud.providers.snowflake.connection import ACCOUNT_NAME

_LIFE: Final = timedelta(minutes=1)


def signed_token(user: str, private_key: str, passphrase: str) -> str:
    """Return a token for one login; ``private_key`` is PKCS #8 in PEM, encrypted or not."""
    try:
        key = load_pem_private_key(
            private_key.encode(), passphrase.encode() if passphrase else None
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"the private key of the snowflake provider cannot be read: {error}"
        raise ConfigurationRefusedError(message) from error
    if not isinstance(key, RSAPrivateKey):
        message = "the private key of the snowflake provider must be an RSA key"
        raise ConfigurationRefusedError(message)
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    fingerprint = base64.b64encode(hashlib.sha256(der).digest()).decode()
    subject = f"{ACCOUNT_NAME}.{user.upper()}"
    now = datetime.now(UTC)
    claims = {
        "iss": f"{subject}.SHA256:{fingerprint}",
        "sub": subject,
        "iat": now,
        "exp": now + _LIFE,
    }
    return jwt.encode(claims, key, algorithm="RS256")
