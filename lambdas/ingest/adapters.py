"""S3 as the ingestion wants it. The ledger's adapter is ``ledger_table``.

Errors of AWS are translated here, once: what may pass becomes retryable, what will not, permanent.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.ingest.errors import MissingVersionError, RefusedCallError, ServiceTroubleError
from lambdas.ingest.ports import Body, LandedObject
from tarn.keys import SourceObject

AwsClient = Any
"""A boto3 client; boto3 ships no types."""

# Threads would add memory and start-up time to files that are sent in one or a few parts.
_TRANSFER: Final = TransferConfig(use_threads=False)
_SECRET_PURPOSE: Final = b"tarn personal data 1"
_MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404", "405"})
_PASSING: Final = (
    "Throttl",
    "ThroughputExceeded",
    "SlowDown",
    "TooManyRequests",
    "RequestLimit",
    "RequestTimeout",
    "TransactionConflict",
)


class S3ObjectStore:
    """The lake's buckets through a boto3 client."""

    def __init__(self, client: AwsClient) -> None:
        self._client = client

    def open(self, source: SourceObject) -> LandedObject:
        subject = _uri(source)
        with translated("reading", subject):
            try:
                found = self._client.get_object(
                    Bucket=source.bucket, Key=source.key, VersionId=source.version
                )
            except ClientError as error:
                if error_code(error) in _MISSING:
                    raise MissingVersionError(source=source) from error
                raise
        return LandedObject(
            version_time=round(found["LastModified"].timestamp() * 1000),
            size=int(found["ContentLength"]),
            body=_TranslatedBody(found["Body"], subject),
        )

    def publish(self, file: Path, *, bucket: str, key: str) -> None:
        with translated("writing", f"s3://{bucket}/{key}"), file.open("rb") as content:
            self._client.upload_fileobj(content, bucket, key, Config=_TRANSFER)

    def copy(self, source: SourceObject, *, bucket: str, key: str) -> None:
        origin = {"Bucket": source.bucket, "Key": source.key, "VersionId": source.version}
        with translated("copying", _uri(source)):
            # The producer's tags are not carried over: reading them is a right of its own.
            self._client.copy(
                origin,
                bucket,
                key,
                ExtraArgs={"TaggingDirective": "REPLACE"},
                Config=_TRANSFER,
            )

    def write_json(self, values: Mapping[str, object], *, bucket: str, key: str) -> None:
        body = json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True).encode()
        with translated("writing", f"s3://{bucket}/{key}"):
            self._client.put_object(
                Bucket=bucket, Key=key, Body=body, ContentType="application/json"
            )


def personal_data_secret(client: AwsClient, key: str) -> bytes:
    """Derive the 32 bytes that personal data is protected with from a KMS key for MACs.

    The same key gives the same bytes for ever. They are kept nowhere but in this process.
    """
    with translated("deriving a secret", key):
        answer = client.generate_mac(
            KeyId=key, Message=_SECRET_PURPOSE, MacAlgorithm="HMAC_SHA_256"
        )
    return bytes(answer["Mac"])


class _TranslatedBody:
    """A body whose broken connections are retryable errors of Tarn."""

    def __init__(self, body: Body, subject: str) -> None:
        self._body = body
        self._subject = subject

    def read(self, amount: int, /) -> bytes:
        with translated("reading", self._subject):
            return self._body.read(amount)

    def close(self) -> None:
        self._body.close()


@contextmanager
def translated(operation: str, subject: str) -> Generator[None]:
    """Turn errors of boto3 into errors of Tarn that say what was attempted on what."""
    try:
        yield
    except ClientError as error:
        facts = {"operation": operation, "subject": subject, "cause": str(error)}
        if _may_pass(error):
            raise ServiceTroubleError(**facts) from error
        raise RefusedCallError(**facts) from error
    except BotoCoreError as error:
        # No answer, half an answer, or no connection at all.
        raise ServiceTroubleError(operation=operation, subject=subject, cause=str(error)) from error


def error_code(error: ClientError) -> str:
    """Return the error code of an AWS answer."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _may_pass(error: ClientError) -> bool:
    metadata = cast("Mapping[str, object]", error.response.get("ResponseMetadata", {}))
    status = metadata.get("HTTPStatusCode", 0)
    code = error_code(error)
    return (isinstance(status, int) and status >= 500) or any(part in code for part in _PASSING)


def _uri(source: SourceObject) -> str:
    return f"s3://{source.bucket}/{source.key} version {source.version}"
