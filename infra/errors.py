"""What can stop the program before it changes anything.

TarnError
└── PermanentError
    └── InfraError
        ├── SettingsError    the stack's configuration cannot be used
        ├── PolicyError      a policy document breaks a rule of this project
        └── ArchiveError     an archive for a function or a job cannot be built
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarn.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Sequence


class InfraError(PermanentError):
    """Base of the program's own errors: the program stops before it changes anything."""


class SettingsError(InfraError):
    """The stack's configuration cannot be used; carries every problem found, not the first."""

    def __init__(self, *, stack: str, problems: Sequence[str]) -> None:
        self.stack = stack
        self.problems = tuple(problems)
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(
            f"The configuration of stack {stack!r} has {len(self.problems)} problem(s), "
            f"so nothing was planned:\n{listed}\n"
            f"Correct Pulumi.{stack}.yaml, or use `pulumi config set --path`."
        )


class PolicyError(InfraError):
    """A policy document breaks a rule of this project."""

    def __init__(self, *, statement: str, problem: str, remedy: str) -> None:
        self.statement = statement
        self.problem = problem
        super().__init__(f"Policy statement {statement!r}: {problem}. {remedy}")


class ArchiveError(InfraError):
    """An archive for a function or a job cannot be built."""

    def __init__(self, *, archive: str, problem: str, remedy: str) -> None:
        self.archive = archive
        self.problem = problem
        super().__init__(f"The {archive} cannot be built: {problem}\n{remedy}")
