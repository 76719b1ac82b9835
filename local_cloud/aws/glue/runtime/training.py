"""The job whose classes are archived: it does with Spark what Tarn's jobs do."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from pyspark import SparkContext
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - the name Spark's own documentation uses

options = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
spark = SparkSession.Builder().getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
files = f"s3://{options['--bucket']}/files"
table = f"glue_catalog.{options['--database']}.rows"

rows = spark.range(200).select(
    (F.col("id") % 50).alias("key"),
    F.col("id").cast("string").alias("name"),
    F.current_timestamp().alias("at"),
    F.rand(7).alias("value"),
)
rows.repartition(40).write.parquet(files)
spark.sql(
    f"CREATE TABLE {table} (key bigint, name string, at timestamp, value double) USING iceberg"
)
schema = spark.table(table).schema


def same(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    """Pass rows through a Python worker."""
    return batches


for _ in range(2):
    newest = Window.partitionBy("key").orderBy(F.struct("at", "name").desc())
    read = spark.read.schema(schema).parquet(files).mapInArrow(same, schema)
    read = read.withColumn("n", F.row_number().over(newest))
    kept = read.where("n = 1").drop("n")
    if not spark.table(table).take(1):
        kept.writeTo(table).option("isolation-level", "serializable").overwrite(F.lit(True))
    held = spark.table(table).select(F.col("key").alias("k"), F.struct("at", "name").alias("h"))
    changes = kept.join(held, F.col("key").eqNullSafe(F.col("k")), "left").drop("k", "h").persist()
    if not changes.isEmpty():
        changes.createOrReplaceTempView("changes")
        spark.sql(
            f"MERGE INTO {table} t USING changes s ON t.key <=> s.key "
            "WHEN MATCHED AND struct(s.at, s.name) >= struct(t.at, t.name) THEN UPDATE SET * "
            "WHEN NOT MATCHED THEN INSERT *"
        )
    changes.unpersist()
spark.sql(f"SHOW TBLPROPERTIES {table} ('current-snapshot-id')").collect()
spark.table(f"{table}.snapshots").select("summary").collect()

# The archive is written when the JVM ends by itself, and the runner would end it with the script.
gateway: Any = SparkContext._gateway
spark.stop()
gateway.shutdown()
gateway.proc.stdin.close()
gateway.proc.wait()
