"""The Glue jobs: what they run, as whom, with what.

Owns the uploaded scripts, library and contracts, the roles, the security configuration, the log
group and the jobs themselves. A model's contract names the job that makes it, so a new model is a
contract and a folder in glue_jobs/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from infra.components.artifact import Artifact, store_archive, store_text
from infra.components.component import TarnComponent
from infra.iam.document import rendered, service_trust, to_json
from infra.iam.transform import JOB_LOG_GROUPS, curate_policy, model_job_policy
from tarn.job_arguments import (
    CATALOG,
    CurateArgument,
    FlightPerformanceArgument,
    glue_arguments,
)
from tarn.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.archives import Archive
    from infra.components.lake.lake import Lake
    from infra.deployment import Deployment
    from infra.settings import TransformSettings
    from tarn.contract.model import ContractCatalog

GLUE_VERSION: Final = "5.1"
CURATE: Final = "curate"


@dataclass(frozen=True, kw_only=True)
class JobsArgs:
    """What the jobs work on and run from."""

    deployment: Deployment
    settings: TransformSettings
    contracts: ContractCatalog
    library: Archive
    """The packages that the entry scripts import."""
    scripts: Mapping[str, Archive]
    """Entry scripts by the job's package in glue_jobs/."""
    lake: Lake
    ledger_table: str
    curated_database: str


class Jobs(TarnComponent):
    """The curate job and one job a model."""

    curate: aws.glue.Job
    contracts: Artifact
    """The compiled contracts of this deployment, as the jobs and the operators read them."""
    models: dict[str, aws.glue.Job]
    """By the name in the contracts' ``producedBy``."""

    def __init__(
        self, name: str, args: JobsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("transform", name, args.deployment, opts)
        self._args = args
        self._security = self._security_configuration()
        self._log_group = self._logs()
        self._library = store_archive(
            self, f"{name}-library", args.library, folder="glue/library", lake=args.lake
        )
        self.contracts = contracts = store_text(
            self,
            f"{name}-contracts",
            args.contracts.to_json(),
            key=f"contracts/{args.contracts.catalog_hash[:32]}.json",
            lake=args.lake,
        )
        self.curate = self._job(
            CURATE,
            policy=rendered(
                curate_policy,
                deployment=self.deployment,
                ledger_table=args.ledger_table,
                curated_database=args.curated_database,
                key_arn=args.lake.key.arn,
            ),
            needs=contracts,
            arguments=glue_arguments(
                {
                    CurateArgument.LEDGER_TABLE: args.ledger_table,
                    CurateArgument.VALIDATED_BUCKET: self.deployment.bucket(Zone.VALIDATED),
                    CurateArgument.CURATED_BUCKET: self.deployment.bucket(Zone.CURATED),
                    CurateArgument.CURATED_DATABASE: args.curated_database,
                    CurateArgument.CONTRACTS_URI: contracts.uri,
                }
            ),
        )
        self.models = {
            job: self._model_job(job, datasets)
            for job, datasets in datasets_by_job(args.contracts).items()
        }
        self.publish(
            {"curate": self.curate.name, "models": [job.name for job in self.models.values()]}
        )

    def _model_job(self, job: str, datasets: Sequence[str]) -> aws.glue.Job:
        return self._job(
            job,
            policy=rendered(
                model_job_policy,
                deployment=self.deployment,
                datasets=datasets,
                curated_database=self._args.curated_database,
                key_arn=self._args.lake.key.arn,
            ),
            arguments=glue_arguments(
                {FlightPerformanceArgument.CURATED_DATABASE: self._args.curated_database}
            ),
        )

    def _security_configuration(self) -> aws.glue.SecurityConfiguration:
        encryption = aws.glue.SecurityConfigurationEncryptionConfigurationArgs(
            cloudwatch_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationCloudwatchEncryptionArgs(
                cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=self._args.lake.key.arn
            ),
            # The ledger says what is pending, so no job keeps a bookmark.
            job_bookmarks_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationJobBookmarksEncryptionArgs(
                job_bookmarks_encryption_mode="DISABLED"
            ),
            s3_encryption=aws.glue.SecurityConfigurationEncryptionConfigurationS3EncryptionArgs(
                s3_encryption_mode="SSE-KMS", kms_key_arn=self._args.lake.key.arn
            ),
        )
        return aws.glue.SecurityConfiguration(
            f"{self.component_name}-security",
            name=self.deployment.name("jobs"),
            encryption_configuration=encryption,
            opts=self.child(),
        )

    def _logs(self) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self.component_name}-logs",
            name=f"{JOB_LOG_GROUPS}/{self.deployment.prefix}",
            retention_in_days=self._args.settings.log_retention_days,
            kms_key_id=self._args.lake.key.arn,
            tags=self.tags,
            opts=self.child(),
        )

    def _role(self, job: str, policy: pulumi.Input[str]) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            f"{self.component_name}-{job}-role",
            name=self.deployment.name(job),
            description=f"The Glue job {self.deployment.name(job)}.",
            assume_role_policy=to_json(service_trust("glue.amazonaws.com")),
            permissions_boundary=self.deployment.boundary_arn,
            tags=self.tags,
            opts=self.child(),
        )
        permissions = aws.iam.RolePolicy(
            f"{self.component_name}-{job}-permissions",
            name="permissions",
            role=role.name,
            policy=policy,
            opts=self.child(),
        )
        return role, permissions

    def _job(
        self,
        name: str,
        *,
        policy: pulumi.Input[str],
        arguments: Mapping[str, pulumi.Input[str]],
        needs: Artifact | None = None,
    ) -> aws.glue.Job:
        settings = self._args.settings
        job = name.replace("_", "-")
        role, permissions = self._role(job, policy)
        script = store_archive(
            self,
            f"{self.component_name}-{job}-script",
            self._args.scripts[name],
            folder="glue/scripts",
            lake=self._args.lake,
        )
        return aws.glue.Job(
            f"{self.component_name}-{job}",
            name=self.deployment.name(job),
            description=f"glue_jobs/{name}",
            role_arn=role.arn,
            glue_version=GLUE_VERSION,
            command=aws.glue.JobCommandArgs(
                name="glueetl", python_version="3", script_location=script.uri
            ),
            worker_type=settings.worker_type.value,
            number_of_workers=settings.worker_count,
            timeout=settings.timeout_minutes,
            # What a failed run leaves pending, the next event or the schedule takes up.
            max_retries=0,
            execution_class="STANDARD",
            execution_property=aws.glue.JobExecutionPropertyArgs(max_concurrent_runs=1),
            security_configuration=self._security.name,
            default_arguments={**self._common_arguments(), **arguments},
            tags=self.tags,
            opts=self.child(
                depends_on=[
                    permissions,
                    *(each.object for each in (self._library, script, needs) if each),
                ]
            ),
        )

    def _common_arguments(self) -> dict[str, pulumi.Input[str]]:
        return {
            "--job-language": "python",
            "--datalake-formats": "iceberg",
            "--conf": spark_configuration(self.deployment.bucket(Zone.CURATED)),
            "--extra-py-files": self._library.uri,
            "--enable-metrics": "true",
            "--enable-continuous-cloudwatch-log": "true",
            "--continuous-log-logGroup": self._log_group.name,
            "--job-bookmark-option": "job-bookmark-disable",
        }


def datasets_by_job(contracts: ContractCatalog) -> dict[str, list[str]]:
    """Which datasets each model job makes, as the contracts' ``producedBy`` says."""
    made: dict[str, list[str]] = {}
    for contract in contracts.models:
        if contract.produced_by is not None:
            made.setdefault(contract.produced_by, []).append(contract.dataset)
    return made


def spark_configuration(curated_bucket: str) -> str:
    """Bind Spark's catalog to the Glue Data Catalog, in the one ``--conf`` that Glue accepts."""
    catalog = f"spark.sql.catalog.{CATALOG}"
    settings = {
        "spark.sql.extensions": (
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
        ),
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{catalog}.warehouse": f"s3://{curated_bucket}/",
        "spark.sql.session.timeZone": "UTC",
    }
    return " --conf ".join(f"{name}={value}" for name, value in settings.items())
