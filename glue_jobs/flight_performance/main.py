"""Glue entry script of the flight_performance job: arguments and session in, one refresh."""

from __future__ import annotations

import logging
import sys

from awsglue.utils import getResolvedOptions  # pyright: ignore[reportMissingImports] - Glue has it
from pyspark.sql import SparkSession

from glue_jobs.flight_performance.adapters import CuratedDatabase
from tarn.job_arguments import FlightPerformanceArgument, FlightPerformanceArguments


def main(argv: list[str]) -> None:
    """Run the job with Glue's argument vector."""
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    logging.getLogger("tarn").setLevel(logging.INFO)
    arguments = FlightPerformanceArguments.parse(
        getResolvedOptions(argv, [name.value for name in FlightPerformanceArgument])
    )
    spark = SparkSession.Builder().getOrCreate()
    # Timestamps are UTC wherever the job runs.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    CuratedDatabase(spark=spark, database=arguments.curated_database).refresh()


main(sys.argv)
