"""The transform: catalog, jobs and what wakes them."""
