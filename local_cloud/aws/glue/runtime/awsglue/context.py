"""The session that a job gets from Glue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pyspark import SparkContext


class GlueContext:
    """Carries the Spark session. Dynamic frames do not exist here."""

    def __init__(self, sparkContext: SparkContext) -> None:  # noqa: N803 - Glue's own spelling
        from pyspark.sql import SparkSession

        self.spark_session = SparkSession(sparkContext)

    def __getattr__(self, name: str) -> NoReturn:
        message = (
            f"GlueContext.{name} does not exist in the local Glue runtime, which knows no dynamic "
            "frames. Use spark_session and plain Spark."
        )
        raise AttributeError(message)
