"""A compiled contract: plain values that infra, functions and jobs share.

Compilation from ODCS YAML is elsewhere (``tarn.contract.compilation``), because a function must
read a contract without YAML or pydantic. This module needs the standard library only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, cast

from tarn.contract.dialect import Dialect
from tarn.contract.fields import CompiledFields, UnreadableContractError
from tarn.contract.rules import FileRule, Protection, RowRule, SchemaChange, Severity

VERDICT_GENERATION: Final = 2
"""Part of every contract hash. Raise it when the same contract and the same file would give
other verdicts or other output than before, so that outputs never change under one name."""

Compiled = dict[str, object]


class ColumnKind(StrEnum):
    """What a column's values are. Integers have 64 bits; timestamps are UTC microseconds."""

    STRING = "string"
    INTEGER = "integer"
    DOUBLE = "double"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"


class MergeMode(StrEnum):
    """What a newer file does to the rows that are there."""

    UPSERT = "upsert"
    """Its rows replace or add by key."""
    REPLACE_FILE = "replace-file"
    """A new version of an object replaces all rows of the object's old versions."""


@dataclass(frozen=True, kw_only=True)
class ColumnType:
    """A kind and, for decimals only, its digits."""

    kind: ColumnKind
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column and the rules its values keep. None or empty means: no such rule."""

    name: str
    type: ColumnType
    description: str = ""
    required: bool = False
    unique: bool = False
    """Within one file."""
    minimum: str | None = None
    """As text in the column's own notation, so that decimals and dates stay exact."""
    maximum: str | None = None
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    """Has to match the whole value."""
    min_length: int | None = None
    max_length: int | None = None
    date_format: str | None = None
    """How dates and timestamps are written, as ``tarn.contract.temporal`` reads it; None: ISO."""
    zone_required: bool = False
    """A timestamp without a zone breaks the type; otherwise it is UTC."""
    classification: str | None = None
    protection: Protection | None = None
    """Rules judge the value itself; what is written, in quarantine too, is text in its place."""
    references: tuple[str, str] | None = None
    """Dataset and column in which every value should be found, now or later."""
    severities: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    """By rule (``tarn.quarantine.Rule``), where it is another than QUARANTINE."""

    def severity(self, rule: str) -> Severity:
        """Return what follows when a value breaks the rule."""
        return self.severities.get(rule, Severity.QUARANTINE)

    def to_compiled(self) -> Compiled:
        compiled: Compiled = {"name": self.name, "kind": self.type.kind.value}
        optional: Compiled = {
            "precision": self.type.precision,
            "scale": self.type.scale,
            "description": self.description,
            "required": self.required,
            "unique": self.unique,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "enum": list(self.enum),
            "pattern": self.pattern,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "dateFormat": self.date_format,
            "zoneRequired": self.zone_required,
            "classification": self.classification,
            "protection": self.protection.value if self.protection else None,
            "references": list(self.references) if self.references else None,
            "severities": {rule: kind.value for rule, kind in self.severities.items()},
        }
        compiled.update((name, value) for name, value in optional.items() if not _absent(value))
        return compiled

    @classmethod
    def from_compiled(cls, compiled: Mapping[str, object]) -> Column:
        fields = CompiledFields(compiled)
        protection = fields.optional_text("protection")
        references = fields.texts("references")
        return cls(
            name=fields.text("name"),
            type=ColumnType(
                kind=ColumnKind(fields.text("kind")),
                precision=fields.optional_number("precision"),
                scale=fields.optional_number("scale"),
            ),
            description=fields.optional_text("description") or "",
            required=fields.flag("required"),
            unique=fields.flag("unique"),
            minimum=fields.optional_text("minimum"),
            maximum=fields.optional_text("maximum"),
            enum=fields.texts("enum"),
            pattern=fields.optional_text("pattern"),
            min_length=fields.optional_number("minLength"),
            max_length=fields.optional_number("maxLength"),
            date_format=fields.optional_text("dateFormat"),
            zone_required=fields.flag("zoneRequired"),
            classification=fields.optional_text("classification"),
            protection=Protection(protection) if protection else None,
            references=(references[0], references[1]) if references else None,
            severities={
                rule: Severity(str(kind)) for rule, kind in fields.mapping("severities").items()
            },
        )


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What one dataset promises."""

    dataset: str
    version: str
    title: str
    description: str
    owner: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    null_markers: tuple[str, ...] = ("",)
    """Texts that mean null in formats without a null of their own (CSV)."""
    merge: MergeMode = MergeMode.UPSERT
    unique_together: tuple[tuple[str, ...], ...] = ()
    """Sets of columns whose values are not repeated within one file."""
    unique_severities: tuple[Severity, ...] = ()
    """Of ``unique_together``, in its order; empty when all are QUARANTINE."""
    row_rules: tuple[RowRule, ...] = ()
    file_rules: tuple[FileRule, ...] = ()
    schema_change: SchemaChange = SchemaChange.REORDER
    added: tuple[str, ...] = ()
    """Of one file only (``tarn.contract.evolution``): its columns that are not the contract's own;
    they stand last in ``columns``."""
    ignored: tuple[str, ...] = ()
    """Of one file only: its columns that are left out."""
    dialect: Dialect = field(default_factory=Dialect)
    freshness_seconds: int | None = None
    produced_by: str | None = None
    """The job that makes this dataset; None for a dataset that is ingested."""

    @cached_property
    def contract_hash(self) -> str:
        """64 hex digits over everything that decides about verdicts and stored rows.

        Prose, owner, freshness and references, which are looked at afterwards, are left out:
        editing them ingests nothing again.
        """
        compiled = self.to_compiled()
        for prose in ("version", "title", "description", "owner", "freshnessSeconds", "producedBy"):
            compiled.pop(prose, None)
        own = len(self.columns) - len(self.added)
        columns = cast("list[Compiled]", compiled["columns"])[:own]
        compiled["columns"] = columns
        for column in columns:
            column.pop("description", None)
            column.pop("references", None)
        compiled["verdictGeneration"] = VERDICT_GENERATION
        return hashlib.sha256(_canonical(compiled).encode()).hexdigest()

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def protected(self) -> tuple[str, ...]:
        """Names of the columns whose values are written in no clear form."""
        return tuple(column.name for column in self.columns if column.protection)

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def to_compiled(self) -> Compiled:
        compiled: Compiled = {
            "dataset": self.dataset,
            "version": self.version,
            "title": self.title,
            "description": self.description,
            "owner": self.owner,
            "columns": [column.to_compiled() for column in self.columns],
            "key": list(self.key),
            "nullMarkers": list(self.null_markers),
            "merge": self.merge.value,
            "uniqueTogether": [list(names) for names in self.unique_together],
        }
        # Absent when unused, so that the hashes of contracts without such rules stay.
        if self.unique_severities:
            compiled["uniqueSeverities"] = [kind.value for kind in self.unique_severities]
        if self.row_rules:
            compiled["rowRules"] = [rule.to_compiled() for rule in self.row_rules]
        if self.file_rules:
            compiled["fileRules"] = [rule.to_compiled() for rule in self.file_rules]
        if self.schema_change is not SchemaChange.REORDER:
            compiled["schemaChange"] = self.schema_change.value
        if dialect := self.dialect.to_compiled():
            compiled["dialect"] = dialect
        if self.freshness_seconds is not None:
            compiled["freshnessSeconds"] = self.freshness_seconds
        if self.produced_by is not None:
            compiled["producedBy"] = self.produced_by
        return compiled

    @classmethod
    def from_compiled(cls, compiled: Mapping[str, object]) -> Contract:
        fields = CompiledFields(compiled)
        return cls(
            dataset=fields.text("dataset"),
            version=fields.text("version"),
            title=fields.text("title"),
            description=fields.text("description"),
            owner=fields.text("owner"),
            columns=tuple(Column.from_compiled(column) for column in fields.mappings("columns")),
            key=fields.texts("key"),
            null_markers=fields.texts("nullMarkers"),
            merge=MergeMode(fields.text("merge")),
            unique_together=tuple(
                tuple(str(name) for name in cast("Sequence[object]", names))
                for names in fields.sequence("uniqueTogether")
            ),
            unique_severities=tuple(map(Severity, fields.texts("uniqueSeverities"))),
            row_rules=tuple(map(RowRule.from_compiled, fields.mappings("rowRules"))),
            file_rules=tuple(map(FileRule.from_compiled, fields.mappings("fileRules"))),
            schema_change=SchemaChange(
                fields.optional_text("schemaChange") or SchemaChange.REORDER
            ),
            dialect=Dialect.from_compiled(fields.mapping("dialect")),
            freshness_seconds=fields.optional_number("freshnessSeconds"),
            produced_by=fields.optional_text("producedBy"),
        )


class ContractCatalog(Mapping[str, Contract]):
    """All contracts by dataset, in alphabetical order."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = {
            contract.dataset: contract
            for contract in sorted(contracts, key=lambda contract: contract.dataset)
        }

    def __getitem__(self, dataset: str) -> Contract:
        return self._contracts[dataset]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)

    @property
    def ingested(self) -> tuple[Contract, ...]:
        """The datasets whose files land: they have a RAW table, a pipe and a curated table."""
        return tuple(c for c in self._contracts.values() if c.produced_by is None)

    @property
    def models(self) -> tuple[Contract, ...]:
        """The datasets that a job makes: they have a curated table only."""
        return tuple(c for c in self._contracts.values() if c.produced_by is not None)

    @cached_property
    def catalog_hash(self) -> str:
        """64 hex digits over the whole catalog, prose included."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Return the canonical text: equal catalogs give equal bytes."""
        return _canonical({"contracts": [c.to_compiled() for c in self._contracts.values()]})

    @classmethod
    def from_json(cls, text: str) -> ContractCatalog:
        catalog: object = json.loads(text)
        if not isinstance(catalog, dict):
            raise UnreadableContractError(field="the catalog", problem="is not an object")
        fields = CompiledFields(cast("dict[str, object]", catalog))
        return cls([Contract.from_compiled(contract) for contract in fields.mappings("contracts")])


def _absent(value: object) -> bool:
    return value is None or value is False or value in ("", [], {})


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
