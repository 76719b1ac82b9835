"""Rules above single values: conditions on each row, and on the file as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tarn.contract.compilation.expressions import UnusableColumnError
from tarn.contract.compilation.problems import ProblemList
from tarn.contract.compilation.quality import QualityRule
from tarn.contract.compilation.sql import translate_query
from tarn.contract.compilation.typed import SqlFaultError
from tarn.contract.model import ColumnType
from tarn.contract.rules import (
    AGGREGATE,
    COLUMN,
    LITERAL,
    Aggregate,
    Aggregation,
    FileRule,
    RowRule,
)


@dataclass(kw_only=True)
class WholeRules:
    """Collects the rules of one dataset."""

    dataset: str
    columns: dict[str, ColumnType | None]
    """By name; None for one with a fault of its own."""
    problems: ProblemList
    of_rows: list[RowRule] = field(default_factory=list[RowRule])
    of_file: list[FileRule] = field(default_factory=list[FileRule])

    def add(self, rules: Sequence[QualityRule], *, column: str | None) -> None:
        """Add the rules of a column, or of the dataset (None)."""
        for rule in rules:
            if rule.source.type == "sql":
                self._add_sql(rule, column)
            elif rule.source.metric == "nullValues" and column is not None:
                self._add_null_values(rule, column)
            else:
                aggregate = Aggregate(aggregation=Aggregation.COUNT)
                self._add_file_rule(rule, "row-count", [AGGREGATE, 0], (aggregate,), "row count")

    def _add_sql(self, rule: QualityRule, column: str | None) -> None:
        text = (rule.source.query or "").strip()
        try:
            query = translate_query(text, dataset=self.dataset, columns=self.columns, column=column)
        except UnusableColumnError:
            return
        except SqlFaultError as fault:
            self.problems.add((*rule.path, "query"), fault.wrong, allowed=fault.allowed)
            return
        if query.condition is not None and rule.must_be_zero:
            self.of_rows.append(
                RowRule(
                    name=_name(rule, query.condition_shown),
                    severity=rule.row_severity,
                    broken_when=query.condition,
                    text=query.condition_shown,
                    columns=query.columns,
                )
            )
        else:
            self._add_file_rule(rule, "sql", query.value, query.aggregates, query.shown)

    def _add_null_values(self, rule: QualityRule, column: str) -> None:
        nulls = Aggregate(aggregation=Aggregation.COUNT, where=["is null", [COLUMN, column]])
        if rule.source.unit != "percent":
            text = f"null values of {column}"
            self._add_file_rule(rule, "null-values", [AGGREGATE, 0], (nulls,), text)
            return
        hundred = [LITERAL, "double", "100"]
        share = ["/", ["*", [AGGREGATE, 0], hundred], [AGGREGATE, 1]]
        both = (nulls, Aggregate(aggregation=Aggregation.COUNT))
        self._add_file_rule(rule, "null-values", share, both, f"percent of nulls in {column}")

    def _add_file_rule(
        self,
        rule: QualityRule,
        kind: str,
        value: Sequence[object],
        aggregates: tuple[Aggregate, ...],
        text: str,
    ) -> None:
        self.of_file.append(
            FileRule(
                name=_name(rule, text),
                rule=kind,
                severity=rule.file_severity,
                value=value,
                aggregates=aggregates,
                operator=rule.operator,
                bounds=rule.bounds,
                text=text,
            )
        )


def _name(rule: QualityRule, otherwise: str) -> str:
    return (rule.source.name or rule.source.id or otherwise).strip()
