"""One ODCS document to one contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar, cast

from open_data_contract_standard.model import (
    CustomProperty,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
    Team,
)

from tarn.contract.compilation.columns import COLUMN_NAME, CompiledColumn, compile_column
from tarn.contract.compilation.dialects import read_dialect
from tarn.contract.compilation.problems import ProblemList
from tarn.contract.compilation.quality import read_rules, unique_together
from tarn.contract.compilation.whole import WholeRules
from tarn.contract.dialect import Dialect
from tarn.contract.model import Column, Contract, MergeMode
from tarn.contract.rules import SchemaChange, Severity

Choice = TypeVar("Choice", MergeMode, SchemaChange)

CONTRACT_SUFFIX: Final = ".odcs.yaml"
_API_VERSION: Final = re.compile(r"v3\.\d+\.\d+")
_DATASET_NAME: Final = COLUMN_NAME
_CUSTOM_PROPERTIES: Final = ("dialect", "merge", "nullMarkers", "producedBy", "schemaChange")
_SECONDS: Final = {
    "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
}  # fmt: skip


def compile_dataset(
    source: OpenDataContractStandard, problems: ProblemList, *, schema_change: SchemaChange
) -> Contract | None:
    """Return the contract, or None after adding everything that is wrong with it.

    ``schema_change`` is for contracts that do not say it themselves.
    """
    before = len(problems.found)
    _check_header(source, problems)
    schema = _only_schema(source, problems)
    if schema is None:
        return None
    custom = _custom_properties(source.customProperties, problems)
    merge = _choice(custom, "merge", MergeMode.UPSERT, problems)
    whole = _whole_rules(schema, problems)
    columns = _columns(schema, whole, problems)
    key = _key(schema, merge, problems)
    unique = _dataset_rules(schema, whole, problems)
    contract = Contract(
        dataset=schema.name or "",
        version=source.version or "",
        title=source.name or schema.businessName or schema.name or "",
        description=(source.description.purpose or "").strip() if source.description else "",
        owner=_owner(source, problems),
        columns=columns,
        key=key,
        null_markers=_null_markers(custom, problems),
        merge=merge,
        unique_together=tuple(unique),
        unique_severities=_unless_default(tuple(unique.values())),
        row_rules=tuple(whole.of_rows),
        file_rules=tuple(whole.of_file),
        schema_change=_schema_change(custom, schema_change, columns, problems),
        dialect=_dialect(custom, problems),
        freshness_seconds=_freshness(source, problems),
        produced_by=_produced_by(custom, problems),
    )
    return contract if len(problems.found) == before else None


def _check_header(source: OpenDataContractStandard, problems: ProblemList) -> None:
    if source.kind != "DataContract":
        problems.add(("kind",), f"is {source.kind!r}", allowed="DataContract")
    if not _API_VERSION.fullmatch(source.apiVersion or ""):
        problems.add(("apiVersion",), f"is {source.apiVersion!r}", allowed="v3.x.y, e.g. v3.2.0")
    for name in ("id", "version", "status"):
        if not getattr(source, name):
            problems.add((name,), "is missing", allowed="a text")
    if not (source.description and (source.description.purpose or "").strip()):
        problems.add(("description", "purpose"), "is missing", allowed="what the dataset is for")


def _only_schema(source: OpenDataContractStandard, problems: ProblemList) -> SchemaObject | None:
    schemas = source.schema_ or []
    if len(schemas) != 1:
        problems.add(("schema",), f"has {len(schemas)} objects", allowed="one dataset a contract")
        return None
    schema = schemas[0]
    expected = problems.document.file.name.removesuffix(CONTRACT_SUFFIX)
    if schema.name != expected or not _DATASET_NAME.fullmatch(expected):
        problems.add(
            ("schema", 0, "name"),
            f"is {schema.name!r}",
            allowed=f"the file's own name, {expected!r}, in lower case letters, digits and _",
        )
    if schema.customProperties:
        problems.add(
            ("schema", 0, "customProperties"),
            "is not supported by Tarn",
            allowed="customProperties of the contract itself",
        )
    return schema


def _columns(schema: SchemaObject, whole: WholeRules, problems: ProblemList) -> tuple[Column, ...]:
    path = ("schema", 0, "properties")
    if not schema.properties:
        problems.add(path, "is empty", allowed="at least one column")
    compiled: list[CompiledColumn] = []
    names: set[str] = set()
    for index, source in enumerate(schema.properties or ()):
        if source.name in names:
            problems.add((*path, index, "name"), f"repeats {source.name!r}", allowed="a new name")
        names.add(source.name or "")
        compiled.append(compile_column(source, (*path, index), problems))
    columns = tuple(one.column for one in compiled if one.column is not None)
    whole.columns |= {column.name: column.type for column in columns}
    for source, one in zip(schema.properties or (), compiled, strict=True):
        whole.add(one.remaining, column=source.name)
    return columns


def _whole_rules(schema: SchemaObject, problems: ProblemList) -> WholeRules:
    """Start with columns that are not known to be usable yet."""
    unusable = {column.name or "": None for column in schema.properties or ()}
    return WholeRules(dataset=schema.name or "", columns={**unusable}, problems=problems)


def _dataset_rules(
    schema: SchemaObject, whole: WholeRules, problems: ProblemList
) -> dict[tuple[str, ...], Severity]:
    """Add the dataset's rules; return the sets of columns that do not repeat."""
    rules = read_rules(schema.quality, ("schema", 0), problems, of_column=False)
    unique, remaining = unique_together(rules, schema, problems)
    whole.add(remaining, column=None)
    return unique


def _unless_default(severities: tuple[Severity, ...]) -> tuple[Severity, ...]:
    return severities if set(severities) - {Severity.QUARANTINE} else ()


def _key(schema: SchemaObject, merge: MergeMode, problems: ProblemList) -> tuple[str, ...]:
    path = ("schema", 0, "properties")
    keys: list[SchemaProperty] = [c for c in schema.properties or () if c.primaryKey]
    if not keys and merge is MergeMode.UPSERT:
        problems.add(path, "no column has primaryKey: true", allowed="a key, to merge by")
    if len(keys) == 1:
        return (keys[0].name or "",)
    positions = [column.primaryKeyPosition for column in keys]
    expected = list(range(1, len(keys) + 1))
    if sorted(position or 0 for position in positions) != expected:
        index = (schema.properties or []).index(keys[0]) if keys else 0
        problems.add(
            (*path, index, "primaryKeyPosition"),
            f"the key's positions are {positions}",
            allowed=f"each of {expected} once",
        )
        return ()
    return tuple(c.name or "" for c in sorted(keys, key=lambda c: c.primaryKeyPosition or 0))


def _owner(source: OpenDataContractStandard, problems: ProblemList) -> str:
    if isinstance(source.team, Team) and (source.team.name or "").strip():
        return source.team.name or ""
    problems.add(("team", "name"), "is missing", allowed="the team that owns the dataset")
    return ""


def _freshness(source: OpenDataContractStandard, problems: ProblemList) -> int | None:
    for index, sla in enumerate(source.slaProperties or ()):
        if sla.property != "freshness":
            continue
        seconds = _SECONDS.get(sla.unit or "")
        if seconds is None:
            problems.add(
                ("slaProperties", index, "unit"), f"is {sla.unit!r}", allowed=", ".join(_SECONDS)
            )
        elif not isinstance(sla.value, int | float) or sla.value <= 0:
            problems.add(
                ("slaProperties", index, "value"), f"is {sla.value!r}", allowed="a number above 0"
            )
        else:
            return round(sla.value * seconds)
    return None


def _custom_properties(
    properties: list[CustomProperty] | None, problems: ProblemList
) -> Mapping[str, tuple[int, object]]:
    found: dict[str, tuple[int, object]] = {}
    for index, custom in enumerate(properties or ()):
        if custom.property not in _CUSTOM_PROPERTIES or custom.property in found:
            repeated = " again" if custom.property in found else ""
            problems.add(
                ("customProperties", index, "property"),
                f"is {custom.property!r}{repeated}",
                allowed=f"each of {', '.join(_CUSTOM_PROPERTIES)} once",
            )
        else:
            found[custom.property] = (index, custom.value)
    return found


def _choice(
    custom: Mapping[str, tuple[int, object]], name: str, default: Choice, problems: ProblemList
) -> Choice:
    """Return one of an enumeration's values, or the default after adding that it is none."""
    index, value = custom.get(name, (0, default.value))
    kinds = type(default)
    try:
        return kinds(str(value))
    except ValueError:
        problems.add(
            ("customProperties", index, "value"), f"is {value!r}", allowed=", ".join(kinds)
        )
        return default


def _schema_change(
    custom: Mapping[str, tuple[int, object]],
    of_environment: SchemaChange,
    columns: tuple[Column, ...],
    problems: ProblemList,
) -> SchemaChange:
    """Where columns are protected, one that nobody has classified may not come along."""
    protects = any(column.protection for column in columns)
    closed = (SchemaChange.STRICT, SchemaChange.REORDER)
    if protects and of_environment not in closed:
        of_environment = SchemaChange.REORDER
    chosen = _choice(custom, "schemaChange", of_environment, problems)
    if protects and chosen not in closed:
        problems.add(
            ("customProperties", custom["schemaChange"][0], "value"),
            f"is {chosen.value!r} although columns are protected",
            allowed=f"{', '.join(closed)}: a new column could be personal data",
        )
    return chosen


def _dialect(custom: Mapping[str, tuple[int, object]], problems: ProblemList) -> Dialect:
    index, value = custom.get("dialect", (0, {}))
    return read_dialect(value, ("customProperties", index, "value"), problems)


def _null_markers(
    custom: Mapping[str, tuple[int, object]], problems: ProblemList
) -> tuple[str, ...]:
    index, value = custom.get("nullMarkers", (0, [""]))
    markers = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(marker, str) for marker in markers):
        problems.add(
            ("customProperties", index, "value"),
            f"is {value!r}",
            allowed='a list of quoted texts, e.g. ["", "NA"]',
        )
        return ()
    return tuple(sorted({str(marker) for marker in markers}))


def _produced_by(custom: Mapping[str, tuple[int, object]], problems: ProblemList) -> str | None:
    index, value = custom.get("producedBy", (0, None))
    if value is not None and not (isinstance(value, str) and _DATASET_NAME.fullmatch(value)):
        problems.add(
            ("customProperties", index, "value"),
            f"is {value!r}",
            allowed="the name of a job under glue_jobs/",
        )
        return None
    return value
