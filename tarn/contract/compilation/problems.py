"""What is wrong with the contracts, all of it at once, each at its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tarn.contract.compilation.positions import Document, FieldPath
from tarn.errors import PermanentError


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault of one contract file."""

    file: Path
    line: int
    field: str
    """Path of the field, e.g. ``schema[weather].properties[temp].logicalType``."""
    wrong: str
    allowed: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: "
        subject = f"{self.field}: " if self.field else ""
        return f"{place}{subject}{self.wrong}; allowed: {self.allowed}"


class BrokenContractsError(PermanentError):
    """Contracts that cannot be compiled; carries every problem of every file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(
            f"{len(self.problems)} problem(s) in the contracts, so no table, check or function "
            f"can be derived from them:\n{listed}\n"
            "Correct the files; `pulumi preview` and `tarn up` read them again."
        )


@dataclass(kw_only=True)
class ProblemList:
    """Collects the problems of one document."""

    document: Document
    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, path: FieldPath, wrong: str, *, allowed: str) -> None:
        """Note that the field at ``path`` is wrong; a missing field is placed at its parent."""
        self.found.append(
            Problem(
                file=self.document.file,
                line=self.document.line_of(path),
                field=self.document.describe(path),
                wrong=wrong,
                allowed=allowed,
            )
        )
