"""The checks of every operation: those of the service's model, then those of our own tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from local_cloud.aws.events.destinations import Destinations
from local_cloud.aws.gateway.checks import (
    buckets,
    event_sources,
    function_code,
    functions,
    identity,
    keys,
    log_groups,
    observation,
    queues,
    tables,
)
from local_cloud.aws.gateway.checks.event_rules import TargetCheck, check_events, check_rule
from local_cloud.aws.gateway.checks.model_checks import check_model
from local_cloud.aws.gateway.checks.notifications import check_notifications
from local_cloud.aws.gateway.requests import ApiRequest

Check = Callable[[ApiRequest, Callable[[], bytes]], None]

_CHECKS: Final[Mapping[tuple[str, str], Sequence[Check]]] = {
    ("cloudwatch", "PutMetricAlarm"): (observation.check_alarm,),
    ("dynamodb", "CreateTable"): (tables.check_table,),
    ("dynamodb", "DeleteItem"): (tables.check_item,),
    ("dynamodb", "GetItem"): (tables.check_item,),
    ("dynamodb", "PutItem"): (tables.check_item,),
    ("dynamodb", "Query"): (tables.check_item,),
    ("dynamodb", "Scan"): (tables.check_item,),
    ("dynamodb", "UpdateItem"): (tables.check_item,),
    ("events", "PutEvents"): (check_events,),
    ("events", "PutRule"): (check_rule,),
    ("iam", "AttachRolePolicy"): (identity.check_attached,),
    ("iam", "AttachUserPolicy"): (identity.check_attached,),
    ("iam", "CreatePolicy"): (identity.check_managed,),
    ("iam", "CreatePolicyVersion"): (identity.check_managed,),
    ("iam", "CreateRole"): (identity.check_trust,),
    ("iam", "PutGroupPolicy"): (identity.check_inline,),
    ("iam", "PutRolePolicy"): (identity.check_inline,),
    ("iam", "PutUserPolicy"): (identity.check_inline,),
    ("iam", "UpdateAssumeRolePolicy"): (identity.check_trust,),
    ("kms", "CreateAlias"): (keys.check_alias,),
    ("kms", "CreateKey"): (keys.check_key_policy,),
    ("kms", "PutKeyPolicy"): (keys.check_key_policy,),
    ("lambda", "AddPermission"): (functions.check_permission,),
    ("lambda", "CreateEventSourceMapping"): (event_sources.check_new_event_source,),
    ("lambda", "CreateFunction"): (functions.check_new_function, function_code.check_code),
    ("lambda", "Invoke"): (function_code.check_payload,),
    ("lambda", "PublishLayerVersion"): (function_code.check_code,),
    ("lambda", "PutFunctionConcurrency"): (functions.check_concurrency,),
    ("lambda", "UpdateEventSourceMapping"): (event_sources.check_event_source,),
    ("lambda", "UpdateFunctionCode"): (function_code.check_code,),
    ("lambda", "UpdateFunctionConfiguration"): (
        functions.check_function,
        function_code.check_layers,
    ),
    ("logs", "AssociateKmsKey"): (log_groups.check_key_given,),
    ("logs", "CreateLogGroup"): (log_groups.check_key_given,),
    ("logs", "FilterLogEvents"): (log_groups.check_key_to_read,),
    ("logs", "GetLogEvents"): (log_groups.check_key_to_read,),
    ("logs", "PutLogEvents"): (
        observation.check_log_events,
        log_groups.check_key_to_write,
    ),
    ("logs", "PutRetentionPolicy"): (observation.check_retention,),
    ("s3", "CopyObject"): (buckets.check_key,),
    ("s3", "CreateBucket"): (buckets.check_bucket_name,),
    ("s3", "CreateMultipartUpload"): (buckets.check_key,),
    ("s3", "DeleteObjects"): (buckets.check_deletions,),
    ("s3", "PutBucketLifecycleConfiguration"): (buckets.check_lifecycle,),
    ("s3", "PutBucketNotificationConfiguration"): (check_notifications,),
    ("s3", "PutBucketPolicy"): (buckets.check_bucket_policy,),
    ("s3", "PutObject"): (buckets.check_key,),
    ("sqs", "CreateQueue"): (queues.check_attributes,),
    ("sqs", "SendMessage"): (queues.check_message,),
    ("sqs", "SendMessageBatch"): (queues.check_batch,),
    ("sqs", "SetQueueAttributes"): (queues.check_attributes,),
}


class RequestChecks:
    """The checks by service and operation."""

    def __init__(self, destinations: Destinations) -> None:
        self._checks = {**_CHECKS, ("events", "PutTargets"): (TargetCheck(destinations),)}

    def check(self, request: ApiRequest, body: Callable[[], bytes]) -> None:
        """Raise an ``ApiRefusalError`` for what AWS would refuse, or the local cloud cannot do."""
        check_model(request)
        for check in self._checks.get((request.service, request.operation), ()):
            check(request, body)
