"""A writer of an Iceberg table as a process of its own, as careful as a real one must be.

``python -m tests.functional.local_glue.iceberg_writer PLAN``, a JSON object: see ``WriterPlan``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from pyiceberg.table import Table

BATCH = "tarn.batch"
"""The snapshot property by which a writer finds its own commit again."""


@dataclass(frozen=True, kw_only=True)
class WriterPlan:
    """Which rows to append, each batch in a commit of its own."""

    properties: dict[str, Any]
    database: str
    table: str
    writer: int
    commits: int
    rows: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def batch(self, commit: int) -> list[int]:
        """Return the numbers of one commit: no other commit of any writer has them."""
        first = (self.writer * self.commits + commit) * self.rows
        return list(range(first, first + self.rows))


def main(plan: WriterPlan) -> Counter[str]:
    """Append every batch once; return what went wrong on the way, by kind."""
    catalog: Any = load_catalog("writer", **plan.properties)
    trouble: Counter[str] = Counter()
    for commit in range(plan.commits):
        name = f"{plan.writer}/{commit}"
        while True:
            try:
                table: Table = catalog.load_table((plan.database, plan.table))
                if has_batch(table, name):
                    break
                table.append(_rows(plan.batch(commit)), snapshot_properties={BATCH: name})
            except CommitFailedException:
                # It did not land: someone else was first, more often than PyIceberg tries.
                trouble["conflict"] += 1
            except (CommitStateUnknownException, ClientError, BotoCoreError, OSError) as error:
                # It may have landed. Who appends again without looking writes twice.
                trouble[type(error).__name__] += 1
            else:
                break
    return trouble


def has_batch(table: Table, name: str) -> bool:
    """Whether a commit of this name is in the table's history."""
    summaries = [snapshot.summary for snapshot in table.metadata.snapshots]
    return any(
        each is not None and each.additional_properties.get(BATCH) == name for each in summaries
    )


def _rows(numbers: list[int]) -> pa.Table:
    table = pa.table({"number": pa.array(numbers, pa.int64())})
    table = table.append_column("seen_at", pa.nulls(len(numbers), pa.timestamp("us", tz="UTC")))
    return table.append_column("price", pa.nulls(len(numbers), pa.decimal128(9, 2)))


if __name__ == "__main__":
    print(json.dumps(main(WriterPlan(**json.loads(sys.argv[1])))))
