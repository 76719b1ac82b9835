"""The curate job: validated Parquet files into Iceberg tables; the newest row of a key wins."""
