"""The part of Glue's Python library that jobs here use. What is not here fails by its name."""

from __future__ import annotations

from typing import NoReturn


def __getattr__(name: str) -> NoReturn:
    message = (
        f"awsglue.{name} does not exist in the local Glue runtime, which has only "
        "awsglue.utils.getResolvedOptions, awsglue.context.GlueContext and awsglue.job.Job. "
        "Write the job with plain Spark, or run it on AWS."
    )
    raise AttributeError(message)
