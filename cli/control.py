"""Ask the running local cloud about itself, or tell it something, over its control API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

from cli.errors import LocalCloudRefusedError
from cli.workspace import find_workspace

_SECONDS = 10


def ask_cloud(path: str, document: object = None, *, method: str | None = None) -> object:
    """Return the JSON that ``path`` answers.

    With a document it is a POST, without one a GET, unless ``method`` says otherwise. Raises
    LocalCloudRefusedError with the cloud's own reason.
    """
    from cli.local_target import running_cloud

    cloud = running_cloud(find_workspace())
    request = urllib.request.Request(  # noqa: S310 - loopback by settings
        f"{cloud.aws_endpoint}/_tarn/{path}",
        data=None if document is None else json.dumps(document).encode(),
        method=method,
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise LocalCloudRefusedError(str(json.load(refusal)["error"])) from refusal
