"""DuckDB: two COPY statements over one view; a table in between is slower within the memory."""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
# pyright: reportCallIssue=false
# pyright: reportArgumentType=false, reportOptionalMemberAccess=false, reportOperatorIssue=false

import sys
from pathlib import Path

import duckdb
import orders

KINDS = {
    "id": ("BIGINT", orders.INTEGER),
    "customer": ("BIGINT", orders.INTEGER),
    "amount": ("DECIMAL(12,2)", orders.DECIMAL),
    "weight": ("DOUBLE", orders.DOUBLE),
    "express": ("BOOLEAN", "^(true|false)$"),
    "due": ("DATE", orders.DATE),
    "created_at": ("TIMESTAMPTZ", orders.TIMESTAMP),
}
RANGES = {
    "id": "typed.id < 1",
    "customer": "typed.customer < 1",
    "amount": "typed.amount NOT BETWEEN 0 AND 99999.99",
    "weight": "typed.weight < 0",
}


def main(source: Path, target: Path) -> None:
    """Write accepted.parquet and rejected.parquet."""
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '400MB'")
    connection.execute("SET threads = 2")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET temp_directory = '{target}/spill'")
    names = {name: "VARCHAR" for name in (*orders.HEADER, "surplus")}
    reasons = [(*orders.surplus_rule(source.name), "surplus IS NOT NULL")]
    reasons += [(name, "required", f"{name} IS NULL") for name in orders.REQUIRED]
    reasons += [(name, "type", f"{name} IS NOT NULL AND typed.{name} IS NULL") for name in KINDS]
    reasons += [(name, "range", test) for name, test in RANGES.items()]
    reasons += [
        ("reference", "pattern", f"NOT regexp_matches(reference, '{orders.REFERENCE}')"),
        ("country", "pattern", f"NOT regexp_matches(country, '{orders.COUNTRY}')"),
        ("status", "enum", f"status NOT IN {orders.STATUSES}"),
        ("note", "length", f"length(note) > {orders.NOTE_CHARACTERS}"),
    ]
    told = ", ".join(f"CASE WHEN {test} THEN '{name}\t{rule};' END" for name, rule, test in reasons)
    connection.execute(
        f"""CREATE TEMP VIEW judged AS
        SELECT *, concat({told}) AS reasons FROM (
            SELECT *, struct_pack({_typed()}) AS typed FROM (
                {_lines(source, names)}))"""
    )
    columns = ", ".join(
        f"typed.{name} AS {name}" if name in KINDS else name for name in orders.HEADER
    )
    parquet = "(FORMAT parquet, COMPRESSION zstd)"
    connection.execute(
        f"COPY (SELECT line, {columns} FROM judged WHERE reasons = '') "
        f"TO '{target}/accepted.parquet' {parquet}"
    )
    connection.execute(
        f"COPY (SELECT line, {', '.join(orders.HEADER)}, reasons FROM judged WHERE reasons <> '') "
        f"TO '{target}/rejected.parquet' {parquet}"
    )


def _lines(source: Path, names: dict[str, str]) -> str:
    if orders.is_json(source.name):
        return f"""SELECT row_number() OVER () AS line, * FROM read_json(
            '{source}', format = 'newline_delimited', columns = {names})"""
    return f"""SELECT row_number() OVER () + 1 AS line, * FROM read_csv(
        '{source}', header = false, skip = 1, columns = {names}, delim = ',',
        quote = '"', escape = '"', null_padding = true, auto_detect = false, parallel = false)"""


def _typed() -> str:
    return ", ".join(
        f"{name} := CASE WHEN regexp_matches({name}, '{pattern}') "
        f"THEN TRY_CAST({name} AS {kind}) END"
        for name, (kind, pattern) in KINDS.items()
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
