"""Files made to break the ingestion: what must hold for each of them, and giants among them."""
