"""Batches of a dataset with personal data: rules see values, whatever is written sees none.

Applied to a batch before any rule over rows. The columns stay as they are; everything that shows a
cell or a row from then on (violations, rejected rows, warnings, reasons) shows it protected.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from lambdas.ingest.protection import WITHHELD, Protector
from lambdas.ingest.rows import Reject, TypedBatch, Violation
from tarn.contract.model import Contract
from tarn.quarantine import Rule


class RowProtection:
    """Protects the batches of one file."""

    def __init__(self, contract: Contract, protector: Protector) -> None:
        self._names = contract.column_names
        self._null_markers = frozenset(contract.null_markers)
        self._protector = protector

    def protected(self, batch: TypedBatch) -> TypedBatch:
        """Return the batch as it may be shown."""
        if not self._protector.protects:
            return batch

        def cell(row: int, column: int) -> object:
            return self._shown(self._names[column], batch.cell(row, column))

        def raw(row: int) -> bytes:
            cells = {name: cell(row, place) for place, name in enumerate(self._names)}
            text = json.dumps(cells, ensure_ascii=False, default=str)
            return text.encode("utf-8", "replace")

        for row, found in batch.violations.items():
            batch.violations[row] = [self._violation(batch, row, one) for one in found]
        return replace(batch, raw=raw, cell=cell, rejects=list(_withheld(batch.rejects)))

    def _shown(self, name: str, cell: object) -> object:
        # A null marker is no value, and telling it apart from one is what a rejected row is for.
        if cell is None or not self._protector.covers(name):
            return cell
        text = cell if isinstance(cell, str) else str(cell)
        return cell if text in self._null_markers else self._protector.text(name, text)

    def _violation(self, batch: TypedBatch, row: int, violation: Violation) -> Violation:
        if violation.rule is Rule.UNKNOWN_COLUMN:
            # Nobody has classified it.
            return replace(violation, value=WITHHELD)
        name = violation.column or ""
        if violation.value is None or not self._protector.covers(name):
            return violation
        shown = self._shown(name, batch.cell(row, self._names.index(name)))
        # What is wrong with a type may be told with a part of the value.
        message = f"{name} breaks its type" if violation.rule is Rule.TYPE else violation.message
        return replace(violation, value=None if shown is None else str(shown), message=message)


def _withheld(rejects: Iterable[Reject]) -> Iterable[Reject]:
    """Bytes that are no row cannot be told apart into columns, so none of them is shown."""
    for reject in rejects:
        yield replace(reject, raw=WITHHELD.encode())
