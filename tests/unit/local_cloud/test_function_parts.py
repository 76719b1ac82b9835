"""Parts of the function room: archives, metrics in logs, the failed records of a batch."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from local_cloud.aws.functions.archives import ArchiveError, ArchiveStore
from local_cloud.aws.functions.embedded_metrics import metrics_of
from local_cloud.aws.functions.event_sources import failed_ids

ALL = {"1", "2", "3"}


def packed(name: str, text: str = "x", mode: int = 0o644) -> bytes:
    """Return an archive of one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, text)
    return content.getvalue()


def digest(archive: bytes) -> str:
    """Return the digest as Lambda tells it."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def test_an_archive_is_extracted_once(tmp_path: Path) -> None:
    store, archive = ArchiveStore(tmp_path), packed("a/b.py", "text")
    first = store.extracted(archive, digest(archive))
    assert (first / "a" / "b.py").read_text() == "text"
    (first / "a" / "b.py").write_text("touched")
    assert (store.extracted(archive, digest(archive)) / "a" / "b.py").read_text() == "touched"
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_an_executable_stays_one(tmp_path: Path) -> None:
    archive = packed("run", mode=0o755)
    path = ArchiveStore(tmp_path).extracted(archive, digest(archive)) / "run"
    assert path.stat().st_mode & 0o111


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../outside"])
def test_an_archive_that_leaves_its_directory_is_refused(tmp_path: Path, name: str) -> None:
    archive = packed(name)
    with pytest.raises(ArchiveError, match="leaves the archive"):
        ArchiveStore(tmp_path).extracted(archive, digest(archive))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not a zip file"):
        ArchiveStore(tmp_path).extracted(b"text", digest(b"text"))


def test_each_set_of_dimensions_gets_its_metric() -> None:
    line = json.dumps(
        {
            "_aws": {
                "Timestamp": 0,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "Tarn",
                        "Dimensions": [["service"], ["service", "dataset"]],
                        "Metrics": [{"Name": "RowsRead", "Unit": "Count"}, {"Name": "Absent"}],
                    }
                ],
            },
            "service": "ingest",
            "dataset": "flights",
            "RowsRead": [1, 2],
        }
    )
    [(namespace, data)] = metrics_of(line)
    assert namespace == "Tarn"
    assert [(each["MetricName"], each["Values"]) for each in data] == [
        ("RowsRead", [1.0, 2.0]),
        ("RowsRead", [1.0, 2.0]),
    ]
    assert [len(each["Dimensions"]) for each in data] == [1, 2]


@pytest.mark.parametrize("line", ['not json "_aws"', '["_aws"]', '{"_aws": {}}'])
def test_a_line_that_is_no_metric_is_passed_over(line: str) -> None:
    assert list(metrics_of(line)) == []


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (b"null", set[str]()),
        (b"{}", set[str]()),
        (b'{"batchItemFailures": []}', set[str]()),
        (b'{"batchItemFailures": [{"itemIdentifier": "2"}]}', {"2"}),
        (b'{"batchItemFailures": [{"itemIdentifier": "9"}]}', ALL),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', ALL),
        (b'{"batchItemFailures": [{"other": "2"}]}', ALL),
        (b'{"batchItemFailures": "2"}', ALL),
        (b"no json", ALL),
    ],
)
def test_only_what_failed_comes_back_and_all_when_that_is_unclear(
    answer: bytes, failed: set[str]
) -> None:
    assert failed_ids(answer, ALL) == failed
