"""Reads validated files: each with one request, wherever Spark's workers are.

Spark's own Parquet reader asks S3 ten times for every file (is it there, how long is it, twice the
footer ...), which for many small files is most of a run. Validated files are written by one
function, row group by row group, so a worker takes a whole file and gives its rows on in batches.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import BotoCoreError, ClientError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from tarn.errors import PermanentError, RetryableError

_ROWS_A_BATCH: Final = 20_000
_TASKS_A_CORE: Final = 4


class UnreadableFileError(RetryableError):
    """A validated file that the ledger names cannot be read."""

    def __init__(self, *, uri: str, reason: str) -> None:
        self.uri = uri
        super().__init__(
            f"{uri} cannot be read ({reason}), and the ledger says that its rows wait to be "
            "merged. Check the object and the job's role; if it is lost, redrive its source."
        )


class ColumnMismatchError(PermanentError):
    """A validated file holds a column in a type that the contract's cannot be made from."""

    def __init__(self, *, uri: str, column: str, reason: str) -> None:
        self.uri = uri
        self.column = column
        super().__init__(
            f"The column {column} of {uri} does not fit the contract ({reason}), so none of its "
            "dataset's waiting files were merged. Redrive the file under the current contract."
        )


def read_validated(spark: SparkSession, uris: Sequence[str], schema: StructType) -> DataFrame:
    """Read files into exactly the columns of the schema; those that a file lacks become null."""
    context = spark.sparkContext
    tasks = min(len(uris), context.defaultParallelism * _TASKS_A_CORE)
    locations = spark.createDataFrame(
        context.parallelize([(uri,) for uri in uris], tasks), "uri string"
    )
    return locations.mapInArrow(partial(_read_batches, to_arrow_schema(schema)), schema)


def _read_batches(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for locations in batches:
        for uri in locations.column(0).to_pylist():
            yield from file_batches(str(uri), schema)


def file_batches(uri: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read one file in batches, conformed to a schema."""
    file = pq.ParquetFile(io.BytesIO(_content(uri)))
    for batch in file.iter_batches(batch_size=_ROWS_A_BATCH):
        columns = [_conformed(uri, batch, field) for field in schema]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _conformed(uri: str, batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    index = batch.schema.get_field_index(field.name)
    if index < 0:
        return pa.nulls(batch.num_rows, field.type)
    try:
        return batch.column(index).cast(field.type)
    except pa.ArrowException as error:
        raise ColumnMismatchError(uri=uri, column=field.name, reason=str(error)) from error


def _content(uri: str) -> bytes:
    if not uri.startswith("s3://"):
        return Path(uri).read_bytes()
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        return _s3().get_object(Bucket=bucket, Key=key)["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise UnreadableFileError(uri=uri, reason=str(error)) from error


@cache
def _s3() -> Any:  # noqa: ANN401 - boto3 is untyped
    """One client a worker process: making one costs more than a hundred requests."""
    return boto3.client("s3")
