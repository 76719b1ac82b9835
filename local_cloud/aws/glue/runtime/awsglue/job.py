"""The job object; bookmarks are refused by the runner, so there is nothing to commit."""

from __future__ import annotations

from collections.abc import Mapping


class Job:
    """Marks the begin and the end of a job."""

    def __init__(self, glue_context: object) -> None:
        self.glue_context = glue_context
        self.job_name: str | None = None

    def init(self, job_name: str, args: Mapping[str, str] | None = None) -> None:
        """Begin; bookmarks are disabled."""
        self.job_name = job_name

    def commit(self) -> None:
        """End; bookmarks are disabled."""
