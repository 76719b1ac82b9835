"""Lambda: functions, layers and event source mappings."""

from __future__ import annotations

from typing import Final

from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.rules import Operations, on, only_root, same


def _function(request: ApiRequest) -> str:
    name = request.text("FunctionName")
    arn = name if name.startswith("arn:") else request.arn(f"function:{name.split(':')[0]}")
    qualifier = request.text("Qualifier")
    return f"{arn}:{qualifier}" if qualifier else arn


OPERATIONS: Final[Operations] = {
    **same(on(_function, "lambda:InvokeFunction"), "Invoke"),
    **same(on(_function), "GetFunction", "GetFunctionConfiguration"),
    **only_root(
        "AddPermission",
        "CreateEventSourceMapping",
        "CreateFunction",
        "DeleteEventSourceMapping",
        "DeleteFunction",
        "DeleteFunctionConcurrency",
        "DeleteFunctionEventInvokeConfig",
        "DeleteLayerVersion",
        "GetEventSourceMapping",
        "GetFunctionCodeSigningConfig",
        "GetFunctionConcurrency",
        "GetFunctionEventInvokeConfig",
        "GetLayerVersion",
        "GetLayerVersionByArn",
        "GetPolicy",
        "ListEventSourceMappings",
        "ListFunctions",
        "ListLayerVersions",
        "ListLayers",
        "ListTags",
        "ListVersionsByFunction",
        "PublishLayerVersion",
        "PublishVersion",
        "PutFunctionConcurrency",
        "PutFunctionEventInvokeConfig",
        "RemovePermission",
        "TagResource",
        "UntagResource",
        "UpdateEventSourceMapping",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    ),
}
