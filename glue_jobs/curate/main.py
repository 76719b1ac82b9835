"""Glue entry script of the curate job: arguments and session in, one run, a summary in the log."""

from __future__ import annotations

import logging
import sys

from awsglue.utils import getResolvedOptions  # pyright: ignore[reportMissingImports] - Glue has it
from pyspark.sql import SparkSession

from glue_jobs.curate.adapters import Ledger, read_contracts
from glue_jobs.curate.run import Curation
from tarn.job_arguments import CurateArgument, CurateArguments


def main(argv: list[str]) -> None:
    """Run the job with Glue's argument vector."""
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    logging.getLogger("tarn").setLevel(logging.INFO)
    arguments = CurateArguments.parse(
        getResolvedOptions(argv, [name.value for name in CurateArgument])
    )
    spark = SparkSession.Builder().getOrCreate()
    # Timestamps are UTC wherever the job runs.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    contracts = read_contracts(arguments.contracts_uri)
    Curation(
        spark=spark,
        ledger=Ledger(arguments.ledger_table),
        validated=f"s3://{arguments.validated_bucket}",
        database=arguments.curated_database,
    ).run(contracts.ingested)


main(sys.argv)
