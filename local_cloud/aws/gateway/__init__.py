"""The way in: every request to the local AWS is read, authorised and dispatched here."""
