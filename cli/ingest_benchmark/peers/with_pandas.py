"""pandas: chunks of text, rules as masks, two Parquet writers of Arrow."""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
# pyright: reportCallIssue=false
# pyright: reportArgumentType=false, reportOptionalMemberAccess=false, reportOperatorIssue=false

import gzip
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orders
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

KINDS = {
    "id": (pa.int64(), orders.INTEGER),
    "customer": (pa.int64(), orders.INTEGER),
    "amount": (pa.decimal128(12, 2), orders.DECIMAL),
    "weight": (pa.float64(), orders.DOUBLE),
    "express": (pa.bool_(), "^(true|false)$"),
    "due": (pa.date32(), orders.DATE),
}
CHUNK_ROWS = 200_000


def main(source: Path, target: Path) -> None:
    """Write accepted.parquet and rejected.parquet."""
    writers: dict[str, pq.ParquetWriter] = {}
    surplus = orders.surplus_rule(source.name)
    for rows in _chunks(source):
        reasons = _reasons(rows, surplus)
        good = reasons == ""
        accepted = rows[good].drop(columns="surplus")
        table = pa.Table.from_pandas(accepted, preserve_index=False)
        for name, (kind, _) in KINDS.items():
            place = table.column_names.index(name)
            text = table.column(name).cast(pa.string())
            table = table.set_column(place, name, text.cast(kind))
        place = table.column_names.index("created_at")
        moments = pd.to_datetime(accepted["created_at"], format="ISO8601", utc=True)
        table = table.set_column(
            place, "created_at", pa.array(moments).cast(pa.timestamp("us", "UTC"))
        )
        rejected = pa.Table.from_pandas(rows[~good].assign(reasons=reasons), preserve_index=False)
        for name, part in (("accepted", table), ("rejected", rejected)):
            if name not in writers:
                writers[name] = pq.ParquetWriter(
                    target / f"{name}.parquet", part.schema, compression="zstd"
                )
            writers[name].write_table(part.cast(writers[name].schema))
    for writer in writers.values():
        writer.close()


def _chunks(source: Path) -> Iterator[pd.DataFrame]:
    """Yield rows of text, with their lines. pandas' own reader of JSON guesses types."""
    names = [*orders.HEADER, "surplus"]
    if orders.is_json(source.name):
        decode = json.JSONDecoder(parse_int=str, parse_float=str).decode
        with gzip.open(source, "rt", encoding="utf-8") as file:
            first = 1
            while lines := list(islice(file, CHUNK_ROWS)):
                rows = pd.DataFrame(map(decode, lines), columns=names, dtype=object)
                rows["express"] = rows["express"].map({True: "true", False: "false"})
                rows.insert(0, "line", range(first, first + len(lines)))
                yield rows.astype(dict.fromkeys(names, "str"))
                first += len(lines)
        return
    chunks = pd.read_csv(
        source, dtype=str, header=None, skiprows=1, names=names, keep_default_na=False,
        na_values=[""], chunksize=CHUNK_ROWS,
    )  # fmt: skip
    for rows in chunks:
        rows.insert(0, "line", rows.index + 2)
        yield rows


def _reasons(rows: pd.DataFrame, surplus: tuple[str, str]) -> pd.Series:
    reasons = pd.Series("", index=rows.index, dtype=object)
    for name, rule, wrong in [(*surplus, rows["surplus"].notna()), *_faults(rows)]:
        if wrong.any():
            reasons[wrong] = reasons[wrong] + f"{name}\t{rule};"
    return reasons


def _faults(rows: pd.DataFrame) -> list:
    present = rows.notna()
    faults = [(name, "required", ~present[name]) for name in orders.REQUIRED]
    typed = {
        name: rows[name].str.match(pattern).fillna(False).astype(bool)
        for name, (_, pattern) in KINDS.items()
    }
    moments = pd.to_datetime(rows["created_at"], format="ISO8601", utc=True, errors="coerce")
    typed["created_at"] = moments.notna() & rows["created_at"].str.match(orders.TIMESTAMP).fillna(
        False
    ).astype(bool)
    faults += [(name, "type", present[name] & ~right) for name, right in typed.items()]
    numbers = {
        name: pd.to_numeric(rows[name].where(typed[name]))
        for name in ("id", "customer", "amount", "weight")
    }
    faults += [(name, "range", numbers[name] < 1) for name in ("id", "customer")]
    faults += [
        ("amount", "range", (numbers["amount"] < 0) | (numbers["amount"] > 99999.99)),
        ("weight", "range", numbers["weight"] < 0),
        ("reference", "pattern", _unlike(rows["reference"], orders.REFERENCE)),
        ("country", "pattern", _unlike(rows["country"], orders.COUNTRY)),
        ("status", "enum", present["status"] & ~rows["status"].isin(orders.STATUSES)),
        ("note", "length", rows["note"].str.len() > orders.NOTE_CHARACTERS),
    ]
    return faults


def _unlike(column: pd.Series, pattern: str) -> pd.Series:
    return column.notna() & ~column.str.match(pattern).fillna(True).astype(bool)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
