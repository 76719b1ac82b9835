"""What goes wrong in the local Glue service, apart from what AWS itself would answer.

GlueRuntimeMissingError   this machine lacks something that running a job needs
UnsupportedArgumentError  a job asks for something that the local runner does not do
"""

from __future__ import annotations

from tarn.errors import PermanentError


class GlueRuntimeMissingError(PermanentError):
    """This machine lacks something that running a Glue job needs."""

    def __init__(self, *, what: str, next_step: str) -> None:
        self.what = what
        super().__init__(f"Glue jobs cannot run on this machine: {what}. {next_step}")


class UnsupportedArgumentError(PermanentError):
    """A job asks for something that the local runner does not do, so it does not start."""

    def __init__(self, *, job: str, argument: str, why: str) -> None:
        self.job = job
        self.argument = argument
        super().__init__(
            f"The job {job} has the argument {argument}, and the local Glue runner {why}. "
            "Running without it would not be what AWS does. Remove the argument from the job."
        )
