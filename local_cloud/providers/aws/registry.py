"""Every AWS resource type that the local cloud can deploy."""

from __future__ import annotations

from local_cloud.providers.adapter import ResourceAdapter
from local_cloud.providers.aws import (
    cloudwatch,
    dynamodb,
    events,
    glue_catalog,
    glue_jobs,
    glue_optimizers,
    glue_security,
    glue_triggers,
    iam,
    iam_policy,
    kms,
    lambda_function,
    lambda_parts,
    lambda_permission,
    logs,
    s3_bucket,
    s3_object,
    s3_rules,
    s3_settings,
    sns,
    sqs,
)
from local_cloud.providers.aws.backend import Aws

ADAPTERS: tuple[ResourceAdapter[Aws], ...] = (
    *cloudwatch.ADAPTERS,
    *dynamodb.ADAPTERS,
    *events.ADAPTERS,
    *glue_catalog.ADAPTERS,
    *glue_jobs.ADAPTERS,
    *glue_optimizers.ADAPTERS,
    *glue_security.ADAPTERS,
    *glue_triggers.ADAPTERS,
    *iam.ADAPTERS,
    *iam_policy.ADAPTERS,
    *kms.ADAPTERS,
    *lambda_function.ADAPTERS,
    *lambda_parts.ADAPTERS,
    *lambda_permission.ADAPTERS,
    *logs.ADAPTERS,
    *s3_bucket.ADAPTERS,
    *s3_object.ADAPTERS,
    *s3_rules.ADAPTERS,
    *s3_settings.ADAPTERS,
    *sns.ADAPTERS,
    *sqs.ADAPTERS,
)
