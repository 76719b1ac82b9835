"""What these tests work with: a connected user, and an account with a lake behind it."""

from __future__ import annotations

import io
import json
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import snowflake.connector
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.table import Table

from local_cloud.settings import (
    ROOT_ACCESS_KEY_ID,
    ROOT_SECRET_ACCESS_KEY,
    SNOWFLAKE_ADMIN,
    SNOWFLAKE_ADMIN_PASSWORD,
    LocalCloudSettings,
)

WAIT_SECONDS = 30.0
PASSWORD = "a password of the tests"
"""What users of the tests are created with, unless the test says otherwise."""


def _proof(name: str, password: str, key: RSAPrivateKey | None) -> dict[str, Any]:
    if key is not None:
        return {"authenticator": "SNOWFLAKE_JWT", "private_key": key}
    administrator = name == SNOWFLAKE_ADMIN and password == PASSWORD
    return {"password": SNOWFLAKE_ADMIN_PASSWORD if administrator else password}


class User:
    """A user of the account, through the driver; its timeouts keep a fault from hanging a test."""

    def __init__(
        self,
        settings: LocalCloudSettings,
        name: str = SNOWFLAKE_ADMIN,
        *,
        password: str = PASSWORD,
        key: RSAPrivateKey | None = None,
        **options: str,
    ) -> None:
        self._connection = snowflake.connector.connect(
            user=name,
            **_proof(name, password, key),
            account="tarn",
            host=settings.host,
            port=settings.snowflake_port,
            protocol="http",
            login_timeout=20,
            network_timeout=30,
            **options,
        )

    def close(self) -> None:
        """Log out."""
        self._connection.close()

    def rows(self, sql: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [tuple(row) for row in cursor.fetchall()]

    def records(self, sql: str) -> list[dict[str, Any]]:
        """Run a statement and give its rows by column name."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, tuple(row), strict=True)) for row in cursor.fetchall()]

    def columns(self, sql: str) -> list[str]:
        """Run a statement and give the names of its columns, in their order."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return [column.name for column in cursor.description]

    def value(self, sql: str) -> Any:  # noqa: ANN401 - whatever the statement gives
        """Run a statement and give the one value of its one row."""
        ((value,),) = self.rows(sql)
        return value

    def shown(self, plural: str, name: str) -> dict[str, Any]:
        """The row of SHOW of one object."""
        (row,) = [row for row in self.records(f"SHOW {plural} IN ACCOUNT") if row["name"] == name]
        return row

    def described(self, what: str) -> dict[str, str]:
        """The properties that DESCRIBE shows."""
        return {row["property"]: row["property_value"] for row in self.records(f"DESC {what}")}

    def wait_for(self, sql: str, wanted: object) -> None:
        """Wait until a query gives one wanted value; fail with what it gives instead."""
        pause = threading.Event()
        found = self.value(sql)
        tries = 0
        while found != wanted:
            assert tries < WAIT_SECONDS / 0.05, f"{sql} stays {found!r}, wanted {wanted!r}"
            pause.wait(0.05)
            tries += 1
            found = self.value(sql)


class TestAccount:
    """A database with what a pipe or an Iceberg table needs, each made when first asked for."""

    __test__ = False

    def __init__(self, settings: LocalCloudSettings, admin: User, suffix: str) -> None:
        self.settings = settings
        self.admin = admin
        self.suffix = suffix
        self.database = f"D_{suffix.upper()}"
        admin.rows(f"CREATE DATABASE {self.database}")
        admin.rows(f"CREATE SCHEMA {self.database}.RAW")
        admin.rows("USE WAREHOUSE COMPUTE_WH")

    def close(self) -> None:
        """Drop the database; what is in the account besides it stays and harms nobody."""
        self.admin.rows("USE ROLE ACCOUNTADMIN")
        self.admin.rows(f"DROP DATABASE IF EXISTS {self.database}")

    def in_cloud_time(self, moment: datetime) -> datetime:
        """A moment just now, as the cloud's clock has it: other tests may have advanced it."""
        url = f"{self.settings.aws_endpoint}/_tarn/clock"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url) as answer:
            return moment + timedelta(seconds=float(json.load(answer)["skipped_seconds"]))

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 is untyped
        """A client of the customer's AWS account."""
        return boto3.Session().client(
            service,
            endpoint_url=self.settings.aws_endpoint,
            region_name=self.settings.region,
            aws_access_key_id=ROOT_ACCESS_KEY_ID,
            aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
            config=Config(s3={"addressing_style": "path"}),
        )

    @cached_property
    def s3(self) -> Any:  # noqa: ANN401 - boto3 is untyped
        """S3."""
        return self.client("s3")

    @cached_property
    def bucket(self) -> str:
        """A bucket."""
        name = f"lake-{self.suffix}"
        self.s3.create_bucket(Bucket=name)
        return name

    def role(self, name: str) -> str:
        """The ARN that a role of this test will have."""
        return f"arn:aws:iam::{self.settings.account_id}:role/{name}-{self.suffix}"

    def trust(
        self, arn: str, *, user: str, external_id: str, actions: Sequence[str] = ("s3:*",)
    ) -> None:
        """Create a role that Snowflake may assume with an external id."""
        iam, name = self.client("iam"), arn.rpartition("/")[2]
        allowed = {
            "Effect": "Allow",
            "Principal": {"AWS": user},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
        }
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(allowed))
        use = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_policy(use))

    @cached_property
    def integration(self) -> str:
        """A storage integration for the bucket, trusted."""
        name, arn = f"I_{self.suffix.upper()}", self.role("stage")
        self.admin.rows(
            f"CREATE STORAGE INTEGRATION {name} TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' "
            f"ENABLED = TRUE STORAGE_AWS_ROLE_ARN = '{arn}' "
            f"STORAGE_ALLOWED_LOCATIONS = ('s3://{self.bucket}/')"
        )
        shown = self.admin.described(f"INTEGRATION {name}")
        self.trust(
            arn,
            user=shown["STORAGE_AWS_IAM_USER_ARN"],
            external_id=shown["STORAGE_AWS_EXTERNAL_ID"],
        )
        return name

    @cached_property
    def stage(self) -> str:
        """A stage over the whole bucket."""
        name = f"{self.database}.RAW.LAKE"
        self.admin.rows(
            f"CREATE STAGE {name} URL = 's3://{self.bucket}/' "
            f"STORAGE_INTEGRATION = {self.integration}"
        )
        return name

    @cached_property
    def file_format(self) -> str:
        """A Parquet format."""
        name = f"{self.database}.RAW.PARQUET"
        self.admin.rows(f"CREATE FILE FORMAT {name} TYPE = PARQUET USE_LOGICAL_TYPE = TRUE")
        return name

    @cached_property
    def table(self) -> str:
        """A table that files are loaded into."""
        name = f"{self.database}.RAW.T"
        self.admin.rows(
            f"CREATE TABLE {name} (ID NUMBER(38,0), NAME VARCHAR, _LOADED_AT TIMESTAMP_LTZ(6))"
        )
        return name

    def copy_statement(self, folder: str = "t/") -> str:
        """A COPY of the files of a folder into the table."""
        return (
            f"COPY INTO {self.table} FROM @{self.stage}/{folder} "
            f"FILE_FORMAT = (FORMAT_NAME = '{self.file_format}') "
            "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE "
            "INCLUDE_METADATA = (_LOADED_AT = METADATA$START_SCAN_TIME)"
        )

    def pipe(self, name: str = "P", folder: str = "t/", options: str = "") -> str:
        """A pipe that loads the files of a folder; the bucket announces them to it."""
        full = f"{self.database}.RAW.{name}"
        self.admin.rows(
            f"CREATE PIPE {full} AUTO_INGEST = TRUE AS {self.copy_statement(folder)} {options}"
        )
        channel = self.admin.shown("PIPES", name)["notification_channel"]
        self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket,
            NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": channel, "Events": ["s3:ObjectCreated:*"]}]
            },
        )
        return full

    def put(self, key: str, rows: int, *, first: int = 0) -> None:
        """Put a Parquet file of numbered rows into the bucket."""
        numbers = list(range(first, first + rows))
        table = pa.table({"id": numbers, "name": [f"n{n}" for n in numbers]})
        self.put_table(key, table)

    def put_table(self, key: str, table: pa.Table) -> None:
        """Put a Parquet file into the bucket."""
        packed = io.BytesIO()
        pq.write_table(table, packed)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=packed.getvalue())

    @cached_property
    def namespace(self) -> str:
        """A database of the Glue catalog."""
        name = f"glue_{self.suffix}"
        self.client("glue").create_database(DatabaseInput={"Name": name})
        return name

    @cached_property
    def lake(self) -> GlueCatalog:
        """The Glue catalog, as a job writes to it."""
        keys = {"access-key-id": ROOT_ACCESS_KEY_ID, "secret-access-key": ROOT_SECRET_ACCESS_KEY}
        return GlueCatalog(
            "lake",
            **{f"glue.{key}": value for key, value in keys.items()},
            **{f"s3.{key}": value for key, value in keys.items()},
            **{
                "glue.endpoint": self.settings.aws_endpoint,
                "glue.region": self.settings.region,
                "s3.endpoint": self.settings.aws_endpoint,
                "s3.region": self.settings.region,
                "s3.force-virtual-addressing": "false",
            },
        )

    def lake_table(self, name: str, rows: pa.Table) -> Table:
        """An Iceberg table in the lake with a table's columns, still empty."""
        return self.lake.create_table(
            f"{self.namespace}.{name}",
            schema=rows.schema,
            location=f"s3://{self.bucket}/{name}",
        )

    @cached_property
    def volume(self) -> str:
        """An external volume over the bucket, trusted."""
        name, arn = f"V_{self.suffix.upper()}", self.role("volume")
        self.admin.rows(
            f"CREATE EXTERNAL VOLUME {name} STORAGE_LOCATIONS = ((NAME = 'lake' "
            f"STORAGE_PROVIDER = 'S3' STORAGE_BASE_URL = 's3://{self.bucket}/' "
            f"STORAGE_AWS_ROLE_ARN = '{arn}')) ALLOW_WRITES = FALSE"
        )
        shown = json.loads(self.admin.described(f"EXTERNAL VOLUME {name}")["STORAGE_LOCATION_1"])
        self.trust(
            arn,
            user=shown["STORAGE_AWS_IAM_USER_ARN"],
            external_id=shown["STORAGE_AWS_EXTERNAL_ID"],
        )
        return name

    @cached_property
    def catalog(self) -> str:
        """A catalog integration for the Glue database, trusted."""
        name, arn = f"C_{self.suffix.upper()}", self.role("catalog")
        self.admin.rows(
            f"CREATE CATALOG INTEGRATION {name} CATALOG_SOURCE = GLUE TABLE_FORMAT = ICEBERG "
            f"GLUE_AWS_ROLE_ARN = '{arn}' GLUE_CATALOG_ID = '{self.settings.account_id}' "
            f"GLUE_REGION = '{self.settings.region}' CATALOG_NAMESPACE = '{self.namespace}' "
            "ENABLED = TRUE"
        )
        shown = self.admin.described(f"CATALOG INTEGRATION {name}")
        self.trust(
            arn,
            user=shown["GLUE_AWS_IAM_USER_ARN"],
            external_id=shown["GLUE_AWS_EXTERNAL_ID"],
            actions=("glue:GetTable", "glue:GetTables", "glue:GetDatabase"),
        )
        return name

    def iceberg_table(self, name: str, source: str, options: str = "") -> str:
        """A Snowflake table over a table of the lake."""
        full = f"{self.database}.RAW.{name}"
        self.admin.rows(
            f"CREATE ICEBERG TABLE {full} EXTERNAL_VOLUME = '{self.volume}' "
            f"CATALOG = '{self.catalog}' CATALOG_TABLE_NAME = '{source}' {options}"
        )
        return full


def _policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
