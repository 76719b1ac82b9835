"""`python -m local_cloud.providers.aws`: the plugin's process."""

from __future__ import annotations

from local_cloud.providers.aws.provider import AwsProvider
from local_cloud.providers.plugin import serve

if __name__ == "__main__":
    serve(AwsProvider())
