"""Where one local cloud lives and listens: a value that every room of it is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tarn.errors import PermanentError

ROOT_ACCESS_KEY_ID: Final = "AKIATARNLOCALROOT000"
"""The access key of the account's root user: what a person or the CLI signs with."""

ROOT_SECRET_ACCESS_KEY: Final = "tarn-local-root"  # noqa: S105 - see below
"""Not a secret: the local cloud listens on loopback only and does not verify signatures."""

SNOWFLAKE_ADMIN: Final = "TARN_ADMIN"
"""The user that every local Snowflake account starts with: its administrator."""

SNOWFLAKE_ADMIN_PASSWORD: Final = "local"  # noqa: S105 - as above
"""That user's password, which is known to all who can reach loopback, until ALTER USER."""

SNOWFLAKE_AWS_ACCOUNT_ID: Final = "111111111111"
"""The AWS account that the local Snowflake service owns: its IAM user and its pipes' queues."""

SEED: Final = "TARN_SEED"
"""In the environment of a cloud that is thrown away: what it makes up is the same in every run."""

LOOPBACK_HOSTS: Final = ("127.0.0.1", "::1", "localhost")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")


class SettingsError(PermanentError):
    """A setting of the local cloud has a value that it cannot have."""

    def __init__(self, *, field: str, value: object, allowed: str) -> None:
        super().__init__(
            f"The local cloud cannot start with {field}={value!r}: allowed is {allowed}."
        )
        self.field = field
        self.value = value


@dataclass(frozen=True, kw_only=True)
class LocalCloudSettings:
    """One local cloud. Every file that it writes is below ``home``."""

    home: Path
    host: str = "127.0.0.1"
    aws_port: int = 4566
    snowflake_port: int = 4567
    account_id: str = "000000000000"
    region: str = "us-east-1"
    tool_directory: Path = Path(__file__).resolve().parents[1] / ".tarn"
    """Where set-up has put the Lambda runtime (``lambda_runtime``) and the jars (``jars``)."""

    def __post_init__(self) -> None:
        """Refuse what would make the cloud reachable from elsewhere, or unreachable."""
        if self.host not in LOOPBACK_HOSTS:
            raise SettingsError(field="host", value=self.host, allowed=", ".join(LOOPBACK_HOSTS))
        if not _ACCOUNT_ID.fullmatch(self.account_id):
            raise SettingsError(field="account_id", value=self.account_id, allowed="12 digits")
        for field, port in (
            ("aws_port", self.aws_port),
            ("snowflake_port", self.snowflake_port),
        ):
            if not 1 <= port <= 65535:
                raise SettingsError(field=field, value=port, allowed="1 to 65535")
        if self.aws_port == self.snowflake_port:
            raise SettingsError(
                field="snowflake_port",
                value=self.snowflake_port,
                allowed="another port than aws_port",
            )

    @property
    def aws_endpoint(self) -> str:
        """The URL for the SDKs' ``AWS_ENDPOINT_URL``."""
        return f"http://{self.host}:{self.aws_port}"

    @property
    def snowflake_endpoint(self) -> str:
        """The URL of the Snowflake service."""
        return f"http://{self.host}:{self.snowflake_port}"
