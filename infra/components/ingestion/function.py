"""The function that validates: its layer, role, log group and what feeds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulumi_aws import cloudwatch, iam, lambda_

from infra.components.artifact import Artifact, store_archive, store_derived_archive
from infra.components.component import TarnComponent
from infra.iam.document import rendered, service_trust, to_json
from infra.iam.ingest_function import ingest_function_policy
from tarn.runtime import IngestVariable
from tarn.zones import Zone

if TYPE_CHECKING:
    import pulumi

    from infra.archives import Archive
    from infra.components.ingestion.intake import Intake
    from infra.components.ingestion.ledger import Ledger
    from infra.components.ingestion.personal_data_key import PersonalDataKey
    from infra.components.lake.lake import Lake
    from infra.deployment import Deployment
    from infra.settings import IngestionSettings

RUNTIME: Final = "python3.11"
HANDLER: Final = "lambdas.ingest.handler.handler"
SERVICE: Final = "ingest"
METRICS_NAMESPACE: Final = "Tarn"
LEASE_MARGIN_SECONDS: Final = 30
"""A lease outlives the attempt that took it, so that two attempts never overlap."""


@dataclass(frozen=True, kw_only=True)
class IngestFunctionArgs:
    """What the function is built from, and what it works with."""

    deployment: Deployment
    settings: IngestionSettings
    lake: Lake
    intake: Intake
    ledger: Ledger
    code: Archive
    layer: Archive
    personal_data_key: PersonalDataKey | None


class IngestFunction(TarnComponent):
    """Attributes: ``function_name`` and ``log_group_name``, plain text; ``function``."""

    def __init__(
        self, name: str, args: IngestFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ingestion", name, args.deployment, opts)
        self.function_name = args.deployment.name(SERVICE)
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_group = cloudwatch.LogGroup(
            f"{name}-logs",
            name=self.log_group_name,
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.lake.key.arn,
            tags=self.tags,
            opts=self.child(),
        )
        self.role = self._role(name, args)
        self.permissions = self._permissions(name, args)
        self.function = self._function(name, args)
        self.mapping = self._event_source_mapping(name, args)
        self.publish({"functionName": self.function.name})

    def _role(self, name: str, args: IngestFunctionArgs) -> iam.Role:
        return iam.Role(
            f"{name}-role",
            name=self.function_name,
            description="What the ingest function may do",
            assume_role_policy=to_json(service_trust("lambda.amazonaws.com")),
            permissions_boundary=self.deployment.boundary_arn,
            tags=self.tags,
            opts=self.child(),
        )

    def _permissions(self, name: str, args: IngestFunctionArgs) -> iam.RolePolicy:
        document = rendered(
            lambda key_arn, personal_data_key_arn=None: ingest_function_policy(
                deployment=args.deployment,
                queue_name=args.intake.queue_name,
                log_group=self.log_group_name,
                ledger_table=args.ledger.table_name,
                key_arn=key_arn,
                personal_data_key_arn=personal_data_key_arn,
            ),
            key_arn=args.lake.key.arn,
            **({"personal_data_key_arn": key.arn} if (key := args.personal_data_key) else {}),
        )
        return iam.RolePolicy(
            f"{name}-permissions",
            name=SERVICE,
            role=self.role.name,
            policy=document,
            opts=self.child(),
        )

    def _layer(self, name: str, args: IngestFunctionArgs) -> lambda_.LayerVersion:
        stored = store_derived_archive(
            self, f"{name}-layer-archive", args.layer, folder="layers/ingest", lake=args.lake
        )
        return lambda_.LayerVersion(
            f"{name}-layer",
            layer_name=f"{self.function_name}-dependencies",
            description="Dependencies of the ingest function",
            s3_bucket=stored.bucket,
            s3_key=stored.key,
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[args.settings.architecture.concrete.value],
            opts=self.child(depends_on=[stored.object]),
        )

    def _function(self, name: str, args: IngestFunctionArgs) -> lambda_.Function:
        settings = args.settings
        code: Artifact = store_archive(
            self, f"{name}-code", args.code, folder="functions/ingest", lake=args.lake
        )
        return lambda_.Function(
            name,
            name=self.function_name,
            description="Checks landed files against their contract",
            role=self.role.arn,
            runtime=RUNTIME,
            architectures=[settings.architecture.concrete.value],
            handler=HANDLER,
            s3_bucket=code.bucket,
            s3_key=code.key,
            layers=[self._layer(name, args).arn],
            memory_size=settings.memory_mb,
            timeout=settings.timeout_seconds,
            ephemeral_storage=lambda_.FunctionEphemeralStorageArgs(
                size=settings.ephemeral_storage_mb
            ),
            environment=lambda_.FunctionEnvironmentArgs(variables=_environment(args)),
            tags=self.tags,
            # It may be invoked as soon as it exists, so what it needs comes first.
            opts=self.child(depends_on=[code.object, self.log_group, self.permissions]),
        )

    def _event_source_mapping(
        self, name: str, args: IngestFunctionArgs
    ) -> lambda_.EventSourceMapping:
        settings = args.settings
        return lambda_.EventSourceMapping(
            f"{name}-mapping",
            event_source_arn=args.intake.queue.arn,
            function_name=self.function.name,
            batch_size=settings.batch_size,
            maximum_batching_window_in_seconds=settings.batch_window_seconds,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambda_.EventSourceMappingScalingConfigArgs(
                maximum_concurrency=settings.maximum_concurrency
            ),
            tags=self.tags,
            opts=self.child(depends_on=[self.permissions]),
        )


def _environment(args: IngestFunctionArgs) -> dict[str, pulumi.Input[str]]:
    buckets = args.lake.buckets
    key = args.personal_data_key
    return {
        **({IngestVariable.PERSONAL_DATA_KEY.value: key.arn} if key else {}),
        IngestVariable.LEDGER_TABLE.value: args.ledger.table_name,
        IngestVariable.LANDING_BUCKET.value: buckets[Zone.LANDING].bucket_name,
        IngestVariable.VALIDATED_BUCKET.value: buckets[Zone.VALIDATED].bucket_name,
        IngestVariable.QUARANTINE_BUCKET.value: buckets[Zone.QUARANTINE].bucket_name,
        IngestVariable.LEASE_SECONDS.value: str(
            args.settings.timeout_seconds + LEASE_MARGIN_SECONDS
        ),
        IngestVariable.QUEUE_URL.value: args.intake.queue.url,
        "POWERTOOLS_SERVICE_NAME": SERVICE,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": args.settings.log_level,
        # X-Ray's calls cannot be limited to a resource, and no role here has a bare star.
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
