"""Cells to typed columns, with every fault of a cell: the stage that needs no other row.

This is the law in Python. Whatever else types the cells of a file has to give the same batches.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from lambdas.ingest.checks import column_checks
from lambdas.ingest.converters import converter
from lambdas.ingest.rows import CellForm, RowBatch, TypedBatch, Violation, Violations, shown
from tarn.contract.model import Column, Contract
from tarn.contract.schemas import arrow_schema
from tarn.quarantine import Rule


class CellJudge:
    """Converts and checks the cells of a file's batches under one contract."""

    def __init__(self, contract: Contract, cells: CellForm) -> None:
        self._schema: pa.Schema = arrow_schema(contract, provenance=False)
        self._columns = [
            ColumnJudge(column, cells, contract.null_markers) for column in contract.columns
        ]

    def typed(self, batch: RowBatch) -> TypedBatch:
        """Return the batch with typed columns; a cell that is null or at fault is null there."""
        count = len(batch.lines)
        violations: Violations = {row: list(found) for row, found in batch.violations.items()}
        values = [
            judge.judge([None] * count if cells is None else cells, violations)
            for judge, cells in zip(self._columns, batch.columns, strict=True)
        ]
        arrays = [
            pa.array(column, type=field.type)
            for column, field in zip(values, self._schema, strict=True)
        ]
        return TypedBatch(
            columns=pa.RecordBatch.from_arrays(arrays, schema=self._schema),
            lines=pa.array(batch.lines, type=pa.int64()),
            raw=batch.raw,
            cell=batch.cell,
            violations=violations,
            rejects=batch.rejects,
        )


class ColumnJudge:
    """Converts and checks the cells of one column."""

    def __init__(self, column: Column, cells: CellForm, null_markers: Sequence[str]) -> None:
        self._column = column
        self._convert = converter(column, cells)
        self._checks = column_checks(column)
        self._null_markers = frozenset(null_markers) if cells is CellForm.TEXT else frozenset[str]()

    def judge(self, cells: Sequence[object], violations: Violations) -> Sequence[object]:
        """Return the values, None where there is none, and add what is wrong."""
        nulled = self._with_nulls(cells)
        values, faults = self._convert(nulled)
        if self._column.required and None in nulled:
            self._add_nulls(cells, nulled, violations)
        for index, message in faults.items():
            self._add(violations, index, Rule.TYPE, cells[index], message)
        for check in self._checks:
            for index, message in check.faults(values):
                self._add(violations, index, check.rule, cells[index], message)
        return values

    def _with_nulls(self, cells: Sequence[object]) -> Sequence[object]:
        markers = self._null_markers
        if not markers or markers.isdisjoint(cells):
            return cells
        return [None if cell in markers else cell for cell in cells]

    def _add_nulls(
        self, cells: Sequence[object], nulled: Sequence[object], violations: Violations
    ) -> None:
        for index, cell in enumerate(nulled):
            if cell is None:
                self._add(violations, index, Rule.REQUIRED, cells[index], "is missing")

    def _add(
        self, violations: Violations, index: int, rule: Rule, cell: object, message: str
    ) -> None:
        violations.setdefault(index, []).append(
            Violation(
                column=self._column.name,
                rule=rule,
                value=None if cell is None else shown(cell),
                message=f"{self._column.name} {message}",
            )
        )
