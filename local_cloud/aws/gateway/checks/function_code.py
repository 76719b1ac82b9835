"""Lambda: how large code may be, packed and unpacked, and what is sent to it.

Quotas: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from moto.backends import get_backend

from local_cloud.aws.authorization.resources import find_bucket
from local_cloud.aws.gateway.checks.refusals import refuse
from local_cloud.aws.gateway.requests import ApiRequest

MIB: Final = 1024 * 1024
_INVALID: Final = "InvalidParameterValueException"
_DIRECT_REQUEST_BYTES: Final = 69_905_067
"""What a request may have: 50 MB of archive, in base64."""
_UNPACKED_BYTES: Final = 250 * 1_048_576
_PAYLOAD_BYTES: Final = {"Event": MIB, "RequestResponse": 6 * MIB}
_FALLBACK: Final = "RequestResponse"


def check_code(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Check an archive that a function or a layer version gets."""
    given: Mapping[str, Any] = request.parameters
    code: Mapping[str, Any] = given.get("Code") or given.get("Content") or given
    packed = str(code.get("ZipFile") or "")
    if len(packed) > _DIRECT_REQUEST_BYTES:
        message = (
            f"Request must be smaller than {_DIRECT_REQUEST_BYTES} bytes for the "
            f"{request.operation} operation"
        )
        refuse("RequestEntityTooLargeException", message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    archive = base64.b64decode(packed) if packed else _stored(code)
    unpacked = _unpacked_bytes(archive)
    if unpacked > _UNPACKED_BYTES:
        refuse(_INVALID, f"Unzipped size must be smaller than {_UNPACKED_BYTES} bytes")
    if request.operation != "PublishLayerVersion":
        _check_together(unpacked, _layer_archives(request))


def check_layers(request: ApiRequest, _body: Callable[[], bytes]) -> None:
    """Check the layers that a function is given together with its code."""
    if request.parameters.get("Layers"):
        backend = get_backend("lambda")[request.account_id][request.region]
        function = backend.get_function(request.text("FunctionName"))
        _check_together(_unpacked_bytes(function.code_bytes), _layer_archives(request))


def check_payload(request: ApiRequest, body: Callable[[], bytes]) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    kind = request.headers.get("x-amz-invocation-type", _FALLBACK)
    most = _PAYLOAD_BYTES.get(kind, _PAYLOAD_BYTES[_FALLBACK])
    if len(body()) > most:
        message = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
        refuse("RequestTooLargeException", message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _check_together(unpacked: int, layers: Iterable[bytes]) -> None:
    total = unpacked + sum(_unpacked_bytes(layer) for layer in layers)
    if total > _UNPACKED_BYTES:
        message = (
            "Function code combined with layers exceeds the maximum allowed size of "
            f"{_UNPACKED_BYTES} bytes. The actual size is {total} bytes."
        )
        refuse(_INVALID, message)


def _layer_archives(request: ApiRequest) -> list[bytes]:
    """Return the archives of the layers that the function has after the request."""
    backend = get_backend("lambda")[request.account_id][request.region]
    arns = request.parameters.get("Layers")
    if arns is None and request.operation == "UpdateFunctionCode":
        arns = [each["Arn"] for each in backend.get_function(request.text("FunctionName")).layers]
    versions = [backend.layers_versions_by_arn(str(arn)) for arn in arns or []]
    return [version.code_bytes for version in versions if version is not None]


def _stored(code: Mapping[str, Any]) -> bytes:
    """Read an archive from S3; what is not there is refused by moto, by its name."""
    bucket: Any = find_bucket(str(code.get("S3Bucket") or ""))
    key = str(code.get("S3Key") or "")
    found = bucket.keys.getlist(key, []) if bucket is not None else []
    version = code.get("S3ObjectVersion")
    chosen = [each for each in found if version is None or each.version_id == version]
    return bytes(chosen[-1].value) if chosen and hasattr(chosen[-1], "value") else b""


def _unpacked_bytes(archive: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as content:
            return sum(entry.file_size for entry in content.infolist())
    except zipfile.BadZipFile:
        return 0
