"""`tarn redrive`: dead letters back to the ingest queue, those that name a file.

A message that names none would only fail again, so it stays and is shown (docs/adr/0102).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import unquote_plus

from cli.landed_files import ledger_records
from cli.operating import Operation, open_operation
from cli.output import Format, console, errors, print_json, print_rows
from cli.workspace import Workspace
from tarn.keys import SourceObject

_HIDDEN_SECONDS: Final = 60
"""While this command works on a message nobody else gets it; afterwards it is visible again."""
_LOOK_SECONDS: Final = 2
_NO_FILE: Final = "names no version of an object, so no try can succeed"


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message that gave up; ``sources`` are the object versions that it names."""

    message_id: str
    receipt: str
    body: str
    sources: tuple[SourceObject, ...]


def redrive_and_show(workspace: Workspace, *, stack: str, dry_run: bool, output: Format) -> None:
    """Move the messages, or with ``dry_run`` only show them, each with its file and reason."""
    operation = open_operation(workspace, stack=stack)
    with errors.status("taking dead letters"):
        letters = take(operation, hidden_seconds=_LOOK_SECONDS if dry_run else _HIDDEN_SECONDS)
        reasons = _reasons(operation, letters)
        moved = set[str]() if dry_run else move_back(operation, letters)
    facts = [
        {
            "message": letter.message_id,
            "files": [source.ledger_id for source in letter.sources],
            "reason": reasons[letter.message_id],
            "moved": letter.message_id in moved,
        }
        for letter in letters
    ]
    if output is Format.JSON:
        print_json(facts)
        return
    if not facts:
        console.print("The dead-letter queue is empty.")
        return
    rows = [
        (
            "\n".join(letter["files"]) or letter["message"],
            letter["reason"],
            "moved back" if letter["moved"] else "stays",
        )
        for letter in cast("list[dict[str, Any]]", facts)
    ]
    print_rows(("file", "why it gave up", "now"), rows, output=output)


def take(operation: Operation, *, hidden_seconds: int) -> list[DeadLetter]:
    """Receive every message once; they stay in the queue, hidden for a while."""
    url = str(operation.stations.outputs["ingestDeadLetterQueueUrl"])
    letters: dict[str, DeadLetter] = {}
    while True:
        answer = operation.stations.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=1,
        )
        new = [m for m in answer.get("Messages", []) if m["MessageId"] not in letters]
        if not new:
            return list(letters.values())
        for message in new:
            letters[message["MessageId"]] = DeadLetter(
                message_id=message["MessageId"],
                receipt=message["ReceiptHandle"],
                body=message["Body"],
                sources=named_sources(message["Body"]),
            )


def move_back(operation: Operation, letters: list[DeadLetter]) -> set[str]:
    """Send each message that names a file to the ingest queue, then delete it; return their ids.

    Killed in between, a message is in both queues, and its file is decided once all the same.
    """
    stations = operation.stations
    moved: set[str] = set()
    for letter in letters:
        if not letter.sources:
            continue
        stations.sqs.send_message(
            QueueUrl=str(stations.outputs["ingestQueueUrl"]), MessageBody=letter.body
        )
        stations.sqs.delete_message(
            QueueUrl=str(stations.outputs["ingestDeadLetterQueueUrl"]),
            ReceiptHandle=letter.receipt,
        )
        moved.add(letter.message_id)
    return moved


def named_sources(body: str) -> tuple[SourceObject, ...]:
    """Return the object versions that a notification of S3 names; none if it is no such thing."""
    try:
        return tuple(
            SourceObject(
                bucket=str(record["s3"]["bucket"]["name"]),
                key=unquote_plus(record["s3"]["object"]["key"]),
                version=str(record["s3"]["object"]["versionId"]),
            )
            for record in json.loads(body)["Records"]
        )
    except (KeyError, TypeError, ValueError):
        return ()


def _reasons(operation: Operation, letters: list[DeadLetter]) -> dict[str, str]:
    files = [source.ledger_id for letter in letters for source in letter.sources]
    records = ledger_records(operation.stations, files)
    reasons: dict[str, str] = {}
    for letter in letters:
        known = [records.get(source.ledger_id) for source in letter.sources]
        told = [record.trouble for record in known if record is not None and record.trouble]
        decided = bool(known) and all(record is not None and record.judged for record in known)
        reasons[letter.message_id] = (
            _NO_FILE
            if not letter.sources
            else "; ".join(told)
            or ("it is decided meanwhile" if decided else "the function never told; see its log")
        )
    return reasons
