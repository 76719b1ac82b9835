"""The limits of AWS that a laptop never shows: each at its edge, and one beyond."""

from __future__ import annotations

from typing import Any, Final

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_cloud.settings import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY
from tests.functional.local_aws.laboratory import REGION, Laboratory
from tests.functional.local_aws.limits import (
    event_rules,
    event_sources,
    functions,
    identity,
    keys,
    messaging,
    operations,
    storage,
    tables,
)
from tests.functional.local_aws.limits.row import Row

ROWS: Final = (
    *functions.ROWS,
    *event_sources.ROWS,
    *event_rules.ROWS,
    *identity.ROWS,
    *keys.ROWS,
    *messaging.ROWS,
    *operations.ROWS,
    *storage.ROWS,
    *tables.ROWS,
)


def _client(laboratory: Laboratory, service: str) -> Any:  # noqa: ANN401 - boto3 is untyped
    """Return a client that sends what the SDK itself would refuse."""
    return boto3.client(
        service,
        endpoint_url=laboratory.settings.aws_endpoint,
        region_name=REGION,
        aws_access_key_id=ROOT_ACCESS_KEY_ID,
        aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
        config=Config(parameter_validation=False, retries={"max_attempts": 1}, proxies={}),
    )


@pytest.mark.parametrize("row", ROWS, ids=[row.label for row in ROWS])
def test_a_limit_is_refused_beyond_its_edge_and_not_at_it(row: Row, laboratory: Laboratory) -> None:
    row.prepare(laboratory)
    call = getattr(_client(laboratory, row.service), row.call)
    with pytest.raises(ClientError) as refused:
        call(**row.build(laboratory, row.bad))
    assert refused.value.response["Error"]["Code"] == row.code
    call(**row.build(laboratory, row.good))
