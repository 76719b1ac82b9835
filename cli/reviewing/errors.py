"""Why a review could not be made.

ReviewError
├── UnknownRevisionError     git does not know a commit
├── NoStackError             a commit has no configuration for the stack
└── BaseNotDeployableError   the base itself does not deploy, so nothing can be compared with it
"""

from __future__ import annotations

from collections.abc import Iterable

from cli.errors import CommandError


class ReviewError(CommandError):
    """Base: there is no report."""


class UnknownRevisionError(ReviewError):
    """Git does not know what was named."""

    def __init__(self, *, name: str, reason: str, next_step: str) -> None:
        self.name = name
        super().__init__(f"git cannot find '{name}' here: {reason} {next_step}")


class NoStackError(ReviewError):
    """A commit does not know the stack."""

    def __init__(self, *, stack: str, side: str, known: Iterable[str]) -> None:
        super().__init__(
            f"The {side} has no Pulumi.{stack}.yaml, so the stack '{stack}' cannot be reviewed. "
            f"It has: {', '.join(sorted(known)) or 'none'}. Name one of these with --stack."
        )


class BaseNotDeployableError(ReviewError):
    """There is nothing to compare the head with."""

    def __init__(self, *, stack: str, commit: str, failures: Iterable[str]) -> None:
        self.failures = tuple(failures)
        detail = "\n".join(f"  {failure}" for failure in self.failures) or "  (no diagnostics)"
        super().__init__(
            f"The base {commit[:12]} does not deploy with the configuration of '{stack}':\n"
            f"{detail}\nA review compares with what the base deploys, so there is none. Mend the "
            "base, or name another commit with --base."
        )
