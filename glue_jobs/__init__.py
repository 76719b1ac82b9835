"""The Glue jobs: Spark over the lake. They meet the rest of Tarn in the ledger and in ``tarn``."""
