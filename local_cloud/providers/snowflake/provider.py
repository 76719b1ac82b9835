"""The local `snowflake` provider: configuration, preview features and the list of adapters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from typing import ClassVar, Final

from local_cloud.providers.adapter import CheckFailure, Input, ResourceAdapter
from local_cloud.providers.configuration import parse_config, require_local
from local_cloud.providers.errors import ConfigurationRefusedError, nearest
from local_cloud.providers.provider import Provider
from local_cloud.providers.snowflake import (
    compute,
    containers,
    external_volumes,
    grants,
    integrations,
    loading,
    reading,
    tables,
)
from local_cloud.providers.snowflake.connection import Login, SnowflakeConnection
from local_cloud.providers.snowflake.preview_features import KNOWN_FEATURES, PREVIEW_FEATURES
from local_cloud.providers.values import Properties, Value, text_or, texts
from local_cloud.settings import SNOWFLAKE_ADMIN, SNOWFLAKE_ADMIN_PASSWORD

ADAPTERS: Final = (
    *compute.ADAPTERS,
    *containers.ADAPTERS,
    *integrations.ADAPTERS,
    *external_volumes.ADAPTERS,
    *loading.ADAPTERS,
    *tables.ADAPTERS,
    *reading.ADAPTERS,
    *grants.ADAPTERS,
)
_STRUCTURED: Final = ("port", "previewFeaturesEnabled")
_AUTHENTICATORS: Final = ("SNOWFLAKE", "SNOWFLAKE_JWT")
_DEFAULT_ROLE: Final = "ACCOUNTADMIN"
_DEFAULT_PORT: Final = 4567


class SnowflakeProvider(Provider[SnowflakeConnection]):
    """Configured once by the engine; serves every adapter from then on."""

    name: ClassVar[str] = "snowflake"
    version: ClassVar[str] = version("pulumi-snowflake")
    configuration: ClassVar[Mapping[str, Input]] = {
        "accountName": Input(stored=True),
        "authenticator": Input(),
        "host": Input(),
        "organizationName": Input(stored=True),
        "password": Input(secret=True),
        "port": Input(),
        "previewFeaturesEnabled": Input(),
        "privateKey": Input(secret=True),
        "privateKeyPassphrase": Input(secret=True),
        "protocol": Input(stored=True),
        "role": Input(),
        "user": Input(),
        "version": Input(stored=True),
        "warehouse": Input(stored=True),
    }

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(ADAPTERS, {})
        self._environment = os.environ if environment is None else environment
        self._connection: SnowflakeConnection | None = None
        self._previews: frozenset[str] = frozenset()

    def check_configuration(self, configuration: Properties) -> list[CheckFailure]:
        failures = super().check_configuration(configuration)
        given = parse_config(configuration, _STRUCTURED).get("previewFeaturesEnabled")
        for feature in given if isinstance(given, list) else []:
            if isinstance(feature, str) and feature not in KNOWN_FEATURES:
                reason = (
                    f"there is no preview feature {feature!r}.{nearest(feature, KNOWN_FEATURES)}"
                )
                failures.append(CheckFailure(property="previewFeaturesEnabled", reason=reason))
        return failures

    def configure(self, configuration: Properties) -> None:
        parsed = parse_config(configuration, _STRUCTURED)
        host = self._setting(parsed, "host", "SNOWFLAKE_HOST", "")
        require_local("snowflake", {"SNOWFLAKE_HOST": host} if host else {}, self._environment)
        self._connection = SnowflakeConnection(login=self._login(parsed, host))
        self._previews = frozenset(texts(parsed, "previewFeaturesEnabled"))

    def _login(self, parsed: Properties, host: str) -> Login:
        """Read who logs in, and with what: as the real provider, a key counts only with its
        authenticator (pkg/provider/provider.go)."""
        user = self._setting(parsed, "user", "SNOWFLAKE_USER", SNOWFLAKE_ADMIN)
        known = SNOWFLAKE_ADMIN_PASSWORD if user == SNOWFLAKE_ADMIN else ""
        given = self._setting(parsed, "authenticator", "SNOWFLAKE_AUTHENTICATOR", "SNOWFLAKE")
        authenticator = given.upper()
        if authenticator not in _AUTHENTICATORS:
            message = (
                f"the local Snowflake does not know the authenticator {given!r}: "
                f"it knows {' and '.join(_AUTHENTICATORS)}"
            )
            raise ConfigurationRefusedError(message)
        with_key = authenticator == "SNOWFLAKE_JWT"
        return Login(
            host=host,
            port=self._port(parsed),
            user=user,
            role=self._setting(parsed, "role", "SNOWFLAKE_ROLE", _DEFAULT_ROLE),
            password=self._setting(parsed, "password", "SNOWFLAKE_PASSWORD", known),
            private_key=self._setting(parsed, "privateKey", "SNOWFLAKE_PRIVATE_KEY", "")
            if with_key
            else "",
            passphrase=self._setting(
                parsed, "privateKeyPassphrase", "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE", ""
            ),
        )

    def _setting(self, configuration: Properties, name: str, variable: str, otherwise: str) -> str:
        return text_or(configuration, name, self._environment.get(variable, "") or otherwise)

    def _port(self, configuration: Properties) -> int:
        given: Value = configuration.get("port")
        port = str(given if given is not None else self._environment.get("SNOWFLAKE_PORT", ""))
        if not port:
            return _DEFAULT_PORT
        if not port.isdigit():
            message = f"the local Snowflake's port must be a number, but SNOWFLAKE_PORT is {port!r}"
            raise ConfigurationRefusedError(message)
        return int(port)

    def backend(self, inputs: Properties) -> SnowflakeConnection:
        if self._connection is None:
            message = "the local snowflake plugin was used before it was configured"
            raise ConfigurationRefusedError(message)
        return self._connection

    def check(
        self, adapter: ResourceAdapter[SnowflakeConnection], inputs: Properties
    ) -> list[CheckFailure]:
        """Refuse a preview feature that the provider's configuration does not list."""
        feature = PREVIEW_FEATURES.get(adapter.resource_type)
        if feature is None or feature in self._previews:
            return []
        reason = (
            f"{adapter.resource_type} is the preview feature {feature!r}, which is not enabled. "
            "Add it to preview_features_enabled of the snowflake provider"
        )
        return [CheckFailure(property="name", reason=reason)]
