"""Who may log in: a user's password, or a token signed with the user's key.

Snowflake tells the client little (390100, 390144) and its LOGIN_HISTORY the reason; here the
journal has the reason. Tokens are as docs.snowflake.com "Using key-pair authentication" has them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from local_cloud.snowflake.errors import SnowflakeSqlError
from local_cloud.snowflake.objects import SnowflakeObject
from tarn.errors import PermanentError

if TYPE_CHECKING:
    from jwt.types import Options

KEY_PROPERTIES: Final = ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2")
_PASSWORD_AUTHENTICATORS: Final = ("", "SNOWFLAKE")
_KEY_PAIR_AUTHENTICATOR: Final = "SNOWFLAKE_JWT"
_SMALLEST_KEY_BITS: Final = 2048
_TOKEN_LIFE: Final = timedelta(hours=1)
_TOLERANCE: Final = timedelta(minutes=1)
_NO_PASSWORD_TYPES: Final = ("SERVICE",)


class LoginRefusedError(PermanentError):
    """A login that Snowflake refuses: its code, its words, and the reason it keeps to itself."""

    def __init__(self, *, code: str, message: str, reason: str, sqlstate: str = "08001") -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.sqlstate = sqlstate


def incorrect_password(*, reason: str) -> LoginRefusedError:
    """Refuse without a word about which of the two was wrong."""
    message = "Incorrect username or password was specified."
    return LoginRefusedError(code="390100", message=message, reason=reason)


def _invalid_token(*, reason: str) -> LoginRefusedError:
    message = f"JWT token is invalid. [{uuid.uuid4()}]"
    return LoginRefusedError(code="390144", message=message, reason=reason)


def is_key_pair(data: Mapping[str, Any]) -> bool:
    """Tell whether a login brings a signed token; another way than password or key is refused."""
    authenticator = str(data.get("AUTHENTICATOR") or "").upper()
    if authenticator == _KEY_PAIR_AUTHENTICATOR:
        return True
    if authenticator not in _PASSWORD_AUTHENTICATORS:
        raise LoginRefusedError(
            code="000002",
            message=f"Unsupported feature 'authenticator {authenticator}': the local Snowflake "
            "knows passwords and key pairs (SNOWFLAKE_JWT).",
            reason=f"authenticator {authenticator}",
            sqlstate="0A000",
        )
    return False


def authenticate(user: SnowflakeObject | None, data: Mapping[str, Any]) -> SnowflakeObject:
    """Return the user when the login proves to be them; a disabled one only learns that."""
    if is_key_pair(data):
        proven = _with_token(user, str(data.get("TOKEN") or ""), _account_name(data))
    else:
        proven = _with_password(user, data.get("PASSWORD"))
    if proven.flag("DISABLED"):
        raise LoginRefusedError(
            code="390101",
            message="User access disabled. Contact your local system administrator.",
            reason=f"user {proven.name} is disabled",
            sqlstate="08004",
        )
    return proven


def _with_password(user: SnowflakeObject | None, given: object) -> SnowflakeObject:
    if user is None:
        raise incorrect_password(reason="no user has this login name")
    if user.text("TYPE").upper() in _NO_PASSWORD_TYPES:
        raise incorrect_password(reason=f"user {user.name} is a service, which logs in with a key")
    expected = user.text("PASSWORD")
    if not expected:
        raise incorrect_password(reason=f"user {user.name} has no password")
    if not isinstance(given, str) or not hmac.compare_digest(expected.encode(), given.encode()):
        raise incorrect_password(reason=f"another password than that of user {user.name}")
    return user


def _with_token(user: SnowflakeObject | None, token: str, account: str) -> SnowflakeObject:
    if user is None:
        raise _invalid_token(reason="no user has this login name")
    issuer = _claims(token, key=None).get("iss")
    expected = {f"{account}.{login}" for login in (user.name.upper(), _login_name(user))}
    subject, _, fingerprint = str(issuer).rpartition(".")
    if subject.upper() not in expected:
        raise _invalid_token(reason=f"issuer {issuer} is not {' or '.join(sorted(expected))}")
    key = next((one for one in public_keys(user) if key_fingerprint(one) == fingerprint), None)
    if key is None:
        raise _invalid_token(reason=f"user {user.name} has no public key {fingerprint}")
    claims = _claims(token, key=key)
    if str(claims.get("sub")).upper() != subject.upper():
        raise _invalid_token(reason=f"subject {claims.get('sub')} does not match the issuer")
    _require_current(claims)
    return user


def _claims(token: str, *, key: RSAPublicKey | None) -> dict[str, Any]:
    """Read a token; with a key its signature counts. Times are checked by the caller."""
    options: Options = {
        "verify_signature": key is not None,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }
    try:
        return jwt.decode(token, key or "", algorithms=["RS256"], options=options)
    except jwt.InvalidTokenError as error:
        raise _invalid_token(reason=f"the token cannot be verified: {error}") from error


def _require_current(claims: Mapping[str, Any]) -> None:
    """Refuse old tokens, by real time: clients do not know of the cloud's clock."""
    now = datetime.now(UTC)
    try:
        issued = datetime.fromtimestamp(float(claims["iat"]), UTC)
        expires = datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise _invalid_token(reason=f"iat and exp must be times: {error!r}") from error
    if issued > now + _TOLERANCE:
        raise _invalid_token(reason="issued in the future")
    if now > min(expires, issued + _TOKEN_LIFE):
        raise _invalid_token(reason="expired")


def _account_name(data: Mapping[str, Any]) -> str:
    """Return the account as the client names it, without its region, as tokens do."""
    return str(data.get("ACCOUNT_NAME") or "").partition(".")[0].upper()


def _login_name(user: SnowflakeObject) -> str:
    return (user.text("LOGIN_NAME") or user.name).upper()


def public_keys(user: SnowflakeObject) -> list[RSAPublicKey]:
    """Return the keys of a user; two, so that one can be replaced without a gap."""
    return [public_key(user.text(name)) for name in KEY_PROPERTIES if user.text(name)]


def public_key(text: str) -> RSAPublicKey:
    """Read a public key as RSA_PUBLIC_KEY holds it: base64 without the delimiter lines."""
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _rejected_key(reason="Invalid Public key") from error
    if not isinstance(key, RSAPublicKey):
        raise _rejected_key(reason="Invalid Public key")
    if key.key_size < _SMALLEST_KEY_BITS:
        raise _rejected_key(reason=f"Public key is smaller than {_SMALLEST_KEY_BITS} bits")
    return key


def key_fingerprint(key: RSAPublicKey) -> str:
    """Return a key's fingerprint as tokens and DESCRIBE USER show it."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"SHA256:{base64.b64encode(hashlib.sha256(der).digest()).decode()}"


def _rejected_key(*, reason: str) -> SnowflakeSqlError:
    message = f"SQL execution error:\nNew public key rejected by current policy. Reason: '{reason}'"
    return SnowflakeSqlError(code=3552, sqlstate="22023", message=message)
