"""What people do to a running platform: replay, redrive, decide about quarantined rows."""
