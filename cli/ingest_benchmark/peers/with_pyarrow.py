"""Arrow: `open_csv` as text, rules with `compute`, two Parquet writers."""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
# pyright: reportCallIssue=false
# pyright: reportArgumentType=false, reportOptionalMemberAccess=false, reportOperatorIssue=false

import sys
from bisect import bisect_left
from pathlib import Path

import orders
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv


def main(source: Path, target: Path) -> None:
    """Write accepted.parquet and rejected.parquet."""
    surplus: list[int] = []

    def skip(row: csv.InvalidRow) -> str:
        surplus.append(row.number)
        return "skip"

    reader = csv.open_csv(
        source,
        # With threads the numbers of rows are wrong.
        csv.ReadOptions(use_threads=False, block_size=4 << 20),
        csv.ParseOptions(invalid_row_handler=skip),
        csv.ConvertOptions(
            column_types=dict.fromkeys(orders.HEADER, pa.string()), strings_can_be_null=True,
            quoted_strings_can_be_null=False, null_values=[""],
        ),
    )  # fmt: skip
    accepted = rejected = None
    first = 2
    for batch in reader:
        numbers, first = _lines(first, batch.num_rows, surplus)
        lines = pa.array(numbers, pa.int64())
        values, reasons = _judged(batch)
        good = pc.equal(reasons, "")
        table = pa.Table.from_arrays([lines, *values.values()], ["line", *values]).filter(good)
        wrong = pa.Table.from_arrays(
            [lines, *batch.columns, reasons], ["line", *orders.HEADER, "reasons"]
        ).filter(pc.invert(good))
        if accepted is None or rejected is None:
            plain = ["id", "reference", "created_at", "customer", "amount", "weight", "line"]
            use = [name for name in table.column_names if name not in plain]
            accepted = pq.ParquetWriter(
                target / "accepted.parquet", table.schema, compression="zstd", use_dictionary=use
            )
            rejected = pq.ParquetWriter(
                target / "rejected.parquet", wrong.schema, compression="zstd"
            )
        accepted.write_table(table)
        rejected.write_table(wrong)
    if accepted is None or rejected is None:
        return
    count = len(surplus)
    rows = {name: pa.nulls(count, pa.string()) for name in orders.HEADER}
    rejected.write_table(
        pa.table({"line": pa.array(surplus), **rows, "reasons": ["\tfield-count;"] * count})
    )
    accepted.close()
    rejected.close()


def _lines(first: int, rows: int, surplus: list[int]) -> tuple[list[int], int]:
    """Number a batch's rows, leaving out the skipped ones; Arrow reads ahead, so more are known."""
    skipped = set(surplus[bisect_left(surplus, first) :])
    lines: list[int] = []
    while len(lines) < rows:
        upper = first + rows - len(lines)
        lines += [line for line in range(first, upper) if line not in skipped]
        first = upper
    return lines, first


def _judged(batch: pa.RecordBatch) -> tuple[dict, pa.Array]:
    text = {name: batch.column(name) for name in orders.HEADER}
    values = dict(text)
    for name, pattern, kind in (
        ("id", orders.INTEGER, pa.int64()),
        ("customer", orders.INTEGER, pa.int64()),
        ("amount", orders.DECIMAL, pa.decimal128(12, 2)),
        ("weight", orders.DOUBLE, pa.float64()),
        ("due", orders.DATE, pa.date32()),
    ):
        values[name] = pc.if_else(
            pc.match_substring_regex(text[name], pattern), text[name], None
        ).cast(kind)
    # A cast refuses Feb 30 for a whole column; strptime turns it into Mar 2. So look at days first.
    days = pc.utf8_slice_codeunits(text["created_at"], 5, 10)
    wrong_day = pc.is_in(days, pa.array(["02-30", "02-31", "04-31", "06-31", "09-31", "11-31"]))
    whole = pc.and_(
        pc.match_substring_regex(text["created_at"], orders.TIMESTAMP), pc.invert(wrong_day)
    )
    values["created_at"] = pc.if_else(whole, text["created_at"], None).cast(
        pa.timestamp("us", "UTC")
    )
    boolean = pc.is_in(text["express"], pa.array(["true", "false"]))
    values["express"] = pc.if_else(boolean, text["express"], None).cast(pa.bool_())
    faults = [(name, "required", pc.is_null(text[name])) for name in orders.REQUIRED]
    faults += [
        (name, "type", pc.and_(pc.is_valid(text[name]), pc.is_null(values[name])))
        for name in ("id", "created_at", "customer", "amount", "weight", "express", "due")
    ]
    least = pa.scalar("0.00").cast(pa.decimal128(12, 2))
    limit = pa.scalar("99999.99").cast(pa.decimal128(12, 2))
    low, high = pc.less(values["amount"], least), pc.greater(values["amount"], limit)
    faults += [
        ("id", "range", pc.less(values["id"], 1)),
        ("customer", "range", pc.less(values["customer"], 1)),
        ("amount", "range", pc.or_(low, high)),
        ("weight", "range", pc.less(values["weight"], 0)),
        ("reference", "pattern", _unlike(text["reference"], orders.REFERENCE)),
        ("country", "pattern", _unlike(text["country"], orders.COUNTRY)),
        ("status", "enum", pc.invert(pc.is_in(text["status"], pa.array(orders.STATUSES)))),
        ("note", "length", pc.greater(pc.utf8_length(text["note"]), orders.NOTE_CHARACTERS)),
    ]  # fmt: skip
    reasons = pa.repeat("", batch.num_rows)
    for name, rule, wrong in faults:
        wrong = pc.fill_null(wrong, False)
        if pc.any(wrong).as_py():
            told = pc.if_else(wrong, f"{name}\t{rule};", "")
            reasons = pc.binary_join_element_wise(reasons, told, "")
    return values, reasons


def _unlike(column: pa.Array, pattern: str) -> pa.Array:
    return pc.invert(pc.match_substring_regex(column, pattern))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
