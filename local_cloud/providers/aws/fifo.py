"""What queues and topics share: names, and what only FIFO ones may have."""

from __future__ import annotations

import re

from local_cloud.providers.adapter import CheckFailure
from local_cloud.providers.values import Properties


def check_fifo(inputs: Properties, kind: str, *, longest: int) -> list[CheckFailure]:
    """The name, and deduplication by content, of a queue or topic.

    terraform-provider-aws, internal/service/sqs/queue.go and internal/service/sns/topic.go
    (CustomizeDiff).
    """
    name, fifo = inputs.get("name"), inputs.get(kind, False)
    if not isinstance(fifo, bool):
        return []
    failures: list[CheckFailure] = []
    most = longest - len(".fifo") if fifo else longest
    ending = "and '.fifo' at the end" if fifo else "and no '.fifo' at the end"
    if isinstance(name, str) and not re.fullmatch(
        rf"[0-9A-Za-z_-]{{1,{most}}}{'[.]fifo' if fifo else ''}", name
    ):
        reason = f"must be 1 to {most} letters, digits, - and _, {ending}, not {name!r}"
        failures.append(CheckFailure(property="name", reason=reason))
    if inputs.get("contentBasedDeduplication") is True and not fifo:
        reason = f"is only for FIFO: give {kind!r} as well, or leave it out"
        failures.append(CheckFailure(property="contentBasedDeduplication", reason=reason))
    return failures
