"""Objects that cannot be judged row by row are kept whole, with the reason; nothing is lost."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from lambdas.ingest.adapters import S3ObjectStore, translated
from lambdas.ingest.errors import RefusedCallError, ServiceTroubleError
from lambdas.ingest.ingestion import NO_CONTRACT, Ingestion
from tarn.contract.model import ContractCatalog
from tarn.keys import SourceObject, output_digest, quarantined_object_key
from tarn.ledger import Attribute, FileStatus
from tarn.quarantine import REASON_SUFFIX
from tests.functional.ingest.lake import LANDING, QUARANTINE, VALIDATED, Lake


@pytest.fixture
def ingestion(lake: Lake, contracts: ContractCatalog) -> Ingestion:
    return lake.ingestion(contracts)


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        pytest.param("boats/a.csv", b"name\n", "no contract claims the key", id="no contract"),
        pytest.param("a.csv", b"name\n", "no contract claims the key", id="no dataset"),
        pytest.param("flight_performance/a.csv", b"x\n", "no contract claims", id="a job's model"),
        pytest.param("airlines/a.csv", b"", "the file is empty", id="empty"),
        pytest.param("airlines/a.csv", b"name\nx\n", "'carrier' is missing", id="column missing"),
        pytest.param("airlines/a.csv.gz", b"carrier,name\n", "not gzip", id="no gzip"),
        pytest.param("airlines/ü ?.txt", b"hi", "is unknown", id="unknown format"),
        pytest.param("airlines/a.parquet", b"PAR1xx", "cannot be read as Parquet", id="torn"),
    ],
)
def test_an_object_that_cannot_be_judged_is_quarantined_whole(
    lake: Lake, ingestion: Ingestion, key: str, content: bytes, reason: str
) -> None:
    source = lake.land(key, content)

    outcome = ingestion.ingest(source, owner="only")

    assert outcome is not None
    item = lake.item(source)
    assert item[Attribute.STATUS] == FileStatus.QUARANTINED
    assert reason in item[Attribute.REASON]
    claimed = ingestion.contracts.get(key.split("/")[0])
    known = claimed.contract_hash if claimed and not claimed.produced_by else NO_CONTRACT
    copy = quarantined_object_key(output_digest(source, known), key)
    assert item[Attribute.QUARANTINE_KEY] == copy
    contents = lake.contents()
    assert contents[f"{QUARANTINE}/{copy}"] == content
    explanation = json.loads(contents[f"{QUARANTINE}/{copy}{REASON_SUFFIX}"])
    assert explanation["reason"] == item[Attribute.REASON]
    assert (explanation["key"], explanation["version"]) == (key, source.version)
    assert not any(uri.startswith(VALIDATED) for uri in contents)


def test_the_version_of_the_event_is_read_not_the_latest(lake: Lake, ingestion: Ingestion) -> None:
    first = lake.land("airlines/a.csv", b"carrier,name\nAA,American\n")
    lake.land("airlines/a.csv", b"broken")

    ingestion.ingest(first, owner="only")

    assert lake.item(first)[Attribute.ROWS_ACCEPTED] == "1"


def test_a_version_that_is_gone_has_a_permanent_outcome(lake: Lake, ingestion: Ingestion) -> None:
    source = lake.land("airlines/a.csv", b"carrier,name\nAA,American\n")
    lake.s3.delete_object(Bucket=LANDING, Key=source.key, VersionId=source.version)

    ingestion.ingest(source, owner="only")

    item = lake.item(source)
    assert item[Attribute.STATUS] == FileStatus.QUARANTINED
    assert "does not exist any more" in item[Attribute.REASON]
    assert lake.contents() == {}
    assert ingestion.ingest(source, owner="again") is None


def test_the_time_of_a_row_is_that_of_its_version(lake: Lake, ingestion: Ingestion) -> None:
    source = lake.land("airlines/a.csv", b"carrier,name\nAA,American\n")
    head = lake.s3.head_object(Bucket=LANDING, Key=source.key, VersionId=source.version)

    ingestion.ingest(source, owner="only")

    item = lake.item(source)
    assert item[Attribute.VERSION_TIME] == str(round(head["LastModified"].timestamp() * 1000))
    [row] = lake.rows(VALIDATED, item[Attribute.VALIDATED_KEY])
    assert row["_source_modified_at"] == head["LastModified"]


def test_a_file_cut_off_by_a_broken_upload_keeps_its_good_rows(
    lake: Lake, ingestion: Ingestion
) -> None:
    rows = "".join(f"{a}{b},Carrier {a * 9}{b * 9}\n" for a in "ABCDEFGHIJ" for b in "0123456789")
    content = gzip.compress(f"carrier,name\n{rows}".encode())[:-60]
    source = lake.land("airlines/a.csv.gz", content)

    ingestion.ingest(source, owner="only")

    item = lake.item(source)
    accepted = int(item[Attribute.ROWS_ACCEPTED])
    assert 10 < accepted < 100
    [rest] = lake.rows(QUARANTINE, item[Attribute.QUARANTINE_KEY])
    assert (rest["line"], rest["violations"][0]["rule"]) == (accepted + 2, "cut-off")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("SlowDown", 503, ServiceTroubleError),
        ("InternalError", 500, ServiceTroubleError),
        ("ThrottlingException", 400, ServiceTroubleError),
        ("ProvisionedThroughputExceededException", 400, ServiceTroubleError),
        ("KMSInternalException", 500, ServiceTroubleError),
        ("AccessDenied", 403, RefusedCallError),
        ("ResourceNotFoundException", 400, RefusedCallError),
    ],
)
def test_errors_of_aws_say_whether_trying_again_can_help(
    code: str, status: int, error: type[Exception]
) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    with pytest.raises(error, match="reading of s3://b/k"), translated("reading", "s3://b/k"):
        raise ClientError(answer, "GetObject")


def test_a_connection_that_breaks_in_the_middle_is_tried_again(
    lake: Lake, contracts: ContractCatalog
) -> None:
    class BrokenBody:
        def read(self, _: int) -> bytes:
            raise ReadTimeoutError(endpoint_url="http://s3")

        def close(self) -> None:
            pass

    class BrokenS3:
        def get_object(self, **call: object) -> dict[str, object]:
            return lake.s3.get_object(**call) | {"Body": BrokenBody()}

    ingestion = lake.ingestion(contracts)
    source = lake.land("airlines/a.csv", b"carrier,name\nAA,American\n")
    broken = Ingestion(
        contracts=contracts,
        store=S3ObjectStore(BrokenS3()),
        ledger=ingestion.ledger,
        validated_bucket=VALIDATED,
        quarantine_bucket=QUARANTINE,
    )

    with pytest.raises(ServiceTroubleError):
        broken.ingest(source, owner="first")

    assert lake.contents() == {}
    assert ingestion.ingest(source, owner="second") is not None


def test_sources_of_equal_keys_in_other_buckets_do_not_meet() -> None:
    one, other = (SourceObject(bucket=name, key="a/b", version="v") for name in ("x", "y"))

    assert output_digest(one, "h") != output_digest(other, "h")
