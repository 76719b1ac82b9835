"""Land one file and follow it from station to station."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cli.errors import StationTimeoutError, UnknownDatasetError
from cli.landing import Landed, land
from cli.local_target import LocalTarget, open_target
from cli.output import Format, console, print_json, print_rows
from cli.snowflake_session import Session
from cli.stations import FileRecord
from cli.workspace import Workspace
from tarn.keys import SourceObject
from tarn.ledger import FileStatus
from tarn.provenance import SOURCE_KEY, SOURCE_VERSION

Found = TypeVar("Found")

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One station of the journey; ``seconds`` are since the file was landed."""

    station: str
    seconds: float
    what: str


def put_and_show(workspace: Workspace, *, file: Path, dataset: str, output: Format) -> None:
    """Land ``file`` as ``<dataset>/<file name>`` and print each arrival.

    Raises UnknownDatasetError before anything is landed, StationTimeoutError when the file
    stands still.
    """
    target = open_target(workspace)
    if dataset not in target.stations.datasets:
        raise UnknownDatasetError(dataset, target.stations.datasets)
    landed = land(target.stations, f"{dataset}/{file.name}", file.read_bytes())
    journey = Journey(target=target, landed=landed)
    arrivals, record = journey.follow()
    if output is Format.JSON:
        print_json(
            {
                "file": landed.source.ledger_id,
                "arrivals": [
                    {"station": one.station, "seconds": round(one.seconds, 3), "what": one.what}
                    for one in arrivals
                ],
                "quarantined": target.stations.quarantined_rows(record),
            }
        )
        return
    rows = [(one.station, f"{one.seconds:.2f}", one.what) for one in arrivals]
    print_rows(
        ("station", "seconds", "what"), rows, output=output, title=f"{file.name} → {dataset}"
    )
    _show_quarantined(target, record)


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One landed file on its way."""

    target: LocalTarget
    landed: Landed

    def follow(self) -> tuple[list[Arrival], FileRecord]:
        """Wait at each station; a file without accepted rows ends at its verdict."""
        source = self.landed.source
        arrivals = [self._arrival("landing bucket", f"{source.key} version {source.version[:8]}…")]
        record = self._wait("verdict", self._judged)
        arrivals.append(self._arrival("verdict", _verdict(record)))
        if record.status is FileStatus.QUARANTINED or not record.rows_accepted:
            return arrivals, record
        with self.target.snowflake.session() as session:
            rows = self._wait("Snowflake RAW", lambda: self._raw_rows(session, record))
            arrivals.append(self._arrival("Snowflake RAW", f"{rows:,} rows"))
            record = self._wait("Iceberg", self._curated)
            table = record.dataset
            total = self.target.stations.iceberg_rows(table)
            arrivals.append(self._arrival("Iceberg", f"{table} now holds {total:,} rows"))
            self._wait(
                "Snowflake CURATED",
                lambda: session.count(f"CURATED.{table.upper()}") == total or None,
            )
            arrivals.append(self._arrival("Snowflake CURATED", f"{total:,} rows"))
        return arrivals, record

    def _arrival(self, station: str, what: str) -> Arrival:
        seconds = max(time.time() - self.landed.at, 0.0)
        return Arrival(station=station, seconds=seconds, what=what)

    def _wait(self, station: str, arrived: Callable[[], Found | None]) -> Found:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := arrived()) is None:
            if time.monotonic() > deadline:
                raise StationTimeoutError(
                    station=station,
                    waiting_for=f"{self.landed.source.key}",
                    seconds=PATIENCE_SECONDS,
                    next_step="`tarn local status` shows what each station does.",
                )
            time.sleep(POLL_SECONDS)
        return found

    def _judged(self) -> FileRecord | None:
        record = self.target.stations.ledger_file(self.landed.source.ledger_id)
        return record if record is not None and record.judged else None

    def _curated(self) -> FileRecord | None:
        record = self._judged()
        return record if record is not None and record.status is FileStatus.CURATED else None

    def _raw_rows(self, session: Session, record: FileRecord) -> int | None:
        rows = raw_rows(session, self.landed.source, dataset=record.dataset)
        return rows if rows == record.rows_accepted else None


def raw_rows(session: Session, source: SourceObject, *, dataset: str) -> int:
    """Return how many rows of one object version Snowflake RAW holds."""
    answer = session.query(
        f"SELECT COUNT(*) FROM RAW.{dataset.upper()} "  # noqa: S608 - our own names
        f"WHERE {SOURCE_KEY} = '{_quoted(source.key)}' "
        f"AND {SOURCE_VERSION} = '{_quoted(source.version)}'"
    )
    return int(str(answer.rows[0][0]))


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _verdict(record: FileRecord) -> str:
    if record.status is FileStatus.QUARANTINED:
        return f"quarantined whole: {record.reason}"
    return (
        f"{record.rows_read:,} rows read, {record.rows_accepted:,} accepted, "
        f"{record.rows_quarantined:,} quarantined"
        + "".join(f", {count:,} warned: {rule}" for rule, count in record.warnings.items())
    )


def _show_quarantined(target: LocalTarget, record: FileRecord) -> None:
    for row in target.stations.quarantined_rows(record)[:10]:
        for violation in row["violations"]:
            console.print(
                f"  line {row['line']}: {violation['column']}={violation['value']} breaks "
                f"{violation['rule']}: {violation['message']}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
