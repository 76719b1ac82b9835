"""Notifications of S3, as deliveries beyond the ones that S3 made."""

from __future__ import annotations

import json


def notification(bucket: str, key: str, version: str) -> str:
    """Write S3's notification about an object version."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": key, "versionId": version, "size": 1, "sequencer": "0A"},
        },
    }
    return json.dumps({"Records": [record]})
