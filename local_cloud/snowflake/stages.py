"""An external stage's files in S3, read with the integration's role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as FilePath

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.snowflake.account_parts import AccountParts
from local_cloud.snowflake.aws import RoleTrust
from local_cloud.snowflake.errors import SnowflakeSqlError, storage_failure
from local_cloud.snowflake.names import plain
from local_cloud.snowflake.objects import Kind, SnowflakeObject
from local_cloud.snowflake.trusts import storage_trust


@dataclass(frozen=True, kw_only=True)
class StagedFile:
    """One object below a stage. ``name`` is its path relative to the stage."""

    bucket: str
    key: str
    name: str
    size: int
    etag: str
    modified_at: datetime
    received_at: datetime | None = None

    @property
    def url(self) -> str:
        """The object's s3:// URL, as COPY reports files."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, kw_only=True)
class ExternalStage:
    """A stage with the trust that lets Snowflake read it."""

    name: str
    bucket: str
    prefix: str
    trust: RoleTrust

    def key_prefix(self, path: str) -> str:
        """Return the key prefix that a path below the stage means: plain concatenation.

        As in Snowflake, a stage URL without its trailing slash matches sibling keys too.
        """
        if path and self.prefix and not self.prefix.endswith("/"):
            return f"{self.prefix}/{path}"
        return self.prefix + path


def external_stage(account: AccountParts, stage: SnowflakeObject) -> ExternalStage:
    """Look up what reading a stage takes."""
    path = (stage.text("STORAGE_INTEGRATION"),)
    integration = account.registry.get(Kind.STORAGE_INTEGRATION, path)
    if not integration.flag("ENABLED"):
        raise storage_failure(what=plain(stage.path), reason=f"{path[0]} is not enabled.")
    bucket, _, prefix = stage.text("URL").removeprefix("s3://").partition("/")
    trust = storage_trust(integration)
    return ExternalStage(name=plain(stage.path), bucket=bucket, prefix=prefix, trust=trust)


def list_files(account: AccountParts, stage: ExternalStage, path: str) -> Iterator[StagedFile]:
    """List the files below a path of a stage."""
    s3 = account.aws.client("s3", stage.trust)
    pages = s3.get_paginator("list_objects_v2")
    try:
        # Snowflake asks where the bucket is, so that its documentation wants the permission.
        s3.get_bucket_location(Bucket=stage.bucket)
        for page in pages.paginate(Bucket=stage.bucket, Prefix=stage.key_prefix(path)):
            for one in page.get("Contents", []):
                if not one["Key"].endswith("/"):
                    at = account.clock.at(one["LastModified"])
                    yield _staged(stage, one["Key"], one["Size"], one["ETag"], at)
    except (ClientError, BotoCoreError) as error:
        raise _unreadable(stage, f"s3://{stage.bucket}/{stage.key_prefix(path)}", error) from error


def can_list(account: AccountParts, stage: ExternalStage, path: str) -> bool:
    """Ask S3 whether the stage's role may list a path."""
    try:
        account.aws.client("s3", stage.trust).list_objects_v2(
            Bucket=stage.bucket, Prefix=stage.key_prefix(path), MaxKeys=1
        )
    except (ClientError, BotoCoreError, SnowflakeSqlError):
        return False
    return True


def purge_files(account: AccountParts, stage: ExternalStage, files: Iterable[StagedFile]) -> None:
    """Delete loaded files; one that cannot be deleted stays, and that is no error.

    Source: COPY INTO table, copy option PURGE ("a best effort").
    """
    for file in files:
        try:
            account.aws.client("s3", stage.trust).delete_object(Bucket=file.bucket, Key=file.key)
        except (ClientError, BotoCoreError, SnowflakeSqlError) as error:
            account.journal.record("snowflake", "not purged", file=file.url, reason=str(error))


def stat_file(account: AccountParts, stage: ExternalStage, name: str) -> StagedFile:
    """Look at one file of a stage; a missing one is an error."""
    key = stage.key_prefix(name)
    try:
        head = account.aws.client("s3", stage.trust).head_object(Bucket=stage.bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise SnowflakeSqlError(
                code=91016,
                sqlstate="22000",
                message=f"Remote file 's3://{stage.bucket}/{key}' was not found. There are "
                "several potential reasons: the file does not exist, or the integration's role "
                "may not list the bucket.",
            ) from error
        raise _unreadable(stage, f"s3://{stage.bucket}/{key}", error) from error
    at = account.clock.at(head["LastModified"])
    return _staged(stage, key, head["ContentLength"], head["ETag"], at)


def _staged(
    stage: ExternalStage, key: str, size: int, etag: str, modified_at: datetime
) -> StagedFile:
    return StagedFile(
        bucket=stage.bucket,
        key=key,
        name=key.removeprefix(stage.prefix).lstrip("/"),
        size=size,
        etag=etag.strip('"'),
        modified_at=modified_at,
    )


def matching(files: Iterable[StagedFile], pattern: str | None) -> list[StagedFile]:
    """Keep the files whose entire location matches the PATTERN of a COPY by hand."""
    if pattern is None:
        return list(files)
    expression = re.compile(pattern)
    return [one for one in files if expression.fullmatch(one.url)]


def matching_below(
    files: Iterable[StagedFile], pattern: str | None, location: str
) -> list[StagedFile]:
    """Keep the files whose path below a pipe's location matches its PATTERN.

    Snowpipe trims the location, COPY by hand does not (COPY INTO table, parameter PATTERN).
    """
    if pattern is None:
        return list(files)
    expression = re.compile(pattern)
    return [
        one for one in files if expression.fullmatch(one.key.removeprefix(location).lstrip("/"))
    ]


def download(
    account: AccountParts, stage: ExternalStage, file: StagedFile, target: FilePath
) -> None:
    """Copy a file to the disk, in pieces."""
    try:
        body = account.aws.client("s3", stage.trust).get_object(Bucket=file.bucket, Key=file.key)[
            "Body"
        ]
        with target.open("wb") as sink:
            for piece in body.iter_chunks(1 << 20):
                sink.write(piece)
    except (ClientError, BotoCoreError) as error:
        raise _unreadable(stage, file.url, error) from error


def verify_integration(account: AccountParts, integration: SnowflakeObject) -> Mapping[str, object]:
    """Try to assume an integration's role."""
    trust = storage_trust(integration)
    try:
        account.aws.forget()
        account.aws.client("sts", trust).get_caller_identity()
    except SnowflakeSqlError as error:
        return {"status": "failure", "message": error.message}
    except (ClientError, BotoCoreError) as error:
        failure = storage_failure(what=trust.used_by, reason=str(error))
        return {"status": "failure", "message": failure.message}
    return {"status": "success", "actions": {"READ": {"status": "success"}}}


def _unreadable(stage: ExternalStage, url: str, error: Exception) -> SnowflakeSqlError:
    return storage_failure(
        what=f"stage {stage.name}",
        reason=f"{url} cannot be read with role {stage.trust.role_arn}: {error}. "
        "Check the role's permissions on the bucket and its key.",
    )
