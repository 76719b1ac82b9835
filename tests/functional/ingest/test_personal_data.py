"""Personal data through the real handler: neither values nor the secret are anywhere afterwards."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from lambdas.ingest import handler as entry
from lambdas.ingest.adapters import personal_data_secret
from lambdas.ingest.protection import open_token
from tarn.contract.model import ContractCatalog
from tarn.contract.rules import Protection
from tarn.ledger import Attribute
from tests.functional.ingest.lake import (
    ENVIRONMENT,
    QUARANTINE,
    VALIDATED,
    Lake,
    notification,
    sqs_event,
)
from tests.functional.ingest.test_handler import Context

NAMES = ("Ann Example", "Ben Example", "Cat Example")
FILES = {
    "airlines/good.csv": f"carrier,name\nAA,{NAMES[0]}\nBB,{NAMES[1]}\n",
    "airlines/bad.csv": f"carrier,name\nAAAA,{NAMES[0]}\nBB,{NAMES[1]},x\nCC,{NAMES[2]}\n",
    "airlines/held.csv": f"{NAMES[0]},{NAMES[1]}\nAA,{NAMES[2]}\n",
}


@pytest.fixture
def key(
    lake: Lake, contracts: ContractCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Deploy the function with a contract that protects names, and return its key."""
    del lake
    airlines = contracts["airlines"]
    columns = tuple(
        dataclasses.replace(c, protection=Protection.TOKENIZE) if c.name == "name" else c
        for c in airlines.columns
    )
    catalog = ContractCatalog([dataclasses.replace(airlines, columns=columns)])
    (tmp_path / "contracts.json").write_text(catalog.to_json(), encoding="utf-8")
    made = boto3.client("kms", region_name="us-east-1").create_key(
        KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC"
    )
    monkeypatch.setattr(entry, "_ARCHIVE", tmp_path)
    for name in [name for name in os.environ if name.startswith("TARN_")]:
        monkeypatch.delenv(name)
    arn = str(made["KeyMetadata"]["Arn"])
    for name, value in {**ENVIRONMENT, "TARN_PERSONAL_DATA_KEY": arn}.items():
        monkeypatch.setenv(name, value)
    entry.ingestion.cache_clear()
    entry.secret.cache_clear()
    yield arn
    entry.ingestion.cache_clear()
    entry.secret.cache_clear()


def test_nothing_that_is_written_or_said_holds_a_name_or_the_secret(
    lake: Lake, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = personal_data_secret(boto3.client("kms", region_name="us-east-1"), key)
    sources = {name: lake.land(name, content.encode()) for name, content in FILES.items()}

    for source in sources.values():
        assert not entry.handler(sqs_event(notification(source)), Context())["batchItemFailures"]

    items = {name: lake.item(source) for name, source in sources.items()}
    said = capsys.readouterr()
    written = [
        *(repr(one) for one in lake.contents().values()),
        json.dumps(list(items.values()), default=str),
        said.out + said.err,
        *(
            repr(lake.rows(bucket, str(item[attribute])))
            for item in items.values()
            for bucket, attribute in (
                (VALIDATED, Attribute.VALIDATED_KEY),
                (QUARANTINE, Attribute.QUARANTINE_KEY),
            )
            if item.get(attribute)
        ),
    ]
    forms = (secret.hex(), base64.b64encode(secret).decode(), repr(secret)[2:-1])
    for clear in (*NAMES, *forms):
        assert not [text for text in written if clear in text], clear
    tokens = [r["name"] for r in lake.rows(VALIDATED, items["airlines/good.csv"]["validated_key"])]
    assert [
        open_token(secret, dataset="airlines", column="name", token=token) for token in tokens
    ] == list(NAMES[:2])
    assert items["airlines/held.csv"][Attribute.REASON]
