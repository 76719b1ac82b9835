"""The operations that the local AWS knows, and the permissions that each needs.

One module for each service, one table in each. An operation that is in no table is refused by
name, for root too: to make one known, add it here with the needs of a caller who is not root, or
with ``ROOT_ONLY`` when only root calls it (then everyone else is denied by name).
"""
