"""A request to AWS, read as far as permissions and events need it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, unquote

from moto.core.routing import get_service_router
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SERVICE_NAMES: Final = {"monitoring": "cloudwatch", "eventbridge": "events"}
_DEFAULT_REGION: Final = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class ApiRequest:
    """One call of one operation. ``parameters`` have the names of the API."""

    service: str
    operation: str
    region: str
    account_id: str
    """Of the caller; the account whose resources are named without an account."""
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a parameter as text; empty when it is not given."""
        value = self.parameters.get(name)
        return "" if value is None else str(value)

    def arn(self, resource: str) -> str:
        """Name a resource of this service in the caller's account and region."""
        return f"arn:aws:{self.service}:{self.region}:{self.account_id}:{resource}"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who says they are asking, and which service they mean."""

    access_key_id: str
    session_token: str | None
    region: str
    service: str


def read_signature(environ: WSGIEnvironment) -> Signature | None:
    """Read the credential scope of a signed request or a presigned URL; None when unsigned."""
    header = str(environ.get("HTTP_AUTHORIZATION", ""))
    query = dict(parse_qsl(str(environ.get("QUERY_STRING", ""))))
    _, separator, credential = header.partition("Credential=")
    scope = credential.split(",")[0] if separator else query.get("X-Amz-Credential", "")
    parts = scope.split("/")
    if len(parts) != len(("key", "date", "region", "service", "aws4_request")):
        return None
    token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN") or query.get("X-Amz-Security-Token")
    service = parts[3].lower()
    return Signature(
        access_key_id=parts[0],
        session_token=str(token) if token else None,
        region=parts[2] or _DEFAULT_REGION,
        service=_SERVICE_NAMES.get(service, service),
    )


def read_request(
    environ: WSGIEnvironment, signature: Signature, account_id: str
) -> ApiRequest | None:
    """Find the operation and its parameters; None when the service has no such operation."""
    request = BackendRequest(environ)
    if signature.service == "s3":
        found = _read_rest(request, "s3")
    elif "HTTP_X_AMZ_TARGET" in environ:
        operation = str(environ["HTTP_X_AMZ_TARGET"]).rpartition(".")[2]
        found = operation, _json(_body(environ))
    elif "/operation/" in request.path:
        # Smithy RPC, as newer SDKs speak it with CloudWatch; its CBOR body is not read.
        found = request.path.rpartition("/")[2], {}
    elif (form := _form(environ)) and "Action" in form:
        found = form["Action"], form
    else:
        found = _read_rest(request, signature.service)
        if found is not None:
            found = found[0], {**found[1], **_json(_body(environ))}
    if found is None:
        return None
    return ApiRequest(
        service=signature.service,
        operation=found[0],
        region=signature.region,
        account_id=account_id,
        parameters=found[1],
        headers={name.lower(): value for name, value in request.headers.items()},
    )


def _read_rest(request: BackendRequest, service: str) -> tuple[str, dict[str, Any]] | None:
    try:
        operation, labels = get_service_router(service).match(request)
    except NotFound:
        return None
    labels = {name: unquote(value) for name, value in labels.items()} if service != "s3" else labels
    query = {name: value for name, value in request.args.items() if name not in labels}
    return str(operation.name), {**query, **labels}


def _body(environ: WSGIEnvironment) -> bytes:
    """Read the whole body, and put it back for moto."""
    body = BackendRequest(environ).get_data(cache=False)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _form(environ: WSGIEnvironment) -> dict[str, str]:
    content_type = str(environ.get("CONTENT_TYPE", ""))
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(_body(environ).decode(), keep_blank_values=True))
    return dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True))


def _json(body: bytes) -> dict[str, Any]:
    try:
        document: object = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def read_body(environ: WSGIEnvironment) -> bytes:
    """Read the body of the few S3 requests whose permissions depend on it."""
    return _body(environ)
