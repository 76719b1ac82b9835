"""`tarn bench ingest`: the ingestion beside its peers, on generated files whose truth is known."""
