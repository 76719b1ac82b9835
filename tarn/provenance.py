"""The columns that every validated row carries besides the contract's own.

They say where a row came from and order the rows of one key: the later of
(version time, version, line) wins.
"""

from __future__ import annotations

from typing import Final

SOURCE_KEY: Final = "_source_key"
SOURCE_VERSION: Final = "_source_version"
SOURCE_MODIFIED_AT: Final = "_source_modified_at"
SOURCE_LINE: Final = "_source_line"
CONTRACT_HASH: Final = "_contract_hash"

ORDER: Final = (SOURCE_MODIFIED_AT, SOURCE_VERSION, SOURCE_LINE)
"""Rows of one key are ordered by these columns; the greatest is the current row."""

LOADED_AT: Final = "_loaded_at"
"""Only in Snowflake RAW: when Snowpipe began to scan the file. Orders contract generations."""
