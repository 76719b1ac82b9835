"""Polars, streaming: one plan with two sinks. A twelfth column catches surplus fields."""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
# pyright: reportCallIssue=false
# pyright: reportArgumentType=false, reportOptionalMemberAccess=false, reportOperatorIssue=false

import sys
from pathlib import Path

import orders
import polars as pl


def main(source: Path, target: Path) -> None:
    """Write accepted.parquet and rejected.parquet."""
    rows = _rows(source)
    text = {name: pl.col(name) for name in orders.HEADER}
    values = _values(text)
    typed = ("id", "created_at", "customer", "amount", "weight", "express", "due")
    surplus = (*orders.surplus_rule(source.name), pl.col("surplus").is_not_null())
    faults = [surplus, *_faults(text, typed)]
    reasons = pl.concat_str(
        [pl.when(wrong).then(pl.lit(f"{name}\t{rule};")) for name, rule, wrong in faults],
        ignore_nulls=True,
    ).alias("reasons")
    judged = rows.with_columns(
        **{f"{name}_": value for name, value in values.items() if name in typed}
    ).with_columns(reasons)
    accepted = judged.filter(pl.col("reasons") == "").select(
        "line", *(pl.col(f"{n}_").alias(n) if n in typed else pl.col(n) for n in orders.HEADER)
    )
    rejected = judged.filter(pl.col("reasons") != "").select("line", *orders.HEADER, "reasons")
    sinks = [
        accepted.sink_parquet(target / "accepted.parquet", compression="zstd", lazy=True),
        rejected.sink_parquet(target / "rejected.parquet", compression="zstd", lazy=True),
    ]
    pl.collect_all(sinks, engine="streaming")


def _rows(source: Path) -> pl.LazyFrame:
    columns = dict.fromkeys((*orders.HEADER, "surplus"), pl.String)
    if orders.is_json(source.name):
        return pl.scan_ndjson(source, schema=columns, row_index_name="line", row_index_offset=1)
    return pl.scan_csv(
        source,
        schema=columns,
        # Polars refuses a header that is shorter than the schema.
        has_header=False,
        skip_rows=1,
        missing_columns="insert",
        row_index_name="line",
        row_index_offset=2,
    )


def _values(text: dict[str, pl.Expr]) -> dict[str, pl.Expr]:
    return {
        "id": _matching(text["id"], orders.INTEGER).cast(pl.Int64, strict=False),
        "reference": text["reference"],
        "created_at": text["created_at"].str.to_datetime(
            "%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC", strict=False
        ),
        "customer": _matching(text["customer"], orders.INTEGER).cast(pl.Int64, strict=False),
        "amount": _matching(text["amount"], orders.DECIMAL).cast(pl.Decimal(12, 2), strict=False),
        "status": text["status"],
        "country": text["country"],
        "weight": _matching(text["weight"], orders.DOUBLE).cast(pl.Float64, strict=False),
        "express": text["express"].replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        ),
        "due": text["due"].str.to_date("%Y-%m-%d", strict=False),
        "note": text["note"],
    }


def _faults(text: dict[str, pl.Expr], typed: tuple[str, ...]) -> list[tuple[str, str, pl.Expr]]:
    most = pl.lit("99999.99").cast(pl.Decimal(12, 2))
    faults = [(name, "required", text[name].is_null()) for name in orders.REQUIRED]
    faults += [
        (name, "type", text[name].is_not_null() & pl.col(f"{name}_").is_null()) for name in typed
    ]
    faults += [
        ("id", "range", pl.col("id_") < 1),
        ("customer", "range", pl.col("customer_") < 1),
        ("amount", "range", (pl.col("amount_") < 0) | (pl.col("amount_") > most)),
        ("weight", "range", pl.col("weight_") < 0),
        ("reference", "pattern", ~text["reference"].str.contains(orders.REFERENCE)),
        ("country", "pattern", ~text["country"].str.contains(orders.COUNTRY)),
        ("status", "enum", ~text["status"].is_in(list(orders.STATUSES))),
        ("note", "length", text["note"].str.len_chars() > orders.NOTE_CHARACTERS),
    ]  # fmt: skip
    return faults


def _matching(column: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(column.str.contains(pattern)).then(column)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
