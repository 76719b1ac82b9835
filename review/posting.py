"""What a privileged workflow makes of a review that an unprivileged one ran.

The archive comes from a pull request's own run, so it may hold anything: it is read as data, within
limits, and everything shown is rendered here. Runs on a bare Python: ``python -m review.posting``.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from review.model import Review, RiskClass
from review.reading import LARGEST_BYTES, ReviewDocumentError, review_from_json
from review.views import COMMENT_LIMIT, as_json, as_markdown
from review.views.words import CLASS_NAMES, operations_sentence
from tarn.errors import TarnError

LARGEST_ARCHIVE_BYTES: Final = 20_000_000
STACKS: Final = ("prod", "dev")
"""The stacks that are reviewed; the first one's review is the comment."""
_FOOT: Final = 2_000
_DESCRIPTION: Final = 140
"""Characters that GitHub takes in a status."""


def reviews_in(archive: Path, *, head: str) -> dict[str, Review]:
    """Read the reviews by stack from an artifact's archive.

    head: the full hash that GitHub says the run was for. Raises ReviewDocumentError.
    """
    size = archive.stat().st_size
    if size > LARGEST_ARCHIVE_BYTES:
        problem = f"the archive has {size} bytes, {LARGEST_ARCHIVE_BYTES} are allowed"
        raise ReviewDocumentError(place="", problem=problem)
    try:
        with zipfile.ZipFile(archive) as opened:
            texts = {stack: _text(opened, f"review-{stack}.json") for stack in STACKS}
    except zipfile.BadZipFile as error:
        raise ReviewDocumentError(place="", problem="the archive is no zip file") from error
    found = {stack: review_from_json(text) for stack, text in texts.items()}
    for stack, review in found.items():
        if review.stack != stack or review.head != head:
            problem = f"it is about '{review.stack}' at {review.head}, not '{stack}' at {head}"
            raise ReviewDocumentError(place="head", problem=problem)
    return found


def comment(reviews: Mapping[str, Review]) -> str:
    """Return the one comment: the first stack's review, and a line about each other."""
    shown, *others = STACKS
    lines = [f"`{stack}`: {operations_sentence(reviews[stack])}" for stack in others]
    text = as_markdown(reviews[shown], limit=COMMENT_LIMIT - _FOOT)
    return "\n\n".join([text.rstrip("\n"), *(line[: _FOOT // 2] for line in lines)]) + "\n"


def verdict(reviews: Mapping[str, Review], *, fail_on: Sequence[RiskClass]) -> tuple[str, str]:
    """Return the state and the description of the commit's status."""
    if any(review.failures for review in reviews.values()):
        return "failure", "The change does not deploy; the comment says why."
    stops = {
        stop.by
        for review in reviews.values()
        for stop in (*review.stops, *(one for change in review.changes for one in change.stops))
        if stop.mandatory
    }
    occurring = {one for review in reviews.values() for one in review.risk_classes}
    named = [CLASS_NAMES[one] for one in fail_on if one in occurring]
    if stops or named:
        return "failure", ", ".join([*named, *sorted(stops)])[:_DESCRIPTION]
    return "success", "No class that this repository refuses."


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        with archive.open(name) as entry:
            content = entry.read(LARGEST_BYTES + 1)
    except (KeyError, RuntimeError, NotImplementedError) as error:
        raise ReviewDocumentError(place="", problem=f"there is no readable {name}") from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ReviewDocumentError(place=name, problem="it is not UTF-8") from error


def main(arguments: Sequence[str]) -> int:
    """Write what was asked for; 1 when the archive holds no review of the commit."""
    asked = _parser().parse_args(arguments)
    try:
        reviews = reviews_in(asked.archive, head=asked.head)
    except TarnError as error:
        print(error, file=sys.stderr)
        return 1
    asked.into.mkdir(parents=True, exist_ok=True)
    fail_on = [RiskClass(one) for one in asked.fail_on.split()]
    state, description = verdict(reviews, fail_on=fail_on)
    status = {"state": state, "description": description, "context": "tarn review"}
    (asked.into / "comment.json").write_text(json.dumps({"body": comment(reviews)}))
    (asked.into / "status.json").write_text(json.dumps(status))
    for stack, review in reviews.items():
        (asked.into / f"review-{stack}.json").write_text(as_json(review))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m review.posting", description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="the artifact as downloaded")
    parser.add_argument("--head", required=True, help="full hash of the commit reviewed")
    parser.add_argument("--fail-on", default="", help="risk classes, with spaces between")
    parser.add_argument("--into", type=Path, required=True, help="folder for what is written")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
