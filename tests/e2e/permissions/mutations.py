"""Documents with one statement, or one action of one statement, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from tests.e2e.permissions.documents import Document, PolicyName


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One thing taken out of one policy. Without an action, the whole statement is."""

    policy: PolicyName
    place: int
    sid: str
    action: str | None
    document: Document

    def __str__(self) -> str:
        what = self.action or "all of it"
        return f"{self.policy.kind} of {self.policy.holder}, {self.sid}: {what}"


def mutations(documents: Mapping[PolicyName, Document]) -> Iterator[Mutation]:
    """Yield every document without each of its statements, and without each of their actions."""
    for name, document in sorted(documents.items()):
        for place, statement in enumerate(statements(document)):
            sid = str(statement["Sid"])
            without = _with_statements(document, place, None)
            yield Mutation(policy=name, place=place, sid=sid, action=None, document=without)
            for action in actions(statement):
                left = [each for each in actions(statement) if each != action]
                reduced = {**statement, "Action": left} if left else None
                yield Mutation(
                    policy=name,
                    place=place,
                    sid=sid,
                    action=action,
                    document=_with_statements(document, place, reduced),
                )


def statements(document: Document) -> Sequence[Document]:
    """Return the statements of a document."""
    return cast("Sequence[Document]", document["Statement"])


def actions(statement: Document) -> list[str]:
    """Return the actions of a statement."""
    named: object = statement["Action"]
    return (
        [str(each) for each in cast("list[object]", named)]
        if isinstance(named, list)
        else [str(named)]
    )


def _with_statements(document: Document, place: int, replaced: Document | None) -> Document:
    """Put a statement in the place of another. One that is gone leaves one that means nobody.

    So the places of the others stay what they are, and no service is given an empty document.
    """
    statement = statements(document)[place]
    nobody = {**statement, "Condition": {"StringEquals": {"aws:PrincipalType": "Nobody"}}}
    listed = [*statements(document)]
    listed[place] = replaced or nobody
    return {**document, "Statement": listed}
