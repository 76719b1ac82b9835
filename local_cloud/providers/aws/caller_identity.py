"""Who a plugin's credentials belong to, asked without an SDK.

It is the only question to AWS in a preview without changes, and botocore takes half a second to
load and to make its first client. The local cloud reads the access key of a signed request and
verifies no signature.
"""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

from local_cloud.providers.errors import BackendRefusedError, BackendUnreachableError

if TYPE_CHECKING:
    from local_cloud.providers.aws.backend import Credentials
    from local_cloud.providers.values import Properties

_OPERATION: Final = "sts:get_caller_identity"
_BODY: Final = "Action=GetCallerIdentity&Version=2011-06-15"
_SECONDS_TO_ANSWER: Final = 30


def caller_identity(endpoint: str, credentials: Credentials) -> Properties:
    """Return the Account, Arn and UserId that STS knows for the credentials.

    BackendUnreachableError when nobody listens, BackendRefusedError with the service's reason.
    """
    scope = f"{credentials.access_key_id}/20260101/us-east-1/sts/aws4_request"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "X-Amz-Date": "20260101T000000Z",
    }
    if credentials.session_token:
        headers["X-Amz-Security-Token"] = credentials.session_token
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=_SECONDS_TO_ANSWER)
    try:
        connection.request("POST", "/", _BODY, headers)
        answer = connection.getresponse()
        status, body = answer.status, answer.read()
    except OSError as error:
        raise BackendUnreachableError(_OPERATION, endpoint) from error
    finally:
        connection.close()
    found = _elements(body)
    if status != http.HTTPStatus.OK:
        reason = found.get("Message", f"HTTP {status}")
        raise BackendRefusedError(_OPERATION, found.get("Code", "Unknown"), reason)
    return {name: found[name] for name in ("Account", "Arn", "UserId")}


def _elements(body: bytes) -> dict[str, str]:
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - the local cloud's own answer
    except ElementTree.ParseError:
        return {}
    return {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in root.iter()}
