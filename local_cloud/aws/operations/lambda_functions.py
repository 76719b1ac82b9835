"""Lambda: functions, layers and event source mappings."""

from __future__ import annotations

from typing import Final

from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.aws.operations.rules import Operations, also, on, only_root, passes_role, same


def _function(request: ApiRequest) -> str:
    name = request.text("FunctionName")
    arn = name if name.startswith("arn:") else request.arn(f"function:{name.split(':')[0]}")
    qualifier = request.text("Qualifier")
    return f"{arn}:{qualifier}" if qualifier else arn


_PASSES_ROLE: Final = passes_role(lambda request: [request.text("Role")], "lambda.amazonaws.com")

OPERATIONS: Final[Operations] = {
    **same(also(on(_function), _PASSES_ROLE), "CreateFunction", "UpdateFunctionConfiguration"),
    **same(on(_function, "lambda:InvokeFunction"), "Invoke"),
    **same(on(_function), "GetFunction", "GetFunctionConfiguration"),
    **only_root(
        "AddPermission",
        "CreateEventSourceMapping",
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
    ),
}
