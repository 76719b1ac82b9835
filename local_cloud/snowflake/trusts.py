"""The roles that integrations and volumes assume, and what they prove with."""

from __future__ import annotations

from collections.abc import Mapping

from local_cloud.snowflake.aws import RoleTrust
from local_cloud.snowflake.objects import SnowflakeObject
from local_cloud.snowflake.sql_reader import Value


def external_id(item: SnowflakeObject) -> str:
    """Return a storage integration's external id: the owner's, else the one made up."""
    return item.text("STORAGE_AWS_EXTERNAL_ID") or item.facts["STORAGE_AWS_EXTERNAL_ID"]


def storage_locations(item: SnowflakeObject) -> list[dict[str, str]]:
    """Return an external volume's locations as DESCRIBE shows them."""
    given = item.properties.get("STORAGE_LOCATIONS")
    groups = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    return [_location(item, group) for group in groups]


def _location(item: SnowflakeObject, group: Mapping[str, Value]) -> dict[str, str]:
    encryption = group.get("ENCRYPTION")
    nested = encryption if isinstance(encryption, Mapping) else {}
    base_url = _text(group.get("STORAGE_BASE_URL"))
    return {
        "NAME": _text(group.get("NAME")),
        "STORAGE_PROVIDER": _text(group.get("STORAGE_PROVIDER")).upper(),
        "STORAGE_BASE_URL": base_url,
        "STORAGE_ALLOWED_LOCATIONS": f"{base_url.rstrip('/')}/*",
        "STORAGE_AWS_ROLE_ARN": _text(group.get("STORAGE_AWS_ROLE_ARN")),
        "STORAGE_AWS_IAM_USER_ARN": item.facts["STORAGE_AWS_IAM_USER_ARN"],
        "STORAGE_AWS_EXTERNAL_ID": _text(group.get("STORAGE_AWS_EXTERNAL_ID"))
        or item.facts["STORAGE_AWS_EXTERNAL_ID"],
        "ENCRYPTION_TYPE": _text(nested.get("TYPE")) or "NONE",
        "ENCRYPTION_KMS_KEY_ID": _text(nested.get("KMS_KEY_ID")),
    }


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def storage_trust(integration: SnowflakeObject) -> RoleTrust:
    """Return the role of a storage integration."""
    return RoleTrust(
        role_arn=integration.text("STORAGE_AWS_ROLE_ARN"),
        external_id=external_id(integration),
        used_by=f"integration {integration.name}",
    )


def catalog_trust(integration: SnowflakeObject) -> RoleTrust:
    """Return the role of a Glue catalog integration."""
    return RoleTrust(
        role_arn=integration.text("GLUE_AWS_ROLE_ARN"),
        external_id=integration.facts["GLUE_AWS_EXTERNAL_ID"],
        used_by=f"catalog integration {integration.name}",
    )


def volume_trust(volume: SnowflakeObject, location: Mapping[str, str]) -> RoleTrust:
    """Return the role of one location of an external volume."""
    return RoleTrust(
        role_arn=location["STORAGE_AWS_ROLE_ARN"],
        external_id=location["STORAGE_AWS_EXTERNAL_ID"],
        used_by=f"external volume {volume.name}",
    )
