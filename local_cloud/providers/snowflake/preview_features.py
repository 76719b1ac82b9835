"""Which resource types the real provider offers only when its configuration asks for them.

Version 2.22 of the package: a type that is missing from ``preview_features_enabled`` is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PREVIEW_FEATURES: Final[Mapping[str, str]] = {
    "snowflake:index/icebergTableFromAwsGlue:IcebergTableFromAwsGlue": (
        "snowflake_iceberg_table_from_aws_glue_resource"
    ),
    "snowflake:index/pipe:Pipe": "snowflake_pipe_resource",
    "snowflake:index/table:Table": "snowflake_table_resource",
}
