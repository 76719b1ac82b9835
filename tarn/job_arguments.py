"""The arguments of the Glue jobs: what infra passes and what each job's entry script expects.

Glue hands a job's arguments over as ``--name value``. Names are snake case, because Glue's own
(``--extra-py-files`` ...) are kebab case and must not be mistaken for ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, TypeVar

from tarn.errors import PermanentError

Value = TypeVar("Value")

CATALOG: Final = "glue_catalog"
"""The Spark catalog that every job's ``--conf`` binds to the Glue Data Catalog."""


class CurateArgument(StrEnum):
    """Arguments of glue_jobs/curate."""

    LEDGER_TABLE = "ledger_table"
    VALIDATED_BUCKET = "validated_bucket"
    CURATED_BUCKET = "curated_bucket"
    CURATED_DATABASE = "curated_database"
    CONTRACTS_URI = "contracts_uri"
    """``s3://bucket/key`` of the compiled contracts (``ContractCatalog.to_json``)."""


class FlightPerformanceArgument(StrEnum):
    """Arguments of glue_jobs/flight_performance."""

    CURATED_DATABASE = "curated_database"


def glue_arguments(
    values: Mapping[CurateArgument, Value] | Mapping[FlightPerformanceArgument, Value],
) -> dict[str, Value]:
    """Spell the arguments as a Glue job's ``DefaultArguments``: ``{"--name": value}``."""
    return {f"--{name.value}": value for name, value in values.items()}


class MissingArgumentsError(PermanentError):
    """A job was started without arguments that it needs."""

    def __init__(self, *, job: str, missing: Iterable[str]) -> None:
        self.job = job
        self.missing = tuple(missing)
        names = ", ".join(f"--{name}" for name in self.missing)
        super().__init__(
            f"The job {job} was started without {names}, so it cannot know what to work on. "
            "The Pulumi program sets them as the job's default arguments: deploy again, "
            "or pass them with StartJobRun."
        )


@dataclass(frozen=True, kw_only=True)
class CurateArguments:
    """What one run of the curate job works on."""

    ledger_table: str
    validated_bucket: str
    curated_bucket: str
    curated_database: str
    contracts_uri: str

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Self:
        """Take the job's arguments from resolved options; all that are missing are named."""
        return cls(**_required("curate", CurateArgument, values))


@dataclass(frozen=True, kw_only=True)
class FlightPerformanceArguments:
    """What one run of the flight_performance job works on."""

    curated_database: str

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Self:
        """Take the job's arguments from resolved options; all that are missing are named."""
        return cls(**_required("flight_performance", FlightPerformanceArgument, values))


def _required(job: str, names: Iterable[StrEnum], values: Mapping[str, str]) -> dict[str, str]:
    wanted = [name.value for name in names]
    missing = [name for name in wanted if not values.get(name)]
    if missing:
        raise MissingArgumentsError(job=job, missing=missing)
    return {name: values[name] for name in wanted}
