"""Who reads a column: tables, models and views, from the dataset to the last view over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from review.contracts.models import ModelJob, read_job
from review.contracts.sides import Side
from review.contracts.views import Source, View, read_views
from tarn.contract.model import Contract
from tarn.contract.schemas import snowflake_columns

RAW: Final = "RAW"
CURATED: Final = "CURATED"


@dataclass(frozen=True, kw_only=True)
class Readers:
    """The datasets, jobs and views of one side, asked for the readers of a column."""

    contracts: Mapping[str, Contract]
    jobs: Mapping[str, ModelJob]
    """By dataset that the job makes."""
    views: tuple[View, ...]
    orphans: Mapping[tuple[str, str], tuple[str, ...]]
    """By column, the datasets whose view of missing parents reads it, on either end."""

    def of(self, dataset: str, column: str | None) -> tuple[str, ...]:
        """Name everything that reads the column, or with None any column of the dataset.

        The tables that hold it come first, then models and views in the order of the data.
        """
        contract = self.contracts.get(dataset)
        if contract is None:
            return ()
        columns = contract.column_names if column is None else (column,)
        found = dict.fromkeys(self._tables(contract, columns))
        found |= dict.fromkeys(self._beyond({(dataset, each) for each in columns}))
        return tuple(found)

    def _tables(self, contract: Contract, columns: tuple[str, ...]) -> Iterator[str]:
        name = contract.dataset.upper()
        yield f"Iceberg table {contract.dataset}"
        if contract.produced_by is None:
            yield f"Snowflake table {RAW}.{name}"
            yield f"view {RAW}.{name}_CURRENT"
        for column in columns:
            for child in self.orphans.get((contract.dataset, column), ()):
                yield f"view {RAW}.{child.upper()}_ORPHANS"
        yield f"Snowflake Iceberg table {CURATED}.{name}"

    def _beyond(self, columns: set[tuple[str, str]]) -> Iterator[str]:
        reached = set(columns)
        waiting = sorted(columns)
        # Models first, so that the columns they make are followed too.
        while waiting:
            dataset, column = waiting.pop(0)
            for model, job in self.jobs.items():
                made = self._made(model, job, dataset, column)
                if made is None:
                    continue
                yield f"model {model}"
                yield f"Snowflake Iceberg table {CURATED}.{model.upper()}"
                fresh = sorted({(model, each) for each in made} - reached)
                reached.update(fresh)
                waiting += fresh
        yield from self._views({_source(*each) for each in reached})

    def _made(self, model: str, job: ModelJob, dataset: str, column: str) -> frozenset[str] | None:
        contract = self.contracts.get(dataset)
        known = frozenset(contract.column_names if contract else ())
        if not job.reads(dataset, column, known):
            return None
        return job.makes(dataset, column, frozenset(self.contracts[model].column_names))

    def _views(self, sources: set[Source]) -> Iterator[str]:
        for view in self.views:
            raw = {(table.replace(CURATED, RAW, 1), column) for table, column in sources}
            wanted = sources | raw
            if not view.resolved:
                if view.tables & {table for table, _ in wanted}:
                    yield f"view {view.name} (its SQL could not be resolved)"
                continue
            if view.reads & wanted:
                yield f"view {view.name}"
                sources = sources | {
                    (view.name, column) for column, made in view.columns.items() if made & wanted
                }


def find_readers(root: Path, side: Side) -> Readers:
    """Read the jobs and views of a working tree beside its contracts."""
    tables: dict[str, tuple[str, ...]] = {}
    jobs: dict[str, ModelJob] = {}
    for dataset, contract in sorted(side.contracts.items()):
        columns = tuple(column.name for column in snowflake_columns(contract))
        tables[f"{CURATED}.{dataset.upper()}"] = columns
        if contract.produced_by is None:
            tables[f"{RAW}.{dataset.upper()}"] = columns
            tables[f"{RAW}.{dataset.upper()}_CURRENT"] = columns
        elif (job := read_job(root, contract.produced_by)) is not None:
            jobs[dataset] = job
    return Readers(
        contracts=side.contracts,
        jobs=jobs,
        views=read_views(root, tables),
        orphans=_orphans(side.contracts),
    )


def _orphans(contracts: Mapping[str, Contract]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for dataset, contract in sorted(contracts.items()):
        for column in contract.columns:
            if column.references:
                for end in ((dataset, column.name), column.references):
                    found[end] = (*found.get(end, ()), dataset)
    return found


def _source(dataset: str, column: str) -> Source:
    return f"{CURATED}.{dataset.upper()}", column.upper()
