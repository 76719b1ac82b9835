"""The ingest function: every row of a landing file is accepted or quarantined with its reason."""
