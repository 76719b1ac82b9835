"""How much a stack is assumed to be used: numbers of the stack's configuration, or defaults.

They stand under ``review:usage`` of Pulumi.<stack>.yaml, in a namespace of their own, for the
program does not deploy them. Keys are the fields below in camelCase.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, cast

import yaml

from tarn.errors import PermanentError

KEY: Final = "review:usage"
DAYS: Final = 365 / 12
"""Of a month."""
HOURS: Final = DAYS * 24
MEGABYTES: Final = 1024
"""Of a gigabyte."""


class UsageError(PermanentError):
    """The assumptions of a stack cannot be read; carries every problem."""

    def __init__(self, *, file: Path, problems: list[str]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(
            f"{file.name}: {KEY} cannot be read, so no cost can be estimated:\n{listed}\n"
            f"Allowed are numbers from 0 for: {', '.join(_names())}."
        )


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Per month unless the name says otherwise. A dataset is one whose files land."""

    files_per_dataset_per_day: float = 24
    megabytes_per_file: float = 10
    """As it lands; what is derived from it is assumed to be as large."""
    quarantined_percent: float = 1
    months_kept: float = 12
    """For how long data has piled up; a lifecycle rule may end it sooner."""
    function_seconds_per_file: float = 5
    glue_runs_per_job_per_day: float = 8
    glue_minutes_per_run: float = 5
    optimizer_dpu_hours_per_table: float = 0.5
    log_kilobytes_per_file: float = 20
    """In each log group."""
    key_requests_per_file: float = 20
    ledger_writes_per_file: float = 6
    """In units of the table and again of each of its indexes."""
    ledger_reads_per_file: float = 6
    ledger_kilobytes_per_file: float = 2
    alarm_notifications: float = 100
    warehouse_hours: float = 60
    """Hours in which queries run."""
    warehouse_wakes_per_day: float = 10
    """How often the warehouse idles until it suspends itself."""
    pipe_seconds_per_file: float = 2
    """Seconds of one core that Snowflake spends to load a file."""

    def files(self, datasets: float) -> float:
        """Return the files that land a month in so many datasets."""
        return datasets * self.files_per_dataset_per_day * DAYS

    def gigabytes(self, files: float) -> float:
        """Return the size of so many files."""
        return files * self.megabytes_per_file / MEGABYTES

    def as_assumptions(self) -> dict[str, float]:
        """Return every number by the name that the configuration has for it."""
        return {_camel_case(name): float(value) for name, value in sorted(asdict(self).items())}


def read_usage(root: Path, stack: str) -> Usage:
    """Read a stack's assumptions from a working tree; what it does not say is the default.

    Raises UsageError for unknown names and for what is no number from 0.
    """
    file = root / f"Pulumi.{stack}.yaml"
    document: object = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    config = cast("dict[str, Any]", document).get("config") if isinstance(document, dict) else None
    given: object = config.get(KEY) if isinstance(config, dict) else None
    if given is None:
        return Usage()
    if not isinstance(given, Mapping):
        raise UsageError(file=file, problems=[f"it is {given!r}, not an object"])
    values = {str(name): value for name, value in cast("Mapping[object, object]", given).items()}
    if problems := list(_problems(values)):
        raise UsageError(file=file, problems=problems)
    names = _names()
    return Usage(**{names[name]: float(cast("float", value)) for name, value in values.items()})


def _problems(values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        if name not in _names():
            yield f"{name} is not known"
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{name} is {value!r}, not a number"
        elif not math.isfinite(value) or value < 0:
            yield f"{name} is {value!r}, not a number from 0"


def _names() -> dict[str, str]:
    return {_camel_case(field.name): field.name for field in fields(Usage)}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
