"""What the function's dependencies bring along and the function never loads."""

from __future__ import annotations

import re
from typing import Final

AWS_SERVICES: Final = ("s3", "dynamodb", "sts", "sqs", "kms")
"""Services whose API descriptions stay in botocore; it brings about 400."""

_UNNEEDED: Final = re.compile(
    "|".join(
        (
            r"bin/.*",
            r".*\.(pyi|pyx|pxd|pxi|h|hpp|cc|cpp|c)",
            r"[^/]+\.dist-info/(INSTALLER|RECORD|REQUESTED|direct_url\.json|uv_cache\.json)",
            r"wrapt-stubs/.*",
            r"(boto3|botocore)/(examples|docs/bcdoc/tests)/.*",
            r"pyarrow/(include|includes|src|tests)/.*",
            r"pyarrow/.*(flight|cpp_tests|cuda).*",
            # Only the extension: all the others are linked to its library.
            r"pyarrow/_?substrait\..*",
            # The loader asks for the name with one number; the others are copies of the same file.
            r"pyarrow/lib[a-z_]+\.so(\.\d+\.\d+\.\d+)?",
        )
    )
)
_SERVICE_DATA: Final = re.compile(r"(?:boto3|botocore)/data/(?P<service>[^/]+)/.*")


def is_needed(path: str) -> bool:
    """Say whether a file, by its path in the installed tree, goes into the layer."""
    service = _SERVICE_DATA.fullmatch(path)
    if service is not None:
        return service["service"] in AWS_SERVICES
    return _UNNEEDED.fullmatch(path) is None
