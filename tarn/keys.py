"""Object keys: who owns a landing object, and what its outputs are called.

Output names derive from bucket, key, version and contract hash, so a repeated attempt writes
the same name with the same content and Snowpipe, which remembers path and name only, loads it once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

_NAME_BYTES: Final = 900


@dataclass(frozen=True, kw_only=True)
class SourceObject:
    """One version of one landing object: the unit of work of the whole pipeline."""

    bucket: str
    key: str
    version: str

    @property
    def ledger_id(self) -> str:
        """The ledger's partition key for this object: ``bucket/key#version``."""
        return f"{self.bucket}/{self.key}#{self.version}"


def dataset_of(key: str) -> str | None:
    """Return the dataset that a landing key belongs to: its first segment.

    None when the key has no second segment, so no contract can claim it.
    """
    dataset, separator, rest = key.partition("/")
    return dataset if dataset and separator and rest else None


def output_digest(source: SourceObject, contract_hash: str) -> str:
    """Return 32 hex digits that name every output of one object under one contract."""
    identity = "\0".join((source.bucket, source.key, source.version, contract_hash))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def validated_key(dataset: str, digest: str) -> str:
    """Key of the accepted rows, in the validated bucket."""
    return f"{dataset}/{digest}.parquet"


def quarantined_rows_key(dataset: str, digest: str) -> str:
    """Key of the rejected rows, in the quarantine bucket."""
    return f"rows/{dataset}/{digest}.parquet"


def decision_key(dataset: str, digest: str, number: int) -> str:
    """Key of the record that a contract decided about an object, in the quarantine bucket."""
    return f"decisions/{dataset}/{digest}-{number}.parquet"


def warnings_key(dataset: str, digest: str) -> str:
    """Key of what accepted rows are warned of, in the quarantine bucket."""
    return f"warnings/{dataset}/{digest}.parquet"


def quarantined_object_key(digest: str, key: str) -> str:
    """Key of an object that is quarantined whole, in the quarantine bucket.

    It ends with the object's own name, cut where the key would pass the 1,024 bytes of S3.
    """
    name = key.rsplit("/", 1)[-1].encode()[-_NAME_BYTES:].decode("utf-8", "ignore")
    return f"objects/{digest}/{name}"
