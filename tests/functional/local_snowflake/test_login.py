"""Only who proves to be a user logs in, and in no other role than one of theirs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from snowflake.connector.errors import DatabaseError

from local_cloud.providers.errors import BackendRefusedError
from local_cloud.providers.snowflake.connection import Login, SnowflakeConnection
from local_cloud.snowflake.authentication import key_fingerprint
from tests.functional.local_snowflake.account import PASSWORD, TestAccount, User
from tests.functional.local_snowflake.wire import Wire

Claims = dict[str, Any]


@cache
def key(number: int = 0) -> RSAPrivateKey:
    """A key pair; the same number gives the same."""
    assert number >= 0
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(private: RSAPrivateKey) -> str:
    """A public key as RSA_PUBLIC_KEY takes it."""
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def named(lone: TestAccount, options: str = f"PASSWORD = '{PASSWORD}'") -> str:
    """Create a user of this test's own."""
    name = f"U_{lone.suffix.upper()}"
    lone.admin.rows(f"CREATE USER {name} {options}")
    return name


def refusal(lone: TestAccount, name: str, **options: Any) -> tuple[str, str]:  # noqa: ANN401
    """The code and the words with which the driver is refused."""
    parameters = {"roleName": options.pop("role")} if "role" in options else {}
    answer = Wire(lone.settings).log_in({"LOGIN_NAME": name, **options}, parameters)
    assert answer["success"] is False
    return answer["code"], answer["message"]


def test_the_password_given_at_creation_counts(lone: TestAccount) -> None:
    name = named(lone)
    assert User(lone.settings, name).value("SELECT CURRENT_USER()") == name
    with pytest.raises(DatabaseError, match="Incorrect username or password"):
        User(lone.settings, name, password="another")
    lone.admin.rows(f"ALTER USER {name} SET PASSWORD = 'changed'")
    User(lone.settings, name, password="changed").close()
    assert refusal(lone, name, PASSWORD=PASSWORD)[0] == "390100"
    lone.admin.rows(f"ALTER USER {name} UNSET PASSWORD")
    assert refusal(lone, name, PASSWORD="changed")[0] == "390100"


def test_the_administrators_known_password_is_not_everybodys(lone: TestAccount) -> None:
    name = named(lone)
    assert refusal(lone, name, PASSWORD="local")[0] == "390100"
    assert refusal(lone, "TARN_ADMIN", PASSWORD="any")[0] == "390100"
    assert refusal(lone, "TARN_ADMIN")[0] == "390100"
    assert refusal(lone, "TARN_ADMIN", PASSWORD=["local"])[0] == "390100"


def test_an_unknown_user_is_refused_in_the_same_words(lone: TestAccount) -> None:
    known = refusal(lone, named(lone), PASSWORD="wrong")
    assert refusal(lone, "NOBODY", PASSWORD="wrong") == known
    assert known == ("390100", "Incorrect username or password was specified.")


def test_a_disabled_user_learns_it_only_with_the_right_password(lone: TestAccount) -> None:
    name = named(lone)
    user = User(lone.settings, name)
    lone.admin.rows(f"ALTER USER {name} SET DISABLED = TRUE")
    assert refusal(lone, name, PASSWORD=PASSWORD)[0] == "390101"
    assert refusal(lone, name, PASSWORD="wrong")[0] == "390100"
    with pytest.raises(DatabaseError):
        user.rows("SELECT 1")
    lone.admin.rows(f"ALTER USER {name} SET DISABLED = FALSE")
    User(lone.settings, name).close()


def test_a_role_that_is_not_held_or_not_there_is_refused(lone: TestAccount) -> None:
    name = named(lone)
    code, words = refusal(lone, name, PASSWORD=PASSWORD, role="SYSADMIN")
    assert (code, "is not granted to this user" in words) == ("390186", True)
    code, words = refusal(lone, name, PASSWORD=PASSWORD, role="NO_SUCH_ROLE")
    assert (code, "does not exist or not authorized" in words) == ("390189", True)
    lone.admin.rows(f"ALTER USER {name} SET DEFAULT_ROLE = SYSADMIN")
    code, words = refusal(lone, name, PASSWORD=PASSWORD)
    assert (code, "configured default role 'SYSADMIN'" in words) == ("390187", True)
    assert User(lone.settings, name, role="PUBLIC").value("SELECT CURRENT_ROLE()") == "PUBLIC"


def test_either_of_two_keys_logs_in_and_no_third(lone: TestAccount) -> None:
    name = named(lone, f"RSA_PUBLIC_KEY = '{public(key(0))}'")
    lone.admin.rows(f"ALTER USER {name} SET RSA_PUBLIC_KEY_2 = '{public(key(1))}'")
    for number in (0, 1):
        user = User(lone.settings, name, key=key(number))
        assert user.value("SELECT CURRENT_USER()") == name
        user.close()
    with pytest.raises(DatabaseError, match="JWT token is invalid"):
        User(lone.settings, name, key=key(2))
    lone.admin.rows(f"ALTER USER {name} UNSET RSA_PUBLIC_KEY")
    with pytest.raises(DatabaseError, match="JWT token is invalid"):
        User(lone.settings, name, key=key(0))


def test_a_service_has_no_password_and_logs_in_with_its_key(lone: TestAccount) -> None:
    name = named(lone, f"TYPE = SERVICE RSA_PUBLIC_KEY = '{public(key(0))}'")
    User(lone.settings, name, key=key(0)).close()
    with pytest.raises(DatabaseError, match="Cannot set PASSWORD on users with TYPE=SERVICE"):
        lone.admin.rows(f"ALTER USER {name} SET PASSWORD = 'x'")


def claims(name: str) -> Claims:
    """What a driver would sign."""
    now = datetime.now(UTC)
    return {
        "iss": f"LOCAL.{name}.{key_fingerprint(key(0).public_key())}",
        "sub": f"LOCAL.{name}",
        "iat": now,
        "exp": now + timedelta(minutes=1),
    }


def with_token(lone: TestAccount, name: str, token: str) -> Mapping[str, Any]:
    """The answer to a login with a token."""
    data = {"LOGIN_NAME": name, "AUTHENTICATOR": "SNOWFLAKE_JWT", "ACCOUNT_NAME": "local"}
    return Wire(lone.settings).log_in({**data, "TOKEN": token})


def _past(old: Claims) -> Claims:
    return {**old, "iat": old["iat"] - timedelta(hours=3), "exp": old["exp"] - timedelta(hours=3)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_past, id="expired"),
        pytest.param(
            lambda old: {**old, "iat": old["iat"] - timedelta(hours=2)}, id="older than an hour"
        ),
        pytest.param(
            lambda old: {**old, "iat": old["iat"] + timedelta(hours=2)}, id="from the future"
        ),
        pytest.param(lambda old: {**old, "sub": "LOCAL.OTHER"}, id="another subject"),
        pytest.param(
            lambda old: {**old, "iss": old["iss"].replace("LOCAL", "ELSEWHERE")},
            id="another account",
        ),
        pytest.param(lambda old: {**old, "iss": "LOCAL"}, id="no fingerprint"),
        pytest.param(lambda old: {k: v for k, v in old.items() if k != "iss"}, id="no issuer"),
        pytest.param(lambda old: {k: v for k, v in old.items() if k != "exp"}, id="no expiry"),
        pytest.param(lambda old: {**old, "exp": "soon"}, id="an expiry that is no time"),
    ],
)
def test_a_token_that_says_something_else_is_invalid(
    lone: TestAccount, change: Callable[[Claims], Claims]
) -> None:
    name = named(lone, f"RSA_PUBLIC_KEY = '{public(key(0))}'")
    assert with_token(lone, name, jwt.encode(claims(name), key(0), "RS256"))["success"] is True
    answer = with_token(lone, name, jwt.encode(change(claims(name)), key(0), "RS256"))
    assert answer["code"] == "390144"


def test_a_token_that_its_key_did_not_sign_is_invalid(lone: TestAccount) -> None:
    name = named(lone, f"RSA_PUBLIC_KEY = '{public(key(0))}'")
    for token in (
        jwt.encode(claims(name), key(1), "RS256"),
        jwt.encode(claims(name), "0" * 64, "HS256"),
        jwt.encode(claims(name), "", "none"),
        "no.token.atall",
        "",
    ):
        assert with_token(lone, name, token)["code"] == "390144"


@pytest.mark.parametrize(
    "text",
    ["garbage", "", f"-----BEGIN PUBLIC KEY-----\n{public(key(0))}\n-----END PUBLIC KEY-----"],
)
def test_what_is_no_key_is_refused_when_it_is_set(lone: TestAccount, text: str) -> None:
    name = named(lone, "")
    setting = f"ALTER USER {name} SET RSA_PUBLIC_KEY = '{text}'"
    if not text:
        lone.admin.rows(setting)
        return
    with pytest.raises(DatabaseError, match="Invalid Public key"):
        lone.admin.rows(setting)


@pytest.mark.parametrize("authenticator", ["OAUTH", "EXTERNALBROWSER", "USERNAME_PASSWORD_MFA"])
def test_another_way_to_log_in_is_refused_by_name(lone: TestAccount, authenticator: str) -> None:
    code, words = refusal(lone, "TARN_ADMIN", PASSWORD="local", AUTHENTICATOR=authenticator)
    assert (code, authenticator in words) == ("000002", True)


def test_the_plugin_logs_in_with_a_password_or_a_key(lone: TestAccount) -> None:
    name = named(lone, f"RSA_PUBLIC_KEY = '{public(key(0))}'")
    locked = key(0).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"phrase")
    )
    open_key = key(1).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def connected(**proof: str) -> SnowflakeConnection:
        host, port = lone.settings.host, lone.settings.snowflake_port
        return SnowflakeConnection(
            login=Login(host=host, port=port, user=name, role="PUBLIC", **proof)
        )

    asked = "SHOW WAREHOUSES"
    connected(private_key=locked.decode(), passphrase="phrase").execute(asked)
    with pytest.raises(BackendRefusedError, match="390144"):
        connected(private_key=open_key.decode()).execute(asked)
    with pytest.raises(BackendRefusedError, match="390100"):
        connected(password="any").execute(asked)
