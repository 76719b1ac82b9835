"""Iceberg tables over a Glue catalog: read-only copies that follow the lake's commits.

A refresh replaces all rows in one transaction, so a reader sees one commit or the next, never
between. When several commits came, only the newest is loaded.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.snowflake.aws import RoleTrust
from local_cloud.snowflake.engine import EngineSession, translated
from local_cloud.snowflake.errors import SnowflakeSqlError, does_not_exist, storage_failure
from local_cloud.snowflake.iceberg_source import (
    CatalogEntry,
    IcebergSnapshot,
    metadata_location,
    metadata_locations,
    read_snapshot,
)
from local_cloud.snowflake.names import Path, plain, quoted
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.tables_declared import with_columns
from local_cloud.snowflake.trusts import catalog_trust, storage_locations, volume_trust

if TYPE_CHECKING:
    from local_cloud.snowflake.account_parts import AccountParts

POLL_SECONDS: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class TableState:
    """What of a table is loaded."""

    metadata_location: str = ""
    snapshot_id: int | None = None
    refreshed_at: datetime | None = None
    error: str = ""


class IcebergRefresher:
    """Loads Iceberg tables, and loads them again after commits."""

    def __init__(self, account: AccountParts) -> None:
        """Do nothing until the first Iceberg table is created."""
        self._account = account
        self._states: dict[Path, TableState] = {}
        self._locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, item: SnowflakeObject) -> None:
        """Load a new table, and follow it when it refreshes by itself."""
        self._states.pop(item.path, None)
        self.refresh(item.path)
        if item.flag("AUTO_REFRESH"):
            self.follow()

    def follow(self) -> None:
        """Look for commits from now on, and at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="iceberg", daemon=True)
            self._thread.start()
        self._wake.set()

    def remove(self, item: SnowflakeObject) -> None:
        """Stop following a table."""
        self._states.pop(item.path, None)

    def stop(self) -> None:
        """Stop following all tables."""
        self._stopping.set()
        self._wake.set()

    def location(self, path: Path) -> str:
        """Return the base location that a table's metadata lies in."""
        return self._states.get(path, TableState()).metadata_location.rpartition("/metadata/")[0]

    def status_json(self, path: Path) -> str:
        """Describe a table's refreshing as SYSTEM$AUTO_REFRESH_STATUS does."""
        state = self._states.get(path, TableState())
        item = self._account.registry.find(Kind.ICEBERG_TABLE, path)
        running = item is not None and item.flag("AUTO_REFRESH")
        answer: dict[str, object] = {
            "executionState": "STALLED" if state.error else "RUNNING" if running else "STOPPED",
            "pendingSnapshotCount": 0,
            "currentSnapshotId": state.snapshot_id,
            "currentMetadataFile": state.metadata_location,
        }
        if state.refreshed_at:
            answer["lastUpdatedTime"] = int(state.refreshed_at.timestamp() * 1000)
        if state.error:
            answer["invalidExecutionStateReason"] = state.error
        return json.dumps(answer)

    def refresh(self, path: Path, location: str | None = None) -> None:
        """Load the newest commit of a table unless it is loaded already."""
        with self._locks[path]:
            item = self._account.registry.get(Kind.ICEBERG_TABLE, path)
            source = self._source(item)
            newest = location or metadata_location(
                self._account.aws, source.catalog_trust, source.entry
            )
            state = self._states.get(path, TableState())
            if newest == state.metadata_location and not state.error:
                return
            trust = self._volume_trust(item, newest)
            started = datetime.now(UTC)
            snapshot = read_snapshot(self._account.aws, trust, newest)
            self._replace_rows(item, snapshot)
            self._states[path] = TableState(
                metadata_location=newest,
                snapshot_id=snapshot.snapshot_id,
                refreshed_at=datetime.now(UTC),
            )
            seconds = (datetime.now(UTC) - started).total_seconds()
            self._account.journal.record(
                "iceberg",
                "refreshed",
                table=plain(path),
                rows=snapshot.rows.num_rows,
                seconds=round(seconds, 3),
            )

    def verify_volume(self, volume: SnowflakeObject) -> Mapping[str, object]:
        """Try to assume the roles of a volume's locations, and to list what is there."""
        for location in storage_locations(volume):
            trust = volume_trust(volume, location)
            failure = self._assumption_failure(trust) or self._listing_failure(trust, location)
            if failure:
                return {"success": False, "storageLocationSelectionResult": failure}
        return {"success": True, "storageLocationSelectionResult": "PASSED"}

    def verify_catalog(self, catalog: SnowflakeObject) -> Mapping[str, object]:
        """Try to assume a catalog integration's role."""
        failure = self._assumption_failure(catalog_trust(catalog))
        if failure:
            return {"success": False, "errorCode": "004155", "errorMessage": failure}
        return {"success": True, "errorCode": "", "errorMessage": ""}

    def _assumption_failure(self, trust: RoleTrust) -> str:
        try:
            self._account.aws.forget()
            self._account.aws.client("sts", trust).get_caller_identity()
        except SnowflakeSqlError as error:
            return error.message
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return ""

    def _listing_failure(self, trust: RoleTrust, location: Mapping[str, str]) -> str:
        bucket, _, prefix = location["STORAGE_BASE_URL"].removeprefix("s3://").partition("/")
        try:
            s3 = self._account.aws.client("s3", trust)
            s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        except (ClientError, BotoCoreError) as error:
            return f"Listing s3://{bucket}/{prefix} failed: {error}"
        return ""

    def _source(self, item: SnowflakeObject) -> _Source:
        name = item.text("CATALOG")
        catalog = self._account.registry.find(Kind.CATALOG_INTEGRATION, (name,))
        if catalog is None:
            raise does_not_exist(kind="Catalog integration", name=name)
        if not catalog.flag("ENABLED"):
            raise storage_failure(what=f"catalog integration {name}", reason="it is not enabled.")
        entry = CatalogEntry(
            catalog_id=catalog.text("GLUE_CATALOG_ID"),
            database=item.text("CATALOG_NAMESPACE") or catalog.text("CATALOG_NAMESPACE"),
            table=item.text("CATALOG_TABLE_NAME"),
        )
        return _Source(entry=entry, catalog_trust=catalog_trust(catalog))

    def _volume_trust(self, item: SnowflakeObject, location: str) -> RoleTrust:
        name = item.text("EXTERNAL_VOLUME")
        volume = self._account.registry.find(Kind.EXTERNAL_VOLUME, (name,))
        if volume is None:
            raise does_not_exist(kind="External volume", name=name)
        places = storage_locations(volume)
        for place in places:
            if location.startswith(place["STORAGE_BASE_URL"].rstrip("/") + "/"):
                return volume_trust(volume, place)
        raise storage_failure(
            what=f"external volume {name}",
            reason=f"{location} lies in none of its storage locations: "
            f"{', '.join(place['STORAGE_BASE_URL'] for place in places)}.",
        )

    def _replace_rows(self, item: SnowflakeObject, snapshot: IcebergSnapshot) -> None:
        session = self._account.engine.connect()
        try:
            with translated():
                _replace(session, item.path, snapshot)
        finally:
            session.close()
        self._account.registry.change(
            Kind.ICEBERG_TABLE, item.path, lambda old: with_columns(old, snapshot.columns)
        )

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(POLL_SECONDS)
            self._wake.clear()
            if not self._stopping.is_set():
                self._look_once()

    def _look_once(self) -> None:
        """Ask each Glue database once for all of its followed tables."""
        groups: defaultdict[tuple[RoleTrust, str, str], list[tuple[Path, str]]]
        groups = defaultdict(list)
        for item in self._account.registry.all(Kind.ICEBERG_TABLE):
            if not item.flag("AUTO_REFRESH") or item.path not in self._states:
                continue
            try:
                source = self._source(item)
            except SnowflakeSqlError as error:
                self._fail(item.path, error)
                continue
            entry = source.entry
            key = (source.catalog_trust, entry.catalog_id, entry.database)
            groups[key].append((item.path, entry.table))
        for (trust, catalog_id, database), tables in groups.items():
            self._look_into(trust, catalog_id, database, tables)

    def _look_into(
        self, trust: RoleTrust, catalog_id: str, database: str, tables: list[tuple[Path, str]]
    ) -> None:
        try:
            present = metadata_locations(self._account.aws, trust, catalog_id, database)
        except SnowflakeSqlError as error:
            for path, _ in tables:
                self._fail(path, error)
            return
        for path, name in tables:
            newest = present.get(name)
            state = self._states.get(path, TableState())
            if newest is None or (newest == state.metadata_location and not state.error):
                continue
            try:
                self.refresh(path, newest)
            except SnowflakeSqlError as error:
                self._fail(path, error)

    def _fail(self, path: Path, error: SnowflakeSqlError) -> None:
        state = self._states.get(path)
        if state is None or state.error == error.message:
            return
        self._states[path] = TableState(
            metadata_location=state.metadata_location,
            snapshot_id=state.snapshot_id,
            refreshed_at=state.refreshed_at,
            error=error.message,
        )
        self._account.journal.record(
            "iceberg", "refresh failed", table=plain(path), reason=error.message
        )


@dataclass(frozen=True, kw_only=True)
class _Source:
    entry: CatalogEntry
    catalog_trust: RoleTrust


def _replace(session: EngineSession, path: Path, snapshot: IcebergSnapshot) -> None:
    session.duck.register("incoming_rows", snapshot.rows)
    try:
        session.duck.execute(
            f"CREATE OR REPLACE TABLE {quoted(path)} AS SELECT * FROM incoming_rows"  # noqa: S608
        )
    finally:
        session.duck.unregister("incoming_rows")
