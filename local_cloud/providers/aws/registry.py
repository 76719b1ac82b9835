"""Every AWS resource type that the local cloud can deploy."""

from __future__ import annotations

from local_cloud.providers.adapter import ResourceAdapter
from local_cloud.providers.aws import s3_bucket, sqs
from local_cloud.providers.aws.backend import Aws

ADAPTERS: tuple[ResourceAdapter[Aws], ...] = (
    *s3_bucket.ADAPTERS,
    *sqs.ADAPTERS,
)
