"""Events, topics, queues."""

from __future__ import annotations

from typing import Final

from tests.unit.providers.good_inputs import LONG, Refusal

MESSAGING: Final[dict[str, list[Refusal]]] = {
    "cloudwatch/eventRule:EventRule": [
        ({"description": LONG}, "description"),
        ({"eventBusName": "a bus"}, "eventBusName"),
        ({"eventPattern": "{"}, "eventPattern"),
        ({"eventPattern": f'{{"source": ["{LONG}"]}}'}, "eventPattern"),
        ({"eventPattern": None}, "eventPattern"),
        ({"name": "a rule"}, "name"),
        ({"name": LONG[:65]}, "name"),
        ({"roleArn": "ingest"}, "roleArn"),
        ({"scheduleExpression": "hourly"}, "scheduleExpression"),
        ({"scheduleExpression": f"cron({LONG})"}, "scheduleExpression"),
    ],
    "cloudwatch/eventTarget:EventTarget": [
        ({"arn": "queue"}, "arn"),
        ({"deadLetterConfig": {"arn": "queue"}}, "deadLetterConfig.arn"),
        ({"eventBusName": "a bus"}, "eventBusName"),
        ({"input": "{"}, "input"),
        ({"input": f'"{LONG}"'}, "input"),
        ({"input": "{}", "inputPath": "$.detail"}, "input"),
        ({"input": "{}", "inputTransformer": {"inputTemplate": "t"}}, "input"),
        ({"inputPath": LONG}, "inputPath"),
        ({"inputPath": "$.a", "inputTransformer": {"inputTemplate": "t"}}, "inputPath"),
        (
            {"inputTransformer": {"inputTemplate": "t", "inputPaths": {"AWS.x": "$.a"}}},
            "inputTransformer.inputPaths",
        ),
        (
            {
                "inputTransformer": {
                    "inputTemplate": "t",
                    "inputPaths": {str(number): "$" for number in range(101)},
                }
            },
            "inputTransformer.inputPaths",
        ),
        ({"inputTransformer": {"inputTemplate": LONG}}, "inputTransformer.inputTemplate"),
        (
            {"retryPolicy": {"maximumEventAgeInSeconds": 86401}},
            "retryPolicy.maximumEventAgeInSeconds",
        ),
        ({"retryPolicy": {"maximumRetryAttempts": 186}}, "retryPolicy.maximumRetryAttempts"),
        ({"roleArn": "ingest"}, "roleArn"),
        ({"rule": "a rule"}, "rule"),
        ({"targetId": "a target"}, "targetId"),
    ],
    "sns/topic:Topic": [
        ({"contentBasedDeduplication": True}, "contentBasedDeduplication"),
        ({"deliveryPolicy": "{"}, "deliveryPolicy"),
        ({"fifoTopic": True}, "name"),
        ({"name": "alarms.fifo"}, "name"),
        ({"name": LONG[:257]}, "name"),
        ({"policy": "{"}, "policy"),
    ],
    "sns/topicPolicy:TopicPolicy": [({"arn": "alarms"}, "arn"), ({"policy": "{"}, "policy")],
    "sns/topicSubscription:TopicSubscription": [
        ({"filterPolicy": "{"}, "filterPolicy"),
        ({"filterPolicyScope": "MessageBody"}, "filterPolicy"),
        ({"redrivePolicy": "{"}, "redrivePolicy"),
        ({"topic": "alarms"}, "topic"),
    ],
    "sqs/queue:Queue": [
        ({"contentBasedDeduplication": True}, "contentBasedDeduplication"),
        ({"delaySeconds": 901}, "delaySeconds"),
        ({"fifoQueue": True}, "name"),
        ({"kmsDataKeyReusePeriodSeconds": 59}, "kmsDataKeyReusePeriodSeconds"),
        ({"maxMessageSize": 1023}, "maxMessageSize"),
        ({"maxMessageSize": 1048577}, "maxMessageSize"),
        ({"messageRetentionSeconds": 59}, "messageRetentionSeconds"),
        ({"name": "files.fifo"}, "name"),
        ({"name": LONG[:81]}, "name"),
        ({"name": f"{LONG[:76]}.fifo", "fifoQueue": True}, "name"),
        ({"policy": "{"}, "policy"),
        ({"receiveWaitTimeSeconds": 21}, "receiveWaitTimeSeconds"),
        ({"redriveAllowPolicy": "{"}, "redriveAllowPolicy"),
        ({"redrivePolicy": "{"}, "redrivePolicy"),
        ({"sqsManagedSseEnabled": True, "kmsMasterKeyId": "k"}, "sqsManagedSseEnabled"),
        ({"visibilityTimeoutSeconds": 43201}, "visibilityTimeoutSeconds"),
    ],
    "sqs/queuePolicy:QueuePolicy": [({"policy": "{"}, "policy")],
}
