"""`python -m local_cloud.providers.snowflake`: the plugin's process."""

from __future__ import annotations

from local_cloud.providers.plugin import serve
from local_cloud.providers.snowflake.provider import SnowflakeProvider

if __name__ == "__main__":
    serve(SnowflakeProvider())
