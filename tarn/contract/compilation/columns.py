"""ODCS properties to columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, cast

from open_data_contract_standard.model import SchemaProperty

from tarn.contract.compilation.positions import FieldPath
from tarn.contract.compilation.problems import ProblemList
from tarn.contract.compilation.quality import (
    ALLOWED_SEVERITY,
    SEVERITIES,
    ColumnRules,
    QualityRule,
    column_rules,
    read_rules,
)
from tarn.contract.model import Column, ColumnKind, ColumnType
from tarn.contract.rules import Protection, Severity
from tarn.contract.scalars import scalar_parser
from tarn.contract.temporal import date_parser, timestamp_parser

COLUMN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
ALLOWED_NAME: Final = "a lower-case letter, then letters, digits and _ (63 at most)"

_KINDS: Final = {
    "string": ColumnKind.STRING,
    "integer": ColumnKind.INTEGER,
    "boolean": ColumnKind.BOOLEAN,
    "date": ColumnKind.DATE,
    "timestamp": ColumnKind.TIMESTAMP,
}
_ALLOWED_KINDS: Final = ", ".join(sorted([*_KINDS, "number"]))
_PHYSICAL_DOUBLE: Final = re.compile(r"(?i)double|float8|float64")
_PHYSICAL_DECIMAL: Final = re.compile(r"(?i)(?:decimal|numeric|number)\((\d+)(?:, *(\d+))?\)")
_ALLOWED_PHYSICAL: Final = "DOUBLE, or DECIMAL(precision, scale) with at most 38 digits"

_LIMITS: Final = ("minimum", "maximum")
_OPTIONS: Final = {
    ColumnKind.STRING: ("minLength", "maxLength", "pattern"),
    ColumnKind.INTEGER: _LIMITS,
    ColumnKind.DOUBLE: _LIMITS,
    ColumnKind.DECIMAL: _LIMITS,
    ColumnKind.BOOLEAN: (),
    ColumnKind.DATE: (*_LIMITS, "format"),
    ColumnKind.TIMESTAMP: (*_LIMITS, "format", "timezone"),
}
_ENUM_KINDS: Final = (ColumnKind.STRING, ColumnKind.INTEGER)
_NOT_ENFORCED: Final = {
    "physicalName": "the name itself",
    "partitioned": "no partitions",
    "partitionKeyPosition": "no partitions",
    "encryptedName": "one column of each name",
    "properties": "flat columns",
    "items": "flat columns",
    "map": "flat columns",
}
_SINGLE_RULES: Final = ("required", "type", "range", "enum", "pattern", "length", "unique")
"""Rules of single values, as ``tarn.quarantine.Rule`` names them."""
_CUSTOM_PROPERTIES: Final = ("protection", "severity")
_LETS_NULL_IN: Final = ("required", "type")
"""A row accepted in spite of these has a null in the column."""


@dataclass(frozen=True, kw_only=True)
class CompiledColumn:
    """A column, and those of its quality rules that are about the file or its rows as a whole."""

    column: Column | None
    """None when it cannot be used; the problems say why."""
    remaining: tuple[QualityRule, ...]


def compile_column(
    source: SchemaProperty, path: FieldPath, problems: ProblemList
) -> CompiledColumn:
    """Return the column; what is wrong with it is added to the problems."""
    before = len(problems.found)
    rules, remaining = column_rules(
        read_rules(source.quality, path, problems, of_column=True), problems
    )
    column = _column(source, path, rules, problems)
    usable = len(problems.found) == before
    return CompiledColumn(column=column if usable else None, remaining=tuple(remaining))


def _column(
    source: SchemaProperty, path: FieldPath, rules: ColumnRules, problems: ProblemList
) -> Column | None:
    for name in sorted(source.model_fields_set & set(_NOT_ENFORCED)):
        problems.add((*path, name), "is not supported by Tarn", allowed=_NOT_ENFORCED[name])
    if not COLUMN_NAME.fullmatch(source.name or ""):
        problems.add((*path, "name"), f"is {source.name!r}", allowed=ALLOWED_NAME)
    if not (source.description or "").strip():
        problems.add((*path, "description"), "is missing", allowed="a sentence on every column")
    column_type = _column_type(source, path, problems)
    if column_type is None:
        return None
    return _Options(source, column_type, path, problems).column(rules)


def _column_type(
    source: SchemaProperty, path: FieldPath, problems: ProblemList
) -> ColumnType | None:
    if source.logicalType == "number":
        return _number_type(source.physicalType, (*path, "physicalType"), problems)
    kind = _KINDS.get(source.logicalType or "")
    if kind is None:
        problems.add((*path, "logicalType"), f"is {source.logicalType!r}", allowed=_ALLOWED_KINDS)
        return None
    return ColumnType(kind=kind)


def _number_type(physical: str | None, path: FieldPath, problems: ProblemList) -> ColumnType | None:
    if _PHYSICAL_DOUBLE.fullmatch(physical or ""):
        return ColumnType(kind=ColumnKind.DOUBLE)
    digits = _PHYSICAL_DECIMAL.fullmatch(physical or "")
    if digits:
        precision, scale = int(digits[1]), int(digits[2] or 0)
        if 1 <= precision <= 38 and scale <= precision:
            return ColumnType(kind=ColumnKind.DECIMAL, precision=precision, scale=scale)
    problems.add(path, f"is {physical!r} for a number", allowed=_ALLOWED_PHYSICAL)
    return None


@dataclass(frozen=True)
class _Options:
    """The rules of one column: its logicalTypeOptions, its enum and its quality rules."""

    source: SchemaProperty
    type: ColumnType
    path: FieldPath
    problems: ProblemList

    def column(self, rules: ColumnRules) -> Column | None:
        before = len(self.problems.found)
        self._check_custom_properties()
        allowed = _OPTIONS[self.type.kind]
        for name in self.source.logicalTypeOptions or {}:
            if name not in allowed:
                self._add(
                    name,
                    f"is no option of {self.type.kind} that Tarn enforces",
                    ", ".join(allowed) or "none",
                )
        notation = self._notation()
        if len(self.problems.found) > before:
            return None
        bare = Column(
            name=self.source.name or "",
            type=self.type,
            date_format=notation,
            zone_required=self._option("timezone") is True,
        )
        minimum, maximum = (self._limit(bare, name) for name in _LIMITS)
        self._check_order(bare, minimum, maximum)
        shortest, longest = self._length("minLength"), self._length("maxLength")
        if shortest is not None and longest is not None and shortest > longest:
            self._add("minLength", f"is above maxLength {longest}", f"at most {longest}")
        return Column(
            name=bare.name,
            type=self.type,
            description=(self.source.description or "").strip(),
            required=bool(self.source.required or self.source.primaryKey or rules.required),
            unique=bool(self.source.unique or rules.unique),
            minimum=minimum,
            maximum=maximum,
            enum=self._enum(bare, rules.valid_values),
            pattern=self._pattern(rules.pattern),
            min_length=shortest,
            max_length=longest,
            date_format=notation,
            zone_required=bare.zone_required,
            classification=self.source.classification,
            protection=self._protection(),
            references=self._references(),
            severities=self._severities(rules),
        )

    def _custom(self, name: str) -> tuple[FieldPath, object] | None:
        """Return the value of one of the column's custom properties, and where it stands."""
        for index, custom in enumerate(self.source.customProperties or ()):
            if custom.property == name:
                return (*self.path, "customProperties", index, "value"), custom.value
        return None

    def _check_custom_properties(self) -> None:
        for index, custom in enumerate(self.source.customProperties or ()):
            if custom.property not in _CUSTOM_PROPERTIES:
                self.problems.add(
                    (*self.path, "customProperties", index, "property"),
                    f"is {custom.property!r}",
                    allowed=", ".join(_CUSTOM_PROPERTIES),
                )

    def _protection(self) -> Protection | None:
        found = self._custom("protection")
        if found is None:
            return None
        path, value = found
        if value not in list(Protection):
            self.problems.add(path, f"is {value!r}", allowed=", ".join(Protection))
            return None
        if not (self.source.classification or "").strip():
            self.problems.add(
                path, "protects a column without a class", allowed="a classification beside it"
            )
        if value == Protection.REDACT and self.source.primaryKey:
            self.problems.add(
                path, "redacts the key", allowed="hash or tokenize: rows are merged by it"
            )
        return Protection(str(value))

    def _references(self) -> tuple[str, str] | None:
        """Return the one relationship; whether what it names exists is known when all are read."""
        relationships = self.source.relationships or []
        if not relationships:
            return None
        path = (*self.path, "relationships", 0)
        if len(relationships) > 1:
            self.problems.add(path[:-1], "has several", allowed="one relationship a column")
        first = relationships[0]
        for name in sorted(first.model_fields_set - {"to", "type", "id"}):
            self.problems.add((*path, name), "is not supported by Tarn", allowed="to, type")
        if first.type not in (None, "foreignKey"):
            self.problems.add((*path, "type"), f"is {first.type!r}", allowed="foreignKey")
        parts = first.to.split(".") if isinstance(first.to, str) else []
        if len(parts) != 2 or not all(map(COLUMN_NAME.fullmatch, parts)):
            self.problems.add((*path, "to"), f"is {first.to!r}", allowed="dataset.column")
            return None
        return parts[0], parts[1]

    def _severities(self, rules: ColumnRules) -> dict[str, Severity]:
        """Those of quality rules, and those of the custom property ``severity``."""
        found = dict(rules.severities)
        path, words = self._custom("severity") or (self.path, {})
        if not isinstance(words, dict):
            self._refuse_severity(path, words)
            words = {}
        for rule, word in cast("dict[str, object]", words).items():
            if rule not in _SINGLE_RULES or str(word) not in SEVERITIES:
                self._refuse_severity((*path, rule), word)
            else:
                found[rule] = SEVERITIES[str(word)]
        for rule in _LETS_NULL_IN:
            if self.source.primaryKey and found.get(rule) is Severity.WARN:
                self.problems.add(
                    self.path,
                    f"warns of a key that breaks {rule}",
                    allowed="error or critical: rows without a key cannot be merged",
                )
        return {rule: kind for rule, kind in found.items() if kind is not Severity.QUARANTINE}

    def _refuse_severity(self, path: FieldPath, value: object) -> None:
        self.problems.add(
            path,
            f"is {value!r}",
            allowed=f"a severity for each of {', '.join(_SINGLE_RULES)}: {ALLOWED_SEVERITY}",
        )

    def _option(self, name: str) -> object:
        return (self.source.logicalTypeOptions or {}).get(name)

    def _add(self, option: str, wrong: str, allowed: str) -> None:
        self.problems.add((*self.path, "logicalTypeOptions", option), wrong, allowed=allowed)

    def _notation(self) -> str | None:
        notation = self._option("format")
        if notation is None:
            return None
        try:
            if self.type.kind is ColumnKind.DATE:
                date_parser(str(notation))
            else:
                timestamp_parser(str(notation), zone_required=False)
        except ValueError as error:
            self._add("format", str(error), "e.g. yyyy-MM-dd, or yyyy-MM-dd'T'HH:mm:ssXXX")
        return str(notation)

    def _limit(self, bare: Column, name: str) -> str | None:
        limit = self._option(name)
        if limit is None:
            return None
        try:
            scalar_parser(bare)(_text(limit))
        except ValueError as error:
            self._add(name, f"{limit!r} {error}", f"a value of the column ({bare.type.kind})")
            return None
        return _text(limit)

    def _check_order(self, bare: Column, minimum: str | None, maximum: str | None) -> None:
        if minimum is None or maximum is None:
            return
        parse = scalar_parser(bare)
        if parse(minimum) > parse(maximum):  # pyright: ignore[reportOperatorIssue] - of one type
            self._add("minimum", f"{minimum} is above maximum {maximum}", f"at most {maximum}")

    def _length(self, name: str) -> int | None:
        length = self._option(name)
        if length is None:
            return None
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            self._add(name, f"is {length!r}", "a number of characters, from 0")
            return None
        return length

    def _pattern(self, from_quality: str | None) -> str | None:
        option = self._option("pattern")
        if option is not None and from_quality is not None:
            self._add("pattern", "is given here and as a quality rule", "one of the two")
        pattern = from_quality if option is None else str(option)
        try:
            re.compile(pattern or "", re.ASCII)
        except re.error as error:
            self._add("pattern", f"is no regular expression: {error}", "ECMA-262 syntax")
        return pattern

    def _enum(self, bare: Column, valid_values: tuple[object, ...]) -> tuple[str, ...]:
        listed = tuple(entry.value for entry in self.source.enum or ())
        if None in listed or None in valid_values:
            self.problems.add(
                (*self.path, "enum"), "has an entry without a value", allowed="values that are set"
            )
            return ()
        path = (*self.path, "enum" if listed else "quality")
        if listed and valid_values:
            self.problems.add(path, "is given here and as a quality rule", allowed="one of the two")
        values = listed or valid_values
        if values and bare.type.kind not in _ENUM_KINDS:
            self.problems.add(
                path, f"is set on a {bare.type.kind}", allowed="an enum of strings or integers"
            )
            return ()
        parse = scalar_parser(bare)
        for value in values:
            try:
                parse(_text(value))
            except ValueError as error:
                self.problems.add(path, f"{value!r} {error}", allowed=f"{bare.type.kind} values")
        return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    """Spell a YAML value as a file would: YAML itself turns 2013-01-01 into a date."""
    if isinstance(value, bool):
        return str(value).lower()
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)
