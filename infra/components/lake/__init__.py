"""Where the data lies: the key, a bucket a zone, and what announces their objects."""
