"""The privileged workflow reads a pull request's artifact as data, within limits."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from review import posting
from review.model import Failure, Operation, ResourceChange, Review, Risk, RiskClass, Stop
from review.reading import LARGEST_BYTES, ReviewDocumentError
from review.views import COMMENT_LIMIT, as_json, comment_marker

ROOT = Path(__file__).parents[3]
HEAD = "a" * 40


def review(stack: str, *risks: RiskClass, stops: tuple[Stop, ...] = ()) -> Review:
    change = ResourceChange(
        urns=("urn:pulumi:prod::tarn::aws:s3/bucket:Bucket::landing",),
        type="aws:s3/bucket:Bucket",
        operation=Operation.REPLACE,
        properties=(),
        risks=tuple(Risk(risk_class=one, sentence="It goes.") for one in risks),
    )
    return Review(
        stack=stack, base="b" * 40, head=HEAD, changes=(change,), contracts=(), cost=None,
        stops=stops,
    )  # fmt: skip


def archive(folder: Path, **texts: str | bytes) -> Path:
    path = folder / "review.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for stack, text in texts.items():
            made.writestr(f"review-{stack}.json", text)
    return path


def whole(folder: Path, *risks: RiskClass) -> Path:
    texts = {stack: as_json(review(stack, *risks)) for stack in posting.STACKS}
    return archive(folder, **texts)


def test_what_is_written_comes_from_the_reviews(tmp_path: Path) -> None:
    made = whole(tmp_path, RiskClass.DATA_LOSS)
    into = tmp_path / "posting"

    code = posting.main(
        [f"--archive={made}", f"--head={HEAD}", "--fail-on=data-loss", f"--into={into}"]
    )

    assert code == 0
    body = json.loads((into / "comment.json").read_text())["body"]
    assert body.startswith(comment_marker("prod"))
    assert "`dev`: " in body
    assert len(body) <= COMMENT_LIMIT
    assert json.loads((into / "status.json").read_text())["state"] == "failure"
    assert (into / "review-dev.json").read_text() == as_json(review("dev", RiskClass.DATA_LOSS))


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"prod": as_json(review("prod"))}, "no readable review-dev.json"),
        ({"prod": as_json(review("prod")), "dev": as_json(review("prod"))}, "it is about 'prod'"),
        ({"prod": b"\xff", "dev": "{}"}, "it is not UTF-8"),
        ({"prod": " " * (LARGEST_BYTES + 1), "dev": "{}"}, "more than"),
        (
            {
                "prod": as_json(replace(review("prod"), head="c" * 40)),
                "dev": as_json(review("dev")),
            },
            f"at {'c' * 40}, not 'prod' at {HEAD}",
        ),
    ],
    ids=["one is missing", "another stack", "no text", "a bomb", "another commit"],
)
def test_an_archive_of_something_else_is_refused(
    tmp_path: Path, texts: dict[str, str | bytes], said: str
) -> None:
    with pytest.raises(ReviewDocumentError) as refused:
        posting.reviews_in(archive(tmp_path, **texts), head=HEAD)
    assert said in str(refused.value)


def test_what_is_no_archive_is_refused_without_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "review.zip"
    path.write_text("no archive")

    code = posting.main([f"--archive={path}", f"--head={HEAD}", f"--into={tmp_path / 'posting'}"])

    assert code == 1
    assert "no zip file" in capsys.readouterr().err
    assert not (tmp_path / "posting").exists()


def test_a_huge_archive_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "review.zip"
    with path.open("wb") as file:
        file.truncate(posting.LARGEST_ARCHIVE_BYTES + 1)
    with pytest.raises(ReviewDocumentError, match="the archive has"):
        posting.reviews_in(path, head=HEAD)


STOP = Stop(by="queue-requires-tls", sentence="No.", mandatory=True)


@pytest.mark.parametrize(
    ("found", "state", "description"),
    [
        (review("prod"), "success", "No class"),
        (review("prod", RiskClass.OUTAGE), "success", "No class"),
        (review("prod", RiskClass.SECURITY), "failure", "ecurity"),
        (review("prod", stops=(STOP,)), "failure", "queue-requires-tls"),
        (review("prod", stops=(replace(STOP, mandatory=False),)), "success", "No class"),
        (
            replace(review("prod"), failures=(Failure(urn=None, message="No."),)),
            "failure",
            "does not deploy",
        ),
    ],
)
def test_the_status_fails_for_the_chosen_classes_and_for_what_stops(
    found: Review, state: str, description: str
) -> None:
    got = posting.verdict(
        {"prod": found, "dev": review("dev")}, fail_on=[RiskClass.DATA_LOSS, RiskClass.SECURITY]
    )
    assert got[0] == state
    assert description in got[1]


def test_a_bare_python_is_enough(tmp_path: Path) -> None:
    """The workflow installs nothing: what it runs with the right to write is this repository."""
    done = subprocess.run(
        [
            *(sys.executable, "-S", "-m", "review.posting"),
            *("--archive", str(whole(tmp_path)), "--head", HEAD, "--into", str(tmp_path / "p")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
