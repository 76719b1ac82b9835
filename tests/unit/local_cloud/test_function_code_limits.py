"""How large a function's code may be: values too large to send in every run of the tests."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.gateway.checks.function_code import check_code
from local_cloud.aws.gateway.requests import ApiRequest

MIB = 1024 * 1024


def create(zip_file: str) -> ApiRequest:
    """Return a CreateFunction call with this archive in base64."""
    return ApiRequest(
        service="lambda",
        operation="CreateFunction",
        region="us-east-1",
        account_id="000000000000",
        parameters={"FunctionName": "f", "Code": {"ZipFile": zip_file}},
        headers={},
    )


def zeros(size: int) -> str:
    """Return an archive of this many bytes when unpacked, in base64."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("zeros", "w", force_zip64=True) as target,
    ):
        for _ in range(size // MIB):
            target.write(bytes(MIB))
        target.write(bytes(size % MIB))
    return base64.b64encode(content.getvalue()).decode()


def test_a_direct_archive_has_50_mib_at_most() -> None:
    check_code(create("A" * 69_905_064), lambda: b"")
    with pytest.raises(ApiRefusalError, match="smaller than 69905067 bytes") as refused:
        check_code(create("A" * 69_905_068), lambda: b"")
    assert refused.value.code == "RequestEntityTooLargeException"
    assert refused.value.status == 413


def test_unpacked_code_has_250_mib_at_most() -> None:
    check_code(create(zeros(250 * MIB)), lambda: b"")
    with pytest.raises(ApiRefusalError, match="Unzipped size must be smaller") as refused:
        check_code(create(zeros(250 * MIB + 1)), lambda: b"")
    assert refused.value.code == "InvalidParameterValueException"
