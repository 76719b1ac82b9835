"""The settings that a function reads from its environment, and that infra writes there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tarn.errors import PermanentError

_PREFIX: Final = "TARN_"

CONTRACTS_FILE: Final = "contracts.json"
"""The catalog of contracts, at the root of the function's archive."""


METRICS_NAMESPACE: Final = "Tarn"
"""Of the function's own metrics, whose dimensions are ``service`` and ``dataset``."""


class IngestMetric(StrEnum):
    """What the ingest function counts, by dataset."""

    ROWS_READ = "RowsRead"
    ROWS_ACCEPTED = "RowsAccepted"
    ROWS_QUARANTINED = "RowsQuarantined"
    ROWS_WARNED = "RowsWarned"
    FILES_QUARANTINED = "FilesQuarantined"


class IngestVariable(StrEnum):
    """Environment variables of the ingest function."""

    LEDGER_TABLE = "TARN_LEDGER_TABLE"
    LANDING_BUCKET = "TARN_LANDING_BUCKET"
    VALIDATED_BUCKET = "TARN_VALIDATED_BUCKET"
    QUARANTINE_BUCKET = "TARN_QUARANTINE_BUCKET"
    LEASE_SECONDS = "TARN_LEASE_SECONDS"
    PERSONAL_DATA_KEY = "TARN_PERSONAL_DATA_KEY"
    """ARN of a KMS key for MACs; only where a contract protects columns."""
    QUEUE_URL = "TARN_QUEUE_URL"


_OPTIONAL: Final = (IngestVariable.PERSONAL_DATA_KEY,)


class SettingsError(PermanentError):
    """The environment of a function is not what the stack should have written."""

    def __init__(self, *, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(
            f"the function's settings cannot be used: {'; '.join(problems)}. "
            "They are set by the Pulumi program: deploy the stack again."
        )


@dataclass(frozen=True, kw_only=True)
class IngestSettings:
    """Where the ingest function reads, writes and keeps its ledger."""

    ledger_table: str
    landing_bucket: str
    validated_bucket: str
    quarantine_bucket: str
    lease_seconds: int
    """How long an attempt owns a file; at least the function's timeout."""
    personal_data_key: str | None = None
    """The key that personal data is protected with; None where no contract asks for it."""
    queue_url: str
    """Where the messages come from, and return to."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> IngestSettings:
        """Read the settings; SettingsError names every missing, unknown and unusable variable."""
        values = {name: value for name, value in environment.items() if name.startswith(_PREFIX)}
        known = set(IngestVariable)
        needed = [name for name in IngestVariable if name not in _OPTIONAL]
        problems = [f"{name} is missing" for name in needed if not values.get(name)]
        problems += [f"{name} is not known" for name in sorted(values) if name not in known]
        lease = values.get(IngestVariable.LEASE_SECONDS, "")
        if lease and not (lease.isdecimal() and int(lease) > 0):
            problems.append(f"{IngestVariable.LEASE_SECONDS} is {lease!r}, not a number above 0")
        if problems:
            raise SettingsError(problems=tuple(problems))
        return cls(
            ledger_table=values[IngestVariable.LEDGER_TABLE],
            landing_bucket=values[IngestVariable.LANDING_BUCKET],
            validated_bucket=values[IngestVariable.VALIDATED_BUCKET],
            quarantine_bucket=values[IngestVariable.QUARANTINE_BUCKET],
            lease_seconds=int(lease),
            personal_data_key=values.get(IngestVariable.PERSONAL_DATA_KEY) or None,
            queue_url=values[IngestVariable.QUEUE_URL],
        )
