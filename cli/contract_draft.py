"""`tarn contract infer`: draft a contract from a sample; the draft compiles and accepts it."""

from __future__ import annotations

import json
import re
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

from cli.column_draft import ColumnDraft, draft_column, null_markers_of
from cli.errors import CommandError
from cli.judging import Judgement, judge
from cli.sample_rows import Sample, read_sample
from tarn.contract.compilation import compile_contracts
from tarn.contract.dialect import Dialect
from tarn.contract.model import ColumnKind, Contract
from tarn.keys import SourceObject

KEY_COLUMNS: Final = 3
"""A guessed key has at most so many columns, ..."""
KEY_CANDIDATES: Final = 8
"""... of the first so many that could be in one."""
_COLUMN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_LOGICAL: Final[Mapping[ColumnKind, str]] = {
    ColumnKind.DOUBLE: "number",
    ColumnKind.DECIMAL: "number",
}


class UnfitNamesError(CommandError):
    """Columns of a sample have names that no contract can have."""

    def __init__(self, *, file: Path, names: Sequence[str]) -> None:
        super().__init__(
            f"{file} has columns that no contract can name: {', '.join(map(repr, names))}. Names "
            "are lower-case letters, digits and _, and begin with a letter. Rename them in what "
            "writes the files."
        )


class NoDraftError(CommandError):
    """The function's core does not accept the sample under any draft."""

    def __init__(self, *, file: Path, reason: str) -> None:
        super().__init__(
            f"No contract accepts {file}: {reason}. `tarn contract check` shows row by row why, "
            "once there is a contract."
        )


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A drafted contract; ``key`` is empty where no columns are unique together."""

    dataset: str
    columns: tuple[ColumnDraft, ...]
    key: tuple[str, ...]
    null_markers: tuple[str, ...]
    dialect: Dialect

    def yaml(self) -> str:
        """Write the draft as an ODCS document, with what a person has to look at."""
        merge = "upsert" if self.key else "replace-file"
        identity = uuid.uuid5(uuid.NAMESPACE_URL, f"tarn:contract:{self.dataset}")
        head = f"""\
# Drafted from a sample. Look at: the key, required columns, enums and ranges (they are
# those of the sample), the owner, and the descriptions.
apiVersion: v3.2.0
kind: DataContract
id: {identity}
name: {self.dataset.replace("_", " ").capitalize()}
version: 1.0.0
status: draft
description:
  purpose: To be described.
team:
  name: to-be-named
customProperties:
  - property: nullMarkers
    value: {json.dumps(list(self.null_markers))}
  - property: merge
    value: {merge}
{self._dialect()}schema:
  - name: {self.dataset}
    physicalType: file
    properties:
"""
        return head + "".join(self._column(column) for column in self.columns)

    def _dialect(self) -> str:
        """Write how the files are written, where their names do not say it."""
        compiled = self.dialect.to_compiled()
        return f"  - property: dialect\n    value: {json.dumps(compiled)}\n" if compiled else ""

    def _column(self, column: ColumnDraft) -> str:
        kind = column.type.kind
        lines = [f"- name: {column.name}", f"  logicalType: {_LOGICAL.get(kind, kind.value)}"]
        if kind is ColumnKind.DOUBLE:
            lines.append("  physicalType: DOUBLE")
        if kind is ColumnKind.DECIMAL:
            lines.append(f"  physicalType: DECIMAL({column.type.precision},{column.type.scale})")
        if column.minimum is not None and column.maximum is not None:
            limits = f"{{minimum: {column.minimum}, maximum: {column.maximum}}}"
            lines.append(f"  logicalTypeOptions: {limits}")
        if column.name in self.key:
            lines.append("  primaryKey: true")
            lines.append(f"  primaryKeyPosition: {self.key.index(column.name) + 1}")
        elif column.required:
            lines.append("  required: true")
        if column.enum:
            lines.append("  enum:")
            lines += [f"    - value: {json.dumps(v, ensure_ascii=False)}" for v in column.enum]
        lines.append("  description: To be described.")
        return "".join(f"      {line}\n" for line in lines)


def infer(file: Path, dataset: str) -> tuple[Draft, Judgement]:
    """Draft a contract that accepts every row of the file, and return the judgement on it.

    Rules that a row breaks are left out, then types. Raises UnreadableSampleError, UnfitNamesError
    or NoDraftError.
    """
    sample = read_sample(file)
    unfit = [name for name in sample.names if not _COLUMN_NAME.fullmatch(name)]
    if unfit:
        raise UnfitNamesError(file=file, names=unfit)
    draft = _first_draft(dataset, sample)
    for loosen in (ColumnDraft.without_rules, ColumnDraft.as_text, None):
        judged = _try(file, draft)
        if judged.reason is not None:
            raise NoDraftError(file=file, reason=judged.reason)
        if not judged.rows_quarantined:
            return draft, judged
        if loosen is None:
            break
        broken = {broken["column"] for row in judged.rows for broken in row["violations"]}
        columns = [loosen(c) if c.name in broken else c for c in draft.columns]
        draft = replace(draft, columns=tuple(columns), key=_kept(draft.key, broken))
    [first] = judged.rows[:1]
    reason = f"line {first['line']} {first['violations'][0]['message']}"
    raise NoDraftError(file=file, reason=reason)


def compiled(draft: Draft) -> Contract:
    """Compile a draft as the contracts of a checkout are compiled."""
    with tempfile.TemporaryDirectory(prefix="tarn-draft-") as directory:
        contracts = Path(directory) / "contracts"
        contracts.mkdir()
        (contracts / f"{draft.dataset}.odcs.yaml").write_text(draft.yaml(), encoding="utf-8")
        return compile_contracts(contracts)[draft.dataset]


def _first_draft(dataset: str, sample: Sample) -> Draft:
    names, rows, dialect = sample
    cells = list(zip(*rows, strict=True))
    markers = null_markers_of(cells)
    columns = tuple(
        draft_column(name, column, markers) for name, column in zip(names, cells, strict=True)
    )
    return Draft(
        dataset=dataset,
        columns=columns,
        key=_guess_key(columns, rows),
        null_markers=tuple(markers),
        dialect=dialect,
    )


def _guess_key(
    columns: Sequence[ColumnDraft], rows: Sequence[Sequence[str | None]]
) -> tuple[str, ...]:
    """Return the fewest columns that are never null and never repeat together."""
    fractions = (ColumnKind.DOUBLE, ColumnKind.DECIMAL, ColumnKind.BOOLEAN)
    candidates = [
        index
        for index, column in enumerate(columns)
        if column.required and column.type.kind not in fractions
    ][:KEY_CANDIDATES]
    for size in range(1, KEY_COLUMNS + 1):
        for chosen in combinations(candidates, size):
            if len({tuple(row[index] for index in chosen) for row in rows}) == len(rows):
                return tuple(columns[index].name for index in chosen)
    return ()


def _kept(key: tuple[str, ...], broken: set[str]) -> tuple[str, ...]:
    return () if set(key) & broken else key


def _try(file: Path, draft: Draft) -> Judgement:
    source = SourceObject(bucket="sample", key=f"{draft.dataset}/{file.name}", version="draft")
    with file.open("rb") as content:
        return judge(content, source=source, contract=compiled(draft))
