"""What a case needs around it: clients that ask the backend, and things its subject refers to."""

from __future__ import annotations

import json
from functools import cached_property

from tests.functional.providers.around import Around, Clients, handler_archive, policy, trust

__all__ = ["Clients", "World", "policy", "trust"]


class World(Around):
    """Everything is made once, when a case first asks for it."""

    @cached_property
    def layer(self) -> str:
        """The ARN of a layer's version."""
        return self.client("lambda").publish_layer_version(
            LayerName=self.name("around"), Content={"ZipFile": handler_archive()}
        )["LayerVersionArn"]

    @cached_property
    def function(self) -> str:
        """A function."""
        return self._function("around")

    @cached_property
    def other_function(self) -> str:
        """Another function."""
        return self._function("elsewhere")

    def _function(self, stem: str) -> str:
        name = self.name(stem)
        self.client("lambda").create_function(
            FunctionName=name,
            Role=self.role_arn,
            Runtime="python3.11",
            Handler="app.handler",
            Code={"ZipFile": handler_archive()},
        )
        return name

    def code(self, answer: str) -> str:
        """The key of a function's archive in the bucket."""
        key = f"code/{answer}.zip"
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=handler_archive(answer))
        return key

    @cached_property
    def topic_arn(self) -> str:
        """A topic."""
        return self.client("sns").create_topic(Name=self.name("around"))["TopicArn"]

    @cached_property
    def rule(self) -> str:
        """A rule of the default event bus."""
        name = self.name("around")
        pattern = json.dumps({"source": ["tarn.test"]})
        self.client("events").put_rule(Name=name, EventPattern=pattern)
        return name

    @cached_property
    def database(self) -> str:
        """A Glue database."""
        return self._database("around")

    @cached_property
    def other_database(self) -> str:
        """Another Glue database."""
        return self._database("elsewhere")

    def _database(self, stem: str) -> str:
        name = f"{stem}_{self.suffix}"
        self.client("glue").create_database(DatabaseInput={"Name": name})
        return name

    @cached_property
    def iceberg_table(self) -> str:
        """An empty Iceberg table in the database."""
        return self._iceberg_table(self.database, "around")

    @cached_property
    def other_iceberg_table(self) -> str:
        """Another empty Iceberg table in the database."""
        return self._iceberg_table(self.database, "elsewhere")

    @cached_property
    def database_with_twin(self) -> str:
        """Another database, with an Iceberg table of the same name."""
        self._iceberg_table(self.other_database, "around")
        return self.other_database

    def _iceberg_table(self, database: str, name: str) -> str:
        field = {"Id": 1, "Name": "id", "Type": "long", "Required": False}
        self.client("glue").create_table(
            DatabaseName=database,
            Name=name,
            OpenTableFormatInput={
                "IcebergInput": {
                    "MetadataOperation": "CREATE",
                    "Version": "2",
                    "CreateIcebergTableInput": {
                        "Location": f"s3://{self.bucket}/{database}/{name}/",
                        "Schema": {"Type": "struct", "Fields": [field]},
                    },
                }
            },
        )
        return name

    @cached_property
    def workflow(self) -> str:
        """A Glue workflow."""
        return self._workflow("around")

    @cached_property
    def other_workflow(self) -> str:
        """Another Glue workflow."""
        return self._workflow("elsewhere")

    def _workflow(self, stem: str) -> str:
        name = self.name(stem)
        self.client("glue").create_workflow(Name=name)
        return name

    @cached_property
    def job(self) -> str:
        """A Glue job."""
        return self.glue_job("around")

    def glue_job(self, stem: str) -> str:
        """A Glue job."""
        name = self.name(stem)
        self.client("glue").create_job(
            Name=name,
            Role=self.role_arn,
            GlueVersion="5.1",
            Command={"Name": "glueetl", "ScriptLocation": f"s3://{self.bucket}/main.py"},
        )
        return name
