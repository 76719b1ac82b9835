from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tarn.contract.model import ContractCatalog
from tests.functional.ingest.lake import Lake, shipped_contracts


@pytest.fixture(scope="session")
def contracts() -> ContractCatalog:
    return shipped_contracts()


@pytest.fixture
def lake() -> Iterator[Lake]:
    with mock_aws():
        yield Lake.create()
