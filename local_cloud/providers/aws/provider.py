"""The local `aws` provider: configuration, default tags, functions and the list of adapters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from typing import ClassVar

from local_cloud.providers.adapter import Input, ResourceAdapter
from local_cloud.providers.aws import rules
from local_cloud.providers.aws.backend import Aws, AwsAccount, Credentials, require_account
from local_cloud.providers.aws.functions import FUNCTIONS
from local_cloud.providers.aws.registry import ADAPTERS
from local_cloud.providers.configuration import parse_config, require_local
from local_cloud.providers.errors import ConfigurationRefusedError
from local_cloud.providers.provider import Provider
from local_cloud.providers.values import Properties, mapping, objects, text, text_or, texts

_STRUCTURED = ("defaultTags", "allowedAccountIds", "endpoints", "ignoreTags")


class AwsProvider(Provider[Aws]):
    """Configured once by the engine; serves every adapter from then on."""

    name: ClassVar[str] = "aws"
    version: ClassVar[str] = version("pulumi-aws")
    configuration: ClassVar[Mapping[str, Input]] = {
        "accessKey": Input(secret=True),
        "allowedAccountIds": Input(unordered=True),
        "defaultTags": Input(),
        "endpoints": Input(),
        "profile": Input(stored=True),
        "region": Input(),
        "s3UsePathStyle": Input(stored=True),
        "secretKey": Input(secret=True),
        "skipCredentialsValidation": Input(stored=True),
        "skipMetadataApiCheck": Input(stored=True),
        "skipRegionValidation": Input(stored=True),
        "skipRequestingAccountId": Input(stored=True),
        "token": Input(secret=True),
        "version": Input(stored=True),
    }
    derived_outputs: ClassVar[Mapping[str, str]] = {"tagsAll": "tags"}

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(ADAPTERS, FUNCTIONS)
        self._environment = os.environ if environment is None else environment
        self._account: AwsAccount | None = None
        self._region = ""
        self._default_tags: Properties = {}

    def inputs_of(self, adapter: ResourceAdapter[Aws]) -> Mapping[str, Input]:
        """The adapter's inputs and `region`, which all types have that live in a region.

        Without one it is the provider's region, and another one replaces
        (terraform-provider-aws, internal/provider/sdkv2/region.go).
        """
        if "region" not in adapter.computed:
            return adapter.inputs
        region = Input(replace=True, rule=rules.region, default=self._region or None)
        return {"region": region, **adapter.inputs}

    def configure(self, configuration: Properties) -> None:
        parsed = parse_config(configuration, _STRUCTURED)
        endpoints = _endpoints(parsed, self._environment)
        require_local("aws", endpoints, self._environment)
        self._region = self._configured_region(parsed)
        self._default_tags = mapping(mapping(parsed, "defaultTags"), "tags")
        self._account = AwsAccount(
            endpoint=endpoints.get("AWS_ENDPOINT_URL", next(iter(endpoints.values()))),
            endpoints={
                origin.removeprefix("aws:endpoints."): endpoint
                for origin, endpoint in endpoints.items()
                if origin.startswith("aws:endpoints.")
            },
            credentials=self._credentials(parsed),
        )
        require_account(self.backend({}), texts(parsed, "allowedAccountIds"))

    def _configured_region(self, configuration: Properties) -> str:
        variables = self._environment
        ambient = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or ""
        region = text_or(configuration, "region", ambient)
        if not region:
            message = "no AWS region is configured: set aws:region in the stack's configuration"
            raise ConfigurationRefusedError(message)
        return region

    def _credentials(self, configuration: Properties) -> Credentials:
        variables = self._environment
        key = text_or(configuration, "accessKey", variables.get("AWS_ACCESS_KEY_ID", ""))
        secret = text_or(configuration, "secretKey", variables.get("AWS_SECRET_ACCESS_KEY", ""))
        if not key or not secret:
            message = (
                "no credentials for the local cloud: set AWS_ACCESS_KEY_ID and"
                " AWS_SECRET_ACCESS_KEY to its root user's (`tarn up` does)"
            )
            raise ConfigurationRefusedError(message)
        token = text_or(configuration, "token", variables.get("AWS_SESSION_TOKEN", ""))
        return Credentials(access_key_id=key, secret_access_key=secret, session_token=token or None)

    def backend(self, inputs: Properties) -> Aws:
        if self._account is None:
            message = "the local aws plugin was used before it was configured"
            raise ConfigurationRefusedError(message)
        return Aws(account=self._account, region=text_or(inputs, "region", self._region))

    def prepare(self, adapter: ResourceAdapter[Aws], inputs: Properties) -> Properties:
        """Put the provider's default tags under the resource's own, as the real provider does."""
        tags = inputs.get("tags", {})
        if "tags" not in adapter.inputs or not self._default_tags or not isinstance(tags, dict):
            return inputs
        return {**inputs, "tags": {**self._default_tags, **tags}}


def _endpoints(configuration: Properties, environment: Mapping[str, str]) -> dict[str, str]:
    found = {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith("AWS_ENDPOINT_URL") and value
    }
    for entry in objects(configuration, "endpoints"):
        found |= {f"aws:endpoints.{service}": text(entry, service) for service in entry}
    return found
