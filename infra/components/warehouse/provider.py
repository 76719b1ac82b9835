"""The Snowflake provider, with exactly the preview features that the program uses.

Who deploys, and as what, is the machine's business: the provider reads SNOWFLAKE_USER,
SNOWFLAKE_PRIVATE_KEY, SNOWFLAKE_ROLE and so on. Which account is the stack's business, because a
mix-up there would deploy one environment over another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_snowflake as snowflake

if TYPE_CHECKING:
    from infra.settings import WarehouseSettings

PREVIEW_FEATURES: Final = (
    "snowflake_iceberg_table_from_aws_glue_resource",
    "snowflake_pipe_resource",
    "snowflake_table_resource",
)


def snowflake_options(name: str, settings: WarehouseSettings) -> pulumi.ResourceOptions:
    """Make the provider, and return the options that hand it to a component and its children."""
    provider = snowflake.Provider(
        name,
        organization_name=settings.organization or None,
        account_name=settings.account or None,
        preview_features_enabled=list(PREVIEW_FEATURES),
    )
    return pulumi.ResourceOptions(providers=[provider])
