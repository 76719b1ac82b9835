"""Files in the artifacts bucket whose keys carry the hash of their content.

Changed content is another object, so whoever refers to it changes exactly then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import s3

from tarn.zones import Zone

if TYPE_CHECKING:
    from infra.archives import Archive
    from infra.components.component import TarnComponent
    from infra.components.lake.lake import Lake


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A stored file; bucket and key are plain text."""

    bucket: str
    key: str
    object: s3.BucketObjectv2

    @property
    def uri(self) -> str:
        """Where Glue and Spark find it."""
        return f"s3://{self.bucket}/{self.key}"


def store_archive(
    owner: TarnComponent, name: str, archive: Archive, *, folder: str, lake: Lake
) -> Artifact:
    """Store a file as ``<folder>/<digest><suffix>``; it becomes a child of the owner."""
    key = f"{folder}/{archive.digest}{archive.path.suffix}"
    source = pulumi.FileAsset(str(archive.path))
    return _store(owner, name, key, lake, source=source)


def store_derived_archive(
    owner: TarnComponent, name: str, archive: Archive, *, folder: str, lake: Lake
) -> Artifact:
    """Store a file whose digest names its sources instead of its bytes.

    The bytes may differ between machines, which is no change: so the resource is named by the
    digest and its bytes are ignored once it is stored.
    """
    key = f"{folder}/{archive.digest}{archive.path.suffix}"
    source = pulumi.FileAsset(str(archive.path))
    return _store(
        owner, f"{name}-{archive.digest[:8]}", key, lake, source=source, ignore_changes=["source"]
    )


def store_text(owner: TarnComponent, name: str, text: str, *, key: str, lake: Lake) -> Artifact:
    """Store text under a key that must carry its hash."""
    return _store(owner, name, key, lake, content=text)


def _store(
    owner: TarnComponent,
    name: str,
    key: str,
    lake: Lake,
    *,
    source: pulumi.Asset | None = None,
    content: str | None = None,
    ignore_changes: list[str] | None = None,
) -> Artifact:
    bucket = lake.buckets[Zone.ARTIFACTS]
    stored = s3.BucketObjectv2(
        name,
        bucket=bucket.bucket_id,
        key=key,
        source=source,
        content=content,
        tags=owner.tags,
        opts=owner.child(depends_on=[bucket], ignore_changes=ignore_changes or ()),
    )
    return Artifact(bucket=bucket.bucket_name, key=key, object=stored)
