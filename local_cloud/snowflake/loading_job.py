"""A COPY with its names resolved: what to load from where to where."""

from __future__ import annotations

from dataclasses import dataclass

from local_cloud.snowflake.copy_statement import CopyStatement
from local_cloud.snowflake.load_history import PipeId
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.stages import ExternalStage


@dataclass(frozen=True, kw_only=True)
class LoadJob:
    """A COPY with its names resolved; ``pipe`` is None when a person runs it."""

    copy: CopyStatement
    table: Path
    stage: ExternalStage
    pipe: PipeId | None = None
